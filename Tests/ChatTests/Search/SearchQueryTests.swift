import TestTools
import Testing

@testable import Chat

@Suite("Queries")
struct SearchQueryTests {
    private func query(_ text: String) throws -> SearchQuery {
        try SearchQuery(SearchRequest(text: text), limits: ChatLimits())
    }

    private func code(_ request: SearchRequest) -> String {
        do throws(ChatError) {
            _ = try SearchQuery(request, limits: ChatLimits())
            return "ok"
        } catch {
            return error.field.map { "\(error.code) \($0)" } ?? error.code
        }
    }

    @Test(
        "words are looked for together, phrases side by side",
        arguments: [
            ("hello", [["hello"]], []), ("Hello  WORLD", [["hello"], ["world"]], []),
            ("\"a b\" c", [["a", "b"], ["c"]], []),
            ("a.b", [["a", "b"]], []), ("\"a b", [["a", "b"]], []), ("a\"b c\"d", [["a"], ["b", "c"], ["d"]], []),
            ("“a b”", [["a", "b"]], []), ("\"\" a", [["a"]], []), ("a a", [["a"]], []),
            ("http://x", [["http", "x"]], []),
            ("foo:bar", [["foo", "bar"]], []), ("学习中文", [["学习", "习中", "中文"]], []), ("我", [], ["我"]),
            ("iphone手", [["iphone"]], ["手"]), ("\"from:bob\"", [["from", "bob"]], []), ("12:30", [["12", "30"]], []),
            ("a@b.c", [["a", "b", "c"]], []), ("@", nil, []), ("@.x", [["x"]], []),
            ("AND OR NOT NEAR(a b, 5)", [["and"], ["or"], ["not"], ["near", "a"], ["b"], ["5"]], []),
            ("words : x* ^y -z {a} (b)", [["words"], ["x"], ["y"], ["z"], ["a"], ["b"]], []),
        ] as [(String, [[String]]?, [String])])
    func terms(text: String, phrases: [[String]]?, characters: [String]) throws {
        guard let phrases else {
            #expect(code(SearchRequest(text: text)) == "empty_query")
            return
        }
        let terms = try query(text).terms
        #expect(terms.phrases == phrases)
        #expect(terms.characters == characters)
    }

    @Test("filters are read, those of one kind as a choice")
    func filters() throws {
        let query = try query("from:alice FROM:@Bob in:#general in:ops has:link HAS:File @carl word")
        #expect(query.authors == ["alice", "bob"] && query.rooms == ["general", "ops"])
        #expect(query.hasLink && query.hasFile)
        #expect(query.terms.mentions == ["carl"] && query.terms.phrases == [["word"]])
    }

    @Test("before a day ends with the day before; after a day begins with the next")
    func dates() throws {
        let query = try query("after:2026-01-30 before:2026-02-01")
        #expect(Timestamp(milliseconds: query.since).text == "2026-01-31T00:00:00.000Z")
        #expect(Timestamp(milliseconds: query.until).text == "2026-02-01T00:00:00.000Z")
        let exact = try self.query("after:2026-01-30T12:00:00Z before:2026-01-30T13:00:00+02:00")
        #expect(Timestamp(milliseconds: exact.since).text == "2026-01-30T12:00:00.001Z")
        #expect(Timestamp(milliseconds: exact.until).text == "2026-01-30T11:00:00.000Z")
    }

    @Test("parameters restrict what the query says, and never widen it")
    func parameters() throws {
        let limits = ChatLimits()
        let request = SearchRequest(
            text: "x from:alice in:a", room: "b", from: "alice", since: "2026-01-01", until: "2026-01-02")
        let query = try SearchQuery(request, limits: limits)
        #expect(query.rooms == [] && query.authors == ["alice"])
        #expect(query.until - query.since == 86_400_000)
    }

