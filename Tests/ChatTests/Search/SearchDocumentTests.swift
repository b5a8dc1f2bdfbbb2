import Testing

@testable import Chat

@Suite("Text prepared for search")
struct SearchDocumentTests {
    private func words(_ text: String) -> String {
        SearchDocument(room: 7, author: "alice", mentions: [], text: text, hasFile: false).words
    }

    private func marks(_ text: String) -> [String] {
        SearchDocument(room: 7, author: "alice", mentions: [], text: text, hasFile: false).marks.split(separator: " ")
            .map(
                String.init)
    }

    @Test(
        "words of any script are cut out, folded and kept in their order",
        arguments: [
            ("", ""), ("  \t\n", ""), ("!?.,;:-_\"'()[]{}*^", ""), ("Hello, World!", "hello world"),
            ("snake_case_name", "snake case name"), ("don't", "don t"), ("web2 3.14 1,000", "web2 3 14 1 000"),
            ("https://Example.com/a?b=c", "https example com a b c"), ("a@b.org", "a b org"), ("@Bob: hi", "bob hi"),
            ("C++ a\"b", "c a b"), ("one\ntwo\tthree", "one two three"), ("a\u{A0}b\u{2003}c", "a b c"),
            ("co\u{AD}operate", "cooperate"), ("x\u{0}y", "x y"),
            // Case, accents and letters with strokes.
            ("ÉCOLE école E\u{301}COLE", "ecole ecole ecole"), ("Straße STRASSE", "strasse strasse"),
            ("Ελλάδα ΕΛΛΆΔΑΣ ελλάδας", "ελλαδα ελλαδασ ελλαδασ"), ("Ёлка ЁЛКА елка", "елка елка елка"),
            ("Łódź Øresund Đà Nẵng", "lodz oresund da nang"),
            ("İstanbul ISTANBUL ıstanbul", "istanbul istanbul istanbul"),
            ("Ærø œuvre", "aero oeuvre"), ("ſ K Å", "s k a"), ("ᏣᎳᎩ ꮳꮃꭹ", "ꮳꮃꭹ ꮳꮃꭹ"),
            ("𐐀𐐨", "𐐨𐐨"), ("ԱՅԲ այբ", "այբ այբ"),
            // Compatibility forms.
            ("ＦＵＬＬ ｗｉｄｔｈ １２３", "full width 123"), ("ﬁne ﬂow", "fine flow"), ("x² ① ™ ㎏", "x2 1 tm kg"),
            ("𝐁𝐨𝐥𝐝 𝕏", "bold x"), ("Ⅷ", "viii"), ("\u{FDFA}", "\u{FDFA}"),
            // Digits of every script are the same digits.
            ("٣٤ ३४ ๓๔ 34", "34 34 34 34"),
            // Hebrew without points, Arabic without vowels, stretching and shapes.
            ("שָׁלוֹם שלום", "שלום שלום"), ("مُحَمَّد محمد مـحـمـد", "محمد محمد محمد"), ("ﻣﺤﻤﺪ", "محمد"),
            ("می\u{200C}خواهم", "میخواهم"),
            // Signs that are part of the word stay.
            ("हिन्दी की", "हिन्दी की"), ("தமிழ்", "தமிழ்"), ("বাংলা", "বাংলা"), ("བོད་ཡིག", "བོད ཡིག"), ("ქართული", "ქართული"),
            ("አማርኛ", "አማርኛ"),
        ])
    func words(text: String, expected: String) {
        #expect(words(text) == expected)
        #expect(Array(words(text).unicodeScalars) == Array(expected.unicodeScalars))
    }

