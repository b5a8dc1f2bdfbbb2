import Foundation
import Testing

@testable import parley

@Suite("Text for a terminal")
struct TerminalTextTests {
    @Test(
        "is one line that a terminal obeys in nothing",
        arguments: [
            ("hello", "hello"), ("naïve ☃ 日本語", "naïve ☃ 日本語"), ("", ""),
            ("\u{1B}[31mred\u{1B}[0m", "␛[31mred␛[0m"), ("\u{1B}]0;title\u{07}", "␛]0;title␇"),
            ("\u{9B}2J", "\u{FFFD}2J"), ("a\u{00}b\u{08}c\u{7F}", "a␀b␈c␡"),
            ("one\ntwo\r\nthree\rfour", "one⏎two⏎three⏎four"), ("a\u{2028}b\u{2029}c\u{85}d", "a⏎b⏎c⏎d"),
            ("a\tb", "a b"), ("user\u{202E}gpj.exe", "user\u{FFFD}gpj.exe"), ("\u{2066}x\u{2069}", "\u{FFFD}x\u{FFFD}"),
            ("a\u{200B}b\u{FEFF}", "a\u{FFFD}b\u{FFFD}"), ("👩\u{200D}🚀", "👩\u{200D}🚀"),
            ("\u{E0041}", "\u{FFFD}"),
        ])
    func harmless(text: String, shown: String) {
        #expect(TerminalText.harmless(text) == shown)
    }

    @Test("is the same value for programs, in escapes")
    func json() throws {
        for text in ["\u{1B}[2J\u{9B}2J\u{202E}x\u{200B}\u{7F}", "👩\u{200D}🚀 naïve\n\"quoted\"", "\u{E0041}"] {
            let line = String(decoding: try JSONEncoder().encode([text]), as: UTF8.self)
            let shown = TerminalText.harmless(json: line)
            #expect(try JSONDecoder().decode([String].self, from: Data(shown.utf8)) == [text])
            let isHarmless = shown.unicodeScalars.allSatisfy { scalar in
                scalar.value >= 0x20 && ![0x7F, 0x9B, 0x202E, 0x200B].contains(scalar.value)
            }
            #expect(isHarmless)
        }
    }

    @Test(
        "of a typed line is words or a command",
        arguments: [
            ("hello /join", .say("hello /join")), ("//shrug", .say("/shrug")), ("  ", .nothing), ("", .nothing),
            ("/join lab", .join(room: "lab")), ("/join", .wrong("/join what? See /help")), ("/rooms", .rooms),
            ("/dm  bob ", .direct(user: "bob")), ("/who", .who), ("/history", .history(count: nil)),
            ("/history 5", .history(count: 5)), ("/history x", .wrong("/history takes a number")),
            ("/search from:bob tea", .search(words: "from:bob tea")),
            ("/edit new words", .edit(target: nil, text: "new words")),
            ("/edit #12 2 apples", .edit(target: 12, text: "2 apples")), ("/edit #x y", .wrong("/edit #N TEXT")),
            ("/delete", .delete(target: nil)), ("/delete #3", .delete(target: 3)), ("/delete 3", .delete(target: 3)),
            ("/delete it", .wrong("/delete #N")), ("/help", .help), ("/quit", .quit),
            ("/joinlab", .wrong("no such command; see /help, or begin with // to send it")),
        ] as [(String, ChatLine)])
    func lines(line: String, meant: ChatLine) {
        #expect(ChatLine(line) == meant)
    }
}
