import Testing

@testable import LoadGenerator

@Suite struct LoadGreetingTests {
    private func greeting(_ dialect: LoadDialect) -> LoadGreeting {
        LoadGreeting(dialect, room: "r", socket: 3, credentials: "u1:secret")
    }

    @Test("A broadcast server says that the socket hears its room")
    func broadcast() {
        var greeting = greeting(.broadcast)
        #expect(greeting.opening == [])
        #expect(greeting.received("something") == .wait)
        #expect(greeting.received("ready") == .ready)
    }

    @Test("NATS is told of the client and the subject, and is ready with its PONG")
    func nats() {
        var greeting = greeting(.nats)
        guard case .send(let texts) = greeting.received("INFO {}\r\n") else {
            Issue.record("nothing was said")
            return
        }
        #expect(texts.count == 1)
        #expect(texts.first?.hasPrefix("CONNECT {") == true)
        #expect(texts.first?.hasSuffix("\r\nSUB r 1\r\nPING\r\n") == true)
        #expect(greeting.received("PONG\r\n") == .ready)
        #expect(greeting.received("PING\r\n") == .send(["PONG\r\n"]))
        #expect(greeting.received("-ERR 'no'\r\n") == .refused("-ERR 'no'\r\n"))
    }

    @Test("XMPP logs in, binds a resource and enters the room, in this order")
    func xmpp() {
        var greeting = greeting(.xmpp)
        #expect(greeting.opening.count == 1)
        #expect(greeting.received("<open/>") == .wait)
        // base64 of NUL u1 NUL secret (RFC 4616).
        let auth = "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>AHUxAHNlY3JldA==</auth>"
        #expect(greeting.received("<stream:features><mechanisms><mechanism>PLAIN</mechanism></x>") == .send([auth]))
        #expect(greeting.received("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>") == .send(greeting.opening))
        #expect(greeting.received("<open/>") == .wait)
        guard case .send(let bind) = greeting.received("<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>") else {
            Issue.record("no bind")
            return
        }
        #expect(bind.first?.contains("<resource>s3</resource>") == true)
        #expect(
            greeting.received("<iq id='bind' type='result'/>")
                == .send([LoadDialect.xmpp.change(of: "r", socket: 3, joins: true)]))
        #expect(greeting.received("<presence/>") == .wait)
        #expect(greeting.received("<message type='groupchat'><subject/></message>") == .ready)
    }

    @Test("A login that fails and a room that refuses end the greeting")
    func refusal() {
        var login = greeting(.xmpp)
        #expect(login.received("<failure/>") == .refused("<failure/>"))
        var room = greeting(.xmpp)
        #expect(room.received("<presence type='error'/>") == .refused("<presence type='error'/>"))
    }
}
