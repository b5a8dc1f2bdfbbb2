import Testing

@testable import ParleyClient

@Suite struct InboundTextTests {
    private func event(_ text: String) -> ServerEvent? {
        if case .event(let event) = InboundText(text) { event } else { nil }
    }

    @Test("Durable events give their room and seq, whatever else they carry")
    func durable() {
        let common = #""room":"r","seq":7,"at":"2026-01-01T00:00:00.000Z""#
        let bodies = [
            #""type":"message","from":"bob","text":"hi","reply_to":3,"files":[{"id":"f1"}]"#,
            #""type":"edited","by":"bob","target":3,"text":"new""#, #""type":"deleted","by":"bob","target":3"#,
            #""type":"reacted","by":"bob","target":3,"emoji":"👍","on":true"#,
            #""type":"member","user":"bob","change":"role","role":"moderator","by":"alice""#,
            #""type":"room","by":"alice","title":"T""#,
        ]
        for body in bodies {
            let event = event("{\(body),\(common),\"later\":1}")
            #expect(event?.position?.room == "r" && event?.position?.seq == 7, "\(body)")
        }
    }

    @Test("The fields of a message")
    func message() {
        let text =
            #"{"text":"h\u00e9","type":"message","room":"r","seq":1,"at":"t","from":"bob","reply_to":9,"deleted":true}"#
        guard case .message(let message) = event(text) else {
            Issue.record("no message")
            return
        }
        #expect(message.text == "hé")
        #expect(message.replyTo == 9)
        #expect(message.deleted == true)
        #expect(message.files == nil)
    }

    @Test("Passing events")
    func passing() {
        #expect(event(#"{"type":"session","access_expires_at":"x"}"#) == .session(accessExpiresAt: "x"))
        #expect(event(#"{"type":"drain","retry_after_ms":1500}"#) == .drain(retryAfter: .milliseconds(1500)))
        #expect(event(#"{"type":"drain","retry_after_ms":-5}"#) == .drain(retryAfter: .zero))
        #expect(event(#"{"type":"lagging","rooms":["a"]}"#) == .lagging(rooms: ["a"]))
        #expect(event(#"{"type":"pong","at":"x"}"#) == .pong(at: "x"))
        #expect(event(#"{"type":"typing","room":"r","user":"u"}"#)?.position == nil)
        #expect(
            event(#"{"type":"error","code":"bad_json","message":"m","retry_after_ms":20}"#)
                == .error(CommandError(code: "bad_json", message: "m", retryAfter: .milliseconds(20))))
    }

    @Test(
        "What is unknown or malformed comes out as it came",
        arguments: [
            ("{\"type\":\"new\",\"x\":1}", "new"), ("{\"type\":\"message\"}", "message"), ("{}", ""), ("", ""),
            ("[]", ""), ("{\"type\":\"ok\"}", "ok"), ("{\"type\":7}", ""), ("{\"type\":\"hello\"}", "hello"),
        ])
    func unknown(text: String, type: String) {
        #expect(event(text) == .unknown(type: type, raw: text))
    }

    @Test("Answers are told by their id")
    func answers() {
        if case .answer(let id, _) = InboundText(#"{"type":"ok","id":"c1","seq":4}"#) {
            #expect(id == "c1")
        } else {
            Issue.record("no answer")
        }
        if case .answer(let id, _) = InboundText(#"{"type":"pong","id":"c2","at":"x"}"#) {
            #expect(id == "c2")
        } else {
            Issue.record("no answer")
        }
        if case .failure(let id, let error) = InboundText(#"{"type":"error","id":"c3","code":"x"}"#) {
            #expect(id == "c3" && error.code == "x")
        } else {
            Issue.record("no failure")
        }
    }
}