    @Test(
        "scripts without spaces give overlapping pairs, and each character once as a mark",
        arguments: [
            ("我", "我", "我"), ("我们", "我们", "我 们"), ("学习中文", "学习 习中 中文", "学 习 中 文"),
            ("北京，北京！", "北京 北京", "北 京"), ("iPhone手机2台", "iphone 手机 2 台", "手 机 台"),
            ("東京タワー", "東京 京タ タワ ワー", "東 京 タ ワ ー"), ("ありがとう", "あり りが がと とう", "あ り か\u{3099} と う"),
            ("ｶﾞｽ ガス", "ガス ガス", "カ\u{3099} ス"), ("が か\u{3099}", "が が", "か\u{3099}"),
            ("한국어", "한국 국어", "한 국 어"), ("학교에서", "학교 교에 에서", "학 교 에 서"),
            ("\u{1112}\u{1161}\u{11AB}\u{1100}\u{116E}\u{11A8}", "한국", "한 국"), ("ㅋㅋㅋ", "ᄏᄏ ᄏᄏ", "ᄏ"),
            ("สวัสดี", "สวั วัส สดี", "ส วั ดี"), ("ພາສາ", "ພາ າສ ສາ", "ພ າ ສ"), ("ភាសា", "ភាសា", "ភា សា"),
            ("မြန်မာ", "မြန် န်မာ", "မြ န် မာ"), ("ไทย\u{200B}แลนด์", "ไท ทย แล ลน นด์", "ไ ท ย แ ล น ด์"), ("〇", "〇", "〇"),
            ("𠮷野家", "𠮷野 野家", "𠮷 野 家"), ("龍\u{FE00}馬", "龍馬", "龍 馬"), ("ꆈꌠ", "ꆈꌠ", "ꆈ ꌠ"), ("ㄅㄆ", "ㄅㄆ", "ㄅ ㄆ"),
        ])
    func pairs(text: String, expected: String, characters: String) {
        // Compared scalar by scalar: equality of strings would not tell composed from decomposed.
        let decomposed = { (text: String) in
            text.unicodeScalars.flatMap { scalar -> [Unicode.Scalar] in
                (0xAC00...0xD7A3).contains(scalar.value) ? [scalar] : ScalarFolding.shared(scalar) ?? [scalar]
            }
        }
        #expect(Array(words(text).unicodeScalars) == decomposed(expected))
        #expect(marks(text).dropFirst(2).joined(separator: " ").unicodeScalars.elementsEqual(decomposed(characters)))
    }

    @Test(
        "an emoji is a word by itself, whatever tone or form it has",
        arguments: [
            ("👍", "👍"), ("👍🏽", "👍"), ("ok👍ok", "ok 👍 ok"), ("❤️", "❤"), ("👩‍💻", "👩 💻"), ("🇩🇪", "🇩 🇪"), ("1️⃣", "1"),
            ("☂☂", "☂ ☂"), ("5€", "5"),
        ])
    func emoji(text: String, expected: String) {
        #expect(words(text) == expected)
    }

    @Test("marks tell room, author, mentions and links")
    func marks() {
        let document = SearchDocument(
            room: 12, author: "a.b-c", mentions: ["bob", "eve_1"], text: "@bob, see HTTPS://x.y and @Eve_1.",
            hasFile: true)
        #expect(document.marks == "in.12 from.a.b-c has.link has.file to.bob to.eve_1")
    }

    @Test("a webhook's messages are from nobody")
    func webhook() {
        let document = SearchDocument(
            room: 1, author: Webhook.author("1a2b"), mentions: [], text: "deployed", hasFile: false)
        #expect(document.marks == "in.1")
    }

    @Test(
        "a link is an address with http or https",
        arguments: [
            ("http://a", true), ("see https://a.b/c", true), ("HTTP://A", true), ("(https://x)", true),
            ("https://", false),
            ("https:// x", false), ("http:/x", false), ("ftp://x", false), ("://x", false), ("p://x", false),
            ("a: b http://c", true), ("", false), ("http", false),
        ])
    func links(text: String, expected: Bool) {
        #expect(SearchDocument.hasLink(text) == expected)
    }

    @Test("a long word is cut, and found by the same cut")
    func longWord() {
        let text = String(repeating: "x", count: 150)
        #expect(words(text).split(separator: " ").map(\.count) == [64, 64, 22])
    }
}
