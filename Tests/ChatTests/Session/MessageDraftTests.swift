import Chat
import Testing

@Suite("A message's draft")
struct MessageDraftTests {
    private func draft(_ members: [(String, JSON)], limits: ChatLimits = ChatLimits()) -> MessageDraft {
        MessageDraft(JSON.Object(members.map { (name: $0.0, value: $0.1) }), limits: limits)
    }

    @Test("keeps what is right")
    func good() {
        let full = draft([("text", .string("hi")), ("nonce", .string("n")), ("reply_to", .integer(3))])
        #expect(full.text == "hi" && full.nonce == "n" && full.replyTo == 3 && full.violation == nil)
        let bare = draft([("text", .string("hi")), ("nonce", .null), ("reply_to", .null), ("other", .bool(true))])
        #expect(bare.text == "hi" && bare.nonce == nil && bare.replyTo == nil && bare.violation == nil)
    }

    @Test(
        "counts a text's UTF-8 bytes, not its characters",
        arguments: [
            ("a", 8192, true), ("a", 8193, false), ("é", 4096, true), ("é", 4097, false), ("😀", 2048, true),
            ("😀", 2049, false), ("👩‍👩‍👧‍👦", 327, true), ("👩‍👩‍👧‍👦", 328, false), ("\n", 8192, true),
        ])
    func length(unit: String, count: Int, fits: Bool) {
        let violation = draft([("text", .string(String(repeating: unit, count: count)))]).violation
        if fits {
            #expect(violation == nil)
        } else {
            #expect(violation?.code == "text_too_long")
            #expect(violation?.message.contains("8192 bytes (limits.text_bytes)") == true)
        }
    }

    @Test("the limit is the configured one")
    func configured() {
        var limits = ChatLimits()
        limits.textBytes = 4
        #expect(draft([("text", .string("abcd"))], limits: limits).violation == nil)
        #expect(draft([("text", .string("abcde"))], limits: limits).violation?.code == "text_too_long")
    }

    @Test("takes no C0 control but tab and newline", arguments: UInt32(0)...0x1F)
    func controls(value: UInt32) throws {
        let text = "a" + String(try #require(UnicodeScalar(value))) + "b"
        let violation = draft([("text", .string(text))]).violation
        #expect((violation == nil) == (value == 9 || value == 10))
        if let violation { #expect(violation.code == "invalid_field" && violation.message.contains("'text'")) }
    }

    @Test("takes what only looks like a control", arguments: [" ", "\u{7F}", "\u{80}", "\u{9F}", "\u{A0}", "\u{2028}"])
    func others(text: String) { #expect(draft([("text", .string(text))]).violation == nil) }

    @Test(
        "names the field that is wrong",
        arguments: [
            ("text", nil), ("text", .null), ("text", .integer(1)), ("text", .string("")), ("text", .array([])),
            ("nonce", .string("")), ("nonce", .integer(1)), ("nonce", .string(String(repeating: "n", count: 65))),
            ("nonce", .string("n" + String(repeating: "\u{301}", count: 64))), ("nonce", .bool(true)),
            ("reply_to", .string("1")), ("reply_to", .real(1)), ("reply_to", .object(JSON.Object())),
        ] as [(String, JSON?)])
    func bad(name: String, value: JSON?) {
        var members: [(String, JSON)] = [("text", .string("hi"))]
        members.removeAll { $0.0 == name }
        if let value { members.append((name, value)) }
        let violation = draft(members).violation
        #expect(violation?.code == "invalid_field")
        #expect(violation?.message.contains("'\(name)'") == true)
    }

    @Test("a nonce of 64 characters of any script is taken", arguments: ["n", "é", "😀"])
    func nonce(unit: String) {
        let nonce = String(repeating: unit, count: 64)
        let draft = draft([("text", .string("hi")), ("nonce", .string(nonce))])
        #expect(draft.nonce == nonce && draft.violation == nil)
    }

    @Test("a wrong text keeps the nonce, a wrong nonce does not")
    func keeps() {
        #expect(draft([("nonce", .string("n"))]).nonce == "n")
        #expect(draft([("nonce", .string("n")), ("reply_to", .bool(true))]).nonce == "n")
        #expect(draft([("text", .string("hi")), ("nonce", .integer(7))]).nonce == nil)
    }
}
