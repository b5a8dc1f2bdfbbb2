import Chat
import TestTools
import Testing

@Suite("Emoji")
struct EmojiTests {
    @Test(
        "one emoji as a person sees it is one, however many scalars it takes",
        arguments: [
            "👍", "👍🏽", "❤", "❤️", "👨‍👩‍👧‍👦", "👩🏻‍❤️‍💋‍👨🏿", "🇨🇭", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "1️⃣", "#️⃣", "🏳️‍🌈", "©️", "✅", "🫠",
            // Reserved for pictographs, and none yet.
            "\u{1FAFF}",
        ])
    func good(text: String) {
        #expect(Emoji(text)?.description == text)
    }

    @Test(
        "anything else is none",
        arguments: [
            "", "a", "1", "#", "👍👍", "👍 ", " ", "é", "中", ":smile:", "\u{200D}", "\u{FE0F}", "\n", "\0", "👍\u{0}",
            "\r\n", "👍\u{301}", "1\u{20E3}a", "a\u{20E3}", "\u{20E3}", "🇨🇭🇨🇭", "\u{E000}", "\u{202E}",
            "👍" + String(repeating: "\u{200D}👍", count: 10),
        ])
    func bad(text: String) { #expect(Emoji(text) == nil, "\(Array(text.unicodeScalars))") }

    @Test("noise never traps, and what is taken keeps the limit of bytes")
    func noise() {
        var generator = SeededGenerator(seed: 7)
        let pool: [Unicode.Scalar] = ["👍", "🏽", "\u{200D}", "\u{FE0F}", "❤", "🇨", "1", "\u{20E3}", "a", "\u{E0067}"]
        for _ in 0..<20_000 {
            var text = String.UnicodeScalarView()
            for _ in 0..<Int.random(in: 0...24, using: &generator) {
                text.append(pool[Int.random(in: 0..<pool.count, using: &generator)])
            }
            guard let emoji = Emoji(String(text)) else { continue }
            #expect(emoji.description.utf8.count <= Emoji.maximumBytes && emoji.description.count == 1)
        }
    }
}
