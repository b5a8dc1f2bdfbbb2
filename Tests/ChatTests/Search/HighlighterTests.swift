import Testing

@testable import Chat

@Suite("Highlights")
struct HighlighterTests {
    private func marked(_ text: String, _ queries: [String]) throws -> String {
        var limits = ChatLimits()
        limits.searchCharacters = 1000
        let terms = try SearchQuery(SearchRequest(text: queries.joined(separator: " ")), limits: limits).terms
        var marked = Array(text.utf16)
        for range in Highlighter(terms).ranges(in: text).reversed() {
            marked.insert(contentsOf: "]".utf16, at: range.upperBound)
            marked.insert(contentsOf: "[".utf16, at: range.lowerBound)
        }
        return String(decoding: marked, as: UTF16.self)
    }

    @Test(
        "the words of the search are marked where they stand, in UTF-16",
        arguments: [
            ("Hello world", ["hello"], "[Hello] world"), ("a b a", ["a"], "[a] b [a]"), ("abc", ["b"], "abc"),
            ("the Café", ["cafe"], "the [Café]"), ("cafe\u{301}!", ["café"], "[cafe\u{301}]!"),
            ("one two three", ["\"two three\""], "one [two three]"),
            ("two one three", ["\"two three\""], "two one three"),
            ("𝐁𝐨𝐥𝐝 x", ["bold"], "[𝐁𝐨𝐥𝐝] x"), ("👍👍🏽 ok", ["👍", "ok"], "[👍👍]🏽 [ok]"),
            ("我们学习中文", ["学习"], "我们[学习]中文"), ("我们学习中文", ["学习中"], "我们[学习中]文"), ("我们学习中文", ["文"], "我们学习中[文]"),
            ("我们学习中文", ["习", "中文"], "我们学[习中文]"), ("학교에서", ["학교"], "[학교]에서"), ("hi @bob", ["@bob"], "hi [@bob]"),
            ("hi @bob", ["bob"], "hi @[bob]"), ("x", ["from:alice"], "x"), ("ﬁne", ["fine"], "[ﬁne]"),
            ("see https://a.b/c", ["a.b"], "see https://[a.b]/c"),
        ] as [(String, [String], String)])
    func marks(text: String, queries: [String], expected: String) throws {
        #expect(try marked(text, queries) == expected)
    }

    @Test("a message has a bounded number of them")
    func bounded() {
        let text = String(repeating: "a b ", count: 2000)
        let ranges = Highlighter(SearchTerms(finding: "a")).ranges(in: text)
        #expect(ranges.count == Highlighter.maximumRanges && ranges.last == 252..<253)
    }
}
