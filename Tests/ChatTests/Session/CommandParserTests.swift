import TestTools
import Testing

@testable import Chat

@Suite("The command parser")
struct CommandParserTests {
    private func parse(_ text: String) -> ParsedCommand {
        Array(text.utf8).withUnsafeBytes { CommandParser(limits: ChatLimits()).parse($0) }
    }

    /// A `send` without anything wrong.
    private static func send(
        nonce: String? = nil, replyTo: Int64? = nil, text: String = "hi", violation: ChatError? = nil
    ) -> Command {
        .send(room: "a", text: text, nonce: nonce, replyTo: replyTo, violation: violation)
    }

    @Test(
        "understands every command",
        arguments: [
            (#"{"type":"send","room":"a","text":"hi"}"#, Self.send()),
            (#"{"type":"send","room":"a","text":"hi","nonce":"n","reply_to":3}"#, Self.send(nonce: "n", replyTo: 3)),
            (#"{"type":"send","room":"a","text":"hi","nonce":null,"reply_to":null}"#, Self.send()),
            (#"{"text":"hi","room":"a","other":[{}],"type":"send"}"#, Self.send()),
            (#"{"type":"edit","room":"a","target":3,"text":"new"}"#, .edit("a", target: 3, text: "new")),
            (#"{"type":"delete","room":"a","target":3}"#, .delete("a", target: 3)),
            (
                #"{"type":"react","room":"a","target":3,"emoji":"👍🏽","on":false}"#,
                .react("a", target: 3, emoji: Emoji(stored: "👍🏽"), isOn: false)
            ),
            (#"{"type":"join","room":"a"}"#, .join("a")),
            (#"{"type":"leave","room":"a_b-c"}"#, .leave("a_b-c")),
            (#"{"type":"direct","user":"bob"}"#, .direct(["bob"])),
            (#"{"type":"direct","users":["bob"]}"#, .direct(["bob"])),
            (
                #"{"type":"direct","users":["a","b","c","d","e","f","g"]}"#,
                .direct(["a", "b", "c", "d", "e", "f", "g"])
            ),
            (#"{"type":"resume","rooms":{}}"#, .resume([])),
            (
                #"{"type":"resume","rooms":{"a":0,"b":7}}"#,
                .resume([.init(room: "a", last: 0), .init(room: "b", last: 7)])
            ),
            (#"{"type":"resume","rooms":{"No Room":1,"b":7}}"#, .resume([.init(room: "b", last: 7)])),
            (#"{"type":"history","room":"a"}"#, .history(.init(room: "a", before: nil, after: nil, limit: nil))),
            (
                #"{"type":"history","room":"a","before":9,"after":0,"limit":1}"#,
                .history(.init(room: "a", before: 9, after: 0, limit: 1))
            ),
            (
                #"{"type":"history","room":"a","before":9223372036854775807,"limit":9223372036854775807}"#,
                .history(.init(room: "a", before: .max, after: nil, limit: .max))
            ),
            (
                #"{"type":"history","room":"a","before":null,"limit":null}"#,
                .history(.init(room: "a", before: nil, after: nil, limit: nil))
            ),
            (#"{"type":"read","room":"a","seq":0}"#, .read("a", seq: 0)),
            (#"{"type":"ping"}"#, .ping),
        ] as [(String, Command)])
    func good(text: String, command: Command) {
        #expect(parse(text) == ParsedCommand(id: nil, command: .success(command)))
        let withID = #"{"id":"x","# + text.dropFirst()
        #expect(parse(withID) == ParsedCommand(id: "x", command: .success(command)))
    }

    @Test(
        "says what is wrong with a command, and carries its id",
        arguments: [
            ("{}", "invalid_field"), (#"{"type":7}"#, "invalid_field"), (#"{"type":null}"#, "invalid_field"),
            (#"{"type":"nonsense"}"#, "unknown_type"), (#"{"type":"Send"}"#, "unknown_type"),
            (#"{"type":""}"#, "unknown_type"),
            (#"{"type":"edit","room":"a","target":3}"#, "invalid_field"),
            (#"{"type":"edit","room":"a","target":3,"text":""}"#, "invalid_field"),
            (#"{"type":"edit","room":"a","target":"3","text":"x"}"#, "invalid_field"),
            (#"{"type":"edit","room":"a","text":"x"}"#, "invalid_field"),
            (#"{"type":"edit","room":"A A","target":3,"text":"x"}"#, "room_not_found"),
            (#"{"type":"edit","target":3,"text":"x"}"#, "invalid_field"),
            (#"{"type":"delete","room":"a"}"#, "invalid_field"),
            (#"{"type":"delete","room":"a","target":-3}"#, "invalid_field"),
            (#"{"type":"react","room":"a","target":3,"on":true}"#, "invalid_field"),
            (#"{"type":"react","room":"a","target":3,"emoji":"x","on":true}"#, "invalid_field"),
            (#"{"type":"react","room":"a","target":3,"emoji":7,"on":true}"#, "invalid_field"),
            (#"{"type":"react","room":"a","target":3,"emoji":"👍"}"#, "invalid_field"),
            (#"{"type":"react","room":"a","target":3,"emoji":"👍","on":1}"#, "invalid_field"),
            (#"{"type":"react","room":"a","emoji":"👍","on":true}"#, "invalid_field"),
            (#"{"type":"join"}"#, "invalid_field"), (#"{"type":"join","room":7}"#, "invalid_field"),
            (#"{"type":"join","room":"Not A Slug"}"#, "room_not_found"),
            (#"{"type":"join","room":""}"#, "room_not_found"),
            (#"{"type":"leave"}"#, "invalid_field"), (#"{"type":"leave","room":"é"}"#, "room_not_found"),
            (#"{"type":"direct"}"#, "invalid_field"), (#"{"type":"direct","user":7}"#, "invalid_field"),
            (#"{"type":"direct","user":"No One"}"#, "user_not_found"),
            (#"{"type":"direct","users":[]}"#, "invalid_field"),
            (#"{"type":"direct","users":"bob"}"#, "invalid_field"),
            (#"{"type":"direct","users":[null]}"#, "invalid_field"),
            (#"{"type":"direct","user":"bob","users":["bob"]}"#, "invalid_field"),
            (#"{"type":"direct","users":["a","b","c","d","e","f","g","h"]}"#, "invalid_field"),
            (#"{"type":"resume"}"#, "invalid_field"), (#"{"type":"resume","rooms":[]}"#, "invalid_field"),
            (#"{"type":"resume","rooms":{"a":-1}}"#, "invalid_seq"),
            (#"{"type":"resume","rooms":{"a":"1"}}"#, "invalid_seq"),
            (#"{"type":"resume","rooms":{"a":1.5}}"#, "invalid_seq"),
            (#"{"type":"resume","rooms":{"a":null}}"#, "invalid_seq"),
            (#"{"type":"resume","rooms":{"a":99999999999999999999}}"#, "invalid_seq"),
            (#"{"type":"history"}"#, "invalid_field"), (#"{"type":"history","room":"a","limit":0}"#, "invalid_field"),
            (#"{"type":"history","room":"a","limit":-1}"#, "invalid_field"),
            (#"{"type":"history","room":"a","before":-1}"#, "invalid_field"),
            (#"{"type":"history","room":"a","after":"1"}"#, "invalid_field"),
            (#"{"type":"history","room":"a","after":1.0}"#, "invalid_field"),
            (#"{"type":"read","room":"a"}"#, "invalid_field"),
            (#"{"type":"read","room":"a","seq":null}"#, "invalid_field"),
            (#"{"type":"read","room":"a","seq":-1}"#, "invalid_field"), (#"{"type":"read","seq":1}"#, "invalid_field"),
        ])
    func bad(text: String, code: String) {
        let withID = text == "{}" ? #"{"id":"x"}"# : #"{"id":"x","# + text.dropFirst()
        for (text, id) in [(text, nil), (withID, "x")] {
            let parsed = parse(text)
            #expect(parsed.id == id)
            guard case .failure(let error) = parsed.command else {
                Issue.record("\(text) was taken")
                return
            }
            #expect(error.code == code, "\(text)")
        }
    }

    @Test(
        "a send that is wrong keeps its nonce, so that a repeat is known by it",
        arguments: [
            (#""room":"a","text":"""#, "invalid_field"), (#""room":"a""#, "invalid_field"),
            (#""room":"a","text":7"#, "invalid_field"), (#""room":"a","text":"x\u0007""#, "invalid_field"),
            (#""room":"a","text":"x","reply_to":"1""#, "invalid_field"), (#""text":"x""#, "invalid_field"),
            (#""room":5,"text":"x""#, "invalid_field"),
        ])
    func wrongSend(members: String, code: String) {
        let parsed = parse(#"{"type":"send","nonce":"n","id":"i",\#(members)}"#)
        #expect(parsed.id == "i")
        guard case .success(.send(_, _, let nonce, _, _, let violation)) = parsed.command else {
            Issue.record("no send")
            return
        }
        #expect(nonce == "n")
        #expect(violation?.code == code)
    }

    @Test(
        "what is no JSON object is bad_json",
        arguments: ["", "x", "[]", "null", "7", "\"a\"", "{", #"{"type":"ping"}}"#, #"{"type":"ping","type":"ping"}"#])
    func badJSON(text: String) {
        #expect(parse(text) == ParsedCommand(id: nil, command: .failure(.badJSON)))
    }

    @Test(
        "an id is a string of at most 64 characters",
        arguments: [
            (#""""#, true), (#""a""#, true), ("\"\(String(repeating: "é", count: 64))\"", true),
            ("\"\(String(repeating: "😀", count: 64))\"", true), ("\"\(String(repeating: "a", count: 65))\"", false),
            ("7", false), ("null", false), ("[]", false), ("{}", false), ("true", false),
            // One letter under a pile of accents is one character to a reader and kilobytes to the server.
            ("\"a\(String(repeating: "\u{301}", count: 64))\"", false),
        ])
    func identifiers(id: String, isValid: Bool) {
        let parsed = parse(#"{"type":"ping","id":\#(id)}"#)
        if isValid {
            #expect(parsed.command == .success(.ping) && parsed.id != nil)
        } else {
            guard case .failure(let error) = parsed.command else {
                Issue.record("taken")
                return
            }
            #expect(error.code == "invalid_id" && parsed.id == nil)
        }
    }

    @Test("a resume of more rooms than a user may have is refused")
    func wideResume() {
        func resume(_ count: Int) -> String {
            let rooms = (0..<count).map { "\"r\($0)\":0" }.joined(separator: ",")
            return #"{"type":"resume","rooms":{\#(rooms)}}"#
        }
        guard case .success(.resume(let rooms)) = parse(resume(500)).command else {
            Issue.record("500 rooms were refused")
            return
        }
        #expect(rooms.count == 500)
        guard case .failure(let error) = parse(resume(501)).command else {
            Issue.record("501 rooms were taken")
            return
        }
        #expect(error.code == "invalid_field" && error.message.contains("limits.rooms_per_user"))
    }

    @Test("never traps on noise, nor on a command that is damaged anywhere", arguments: [UInt64(1), 2])
    func noise(seed: UInt64) {
        var random = RandomJSON(seed: seed)
        let commands = [
            #"{"type":"send","room":"a","text":"hi","nonce":"n","reply_to":3,"id":"x"}"#,
            #"{"type":"direct","users":["a","b"],"id":"x"}"#, #"{"type":"resume","rooms":{"a":0,"b":7}}"#,
            #"{"type":"history","room":"a","before":9,"after":0,"limit":1}"#, #"{"type":"read","room":"a","seq":0}"#,
            #"{"type":"edit","room":"a","target":3,"text":"x","id":"x"}"#,
            #"{"type":"react","room":"a","target":3,"emoji":"👨‍👩‍👧","on":true}"#,
        ]
        for _ in 0..<2000 {
            for command in commands { _ = parse(random.damaged(command)) }
            _ = parse(#"{"type":"send","room":\#(random.text()),"text":\#(random.text()),"id":\#(random.text())}"#)
            _ = parse(#"{"type":"resume","rooms":\#(random.text())}"#)
        }
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<5000 {
            let bytes = (0..<Int.random(in: 0...60, using: &generator)).map { _ in
                UInt8.random(in: 0...255, using: &generator)
            }
            _ = bytes.withUnsafeBytes { CommandParser(limits: ChatLimits()).parse($0) }
        }
    }
}