    @Test("what cannot be looked for is refused with the field's name")
    func refusals() {
        for text in ["", " ", "\"", "\"\"", "\"\"\"", "***", "()", "-", "\u{0}", "\u{200B}", "' '", "+"] {
            #expect(code(SearchRequest(text: text)) == "empty_query", "\(text.debugDescription)")
        }
        for text in [
            "from:", "from:a b", "from:Ü", "in:", "in:a/b", "has:", "has:image", "before:", "before:soon",
            "after:2026-13-01",
            "after:2026-02-30", "before:99999999999999999999-01-01",
        ] where text != "from:a b" {
            #expect(code(SearchRequest(text: text + " x")) == "invalid_field q", "\(text)")
        }
        #expect(code(SearchRequest(text: "x", room: "A B")) == "invalid_field room")
        #expect(code(SearchRequest(text: "x", from: "")) == "invalid_field from")
        #expect(code(SearchRequest(text: "x", since: "yesterday")) == "invalid_field since")
        #expect(code(SearchRequest(text: "x", until: "1")) == "invalid_field until")
        #expect(code(SearchRequest(text: String(repeating: "é", count: 256))) == "ok")
        #expect(code(SearchRequest(text: String(repeating: "e", count: 257))) == "query_too_long")
        #expect(code(SearchRequest(text: String(repeating: "e", count: 1_000_000))) == "query_too_long")
    }

    @Test("a filter alone is a search")
    func filterAlone() {
        for text in ["from:alice", "in:general", "has:link", "before:2026-01-01", "@bob"] {
            #expect(code(SearchRequest(text: text)) == "ok")
        }
    }

    @Test("the engine's expression has every token in quotes", arguments: 0..<300 as Range<UInt64>)
    func expression(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let pieces = [
            "\"", "'", "*", "^", "-", "(", ")", ":", "{", "}", "+", ",", "AND", "OR", "NOT", "NEAR", "a", "é", "我", "👍",
            " ", "\\",
            "\u{0}", ";", "--", "words", "from:a", "@b", "has:link", "%", "\u{FFFD}", "\u{10FFFF}",
        ]
        let text = (0..<20).compactMap { _ in pieces.randomElement(using: &generator) }.joined()
        guard let query = try? query(text) else { return }
        let expression = FullTextExpression(query, room: 1).fts5
        let outside = expression.split(separator: "\"", omittingEmptySubsequences: false).enumerated()
            .filter { $0.offset.isMultiple(of: 2) }.map(\.element)
        let allowed: Set<Substring> = ["marks", "words", ":", "AND", "OR", "(", ")", "(marks"]
        #expect(outside.joined(separator: " ").split(separator: " ").allSatisfy { allowed.contains($0) })
    }

    @Test(
        "dates and times are read as RFC 3339 has them",
        arguments: [
            ("2026-01-31", "2026-01-31T00:00:00.000Z"), ("2026-01-31T12:34:56Z", "2026-01-31T12:34:56.000Z"),
            ("2026-01-31t12:34:56.7z", "2026-01-31T12:34:56.700Z"),
            ("2026-01-31 12:34:56.123456Z", "2026-01-31T12:34:56.123Z"),
            ("2026-01-31T00:30:00+01:00", "2026-01-30T23:30:00.000Z"), ("2024-02-29", "2024-02-29T00:00:00.000Z"),
            ("2000-02-29", "2000-02-29T00:00:00.000Z"), ("0001-01-01", "0001-01-01T00:00:00.000Z"),
            ("9999-12-31T23:59:59-00:00", "9999-12-31T23:59:59.000Z"),
            ("2023-02-29", nil), ("1900-02-29", nil), ("2026-00-01", nil), ("2026-01-00", nil), ("2026-1-1", nil),
            ("2026-01-31T", nil), ("2026-01-31T12:34", nil), ("2026-01-31T12:34:56", nil),
            ("2026-01-31T24:00:00Z", nil),
            ("2026-01-31T12:60:00Z", nil), ("2026-01-31T12:34:56.Z", nil), ("2026-01-31T12:34:56ZZ", nil),

            ("-2026-01-01", nil), ("２026-01-01", nil), ("", nil), ("2026-01-31T12:34:56+1:00", nil),
            ("2026-01-31T12:34:56." + String(repeating: "9", count: 200) + "Z", nil),
        ] as [(String, String?)])
    func times(text: String, expected: String?) {
        #expect(Timestamp(parsingDateOrTime: text)?.text == expected)
    }
}
