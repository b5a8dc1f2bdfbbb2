import NIOConcurrencyHelpers
import NIOHTTP1
import TestTools
import Testing

@testable import ParleyClient

@Suite(.timeLimit(.minutes(1))) struct ChatConnectionTests {
    private let script = SignInScript()

    @Test("The socket opens with cookie, origin and subprotocol, and gives the greeting")
    func hello() async throws {
        let server = try await ScriptedServer(http: script.answer) { socket in
            socket.hello(
                rooms: #"[{"id":"general","kind":"public","head":4,"unread":2,"role":"member","muted":false}]"#)
        }.start()
        let client = try await server.loggedInClient()
        let connection = try await client.connect()
        #expect(connection.hello.user.id == "alice")
        #expect(connection.hello.room("general")?.head == 4)
        #expect(connection.hello.limits?["frame_bytes"]?.integer == 65536)
        let upgrade = try #require(server.requests.last)
        #expect(upgrade.headers["cookie"] == ["__Host-parley_access=login-1"])
        #expect(upgrade.headers["origin"] == [server.url])
        #expect(upgrade.headers["sec-websocket-protocol"] == ["parley.v1"])
        #expect(await connection.close() == CloseReason(code: 1000, reason: ""))
        await client.shutDown()
        await server.stop()
    }

    @Test("Commands carry their fields and get their own answers, in any order")
    func commands() async throws {
        let server = try await ScriptedServer(http: script.answer) { socket in
            socket.hello()
            var commands = Commands(socket)
            var held: [JSONValue] = []
            while let command = await commands.next() {
                held.append(command)
                guard held.count == 2 else { continue }
                for command in held.reversed() {
                    let text = command["text"]?.string ?? ""
                    socket.ok(command, #""room":"r","seq":\#(text),"at":"t""#)
                }
                held = []
            }
        }.start()
        let client = try await server.loggedInClient()
        let connection = try await client.connect()
        async let first = connection.send("r", "11", nonce: "n1", replyTo: 5)
        async let second = connection.send("r", "22")
        #expect(try await first.seq == 11)
        #expect(try await second.seq == 22)
        await connection.close()
        await client.shutDown()
        await server.stop()
    }

    @Test("Each command is written as the protocol says, without the fields that were left out")
    func spelling() async throws {
        let seen = NIOLockedValueBox<[JSONValue]>([])
        let server = try await ScriptedServer(http: script.answer) { socket in
            socket.hello()
            var commands = Commands(socket)
            while let command = await commands.next() {
                seen.withLockedValue { $0.append(command) }
                switch command["type"]?.string {
                case "resume": socket.ok(command, #""rooms":{"a_b":{"head":3,"complete":true}}"#)
                case "history": socket.ok(command, #""messages":[],"more":false"#)
                case "ping": socket.send(#"{"type":"pong","id":"\#(command["id"]?.string ?? "")","at":"x"}"#)
                default: socket.ok(command, #""room":"r","seq":1,"at":"t""#)
                }
            }
        }.start()
        let client = try await server.loggedInClient()
        let connection = try await client.connect()
        try await connection.send("r", "t", nonce: "n", replyTo: 4, files: ["f"])
        try await connection.send("r", "t")
        try await connection.edit("r", target: 1, text: "x")
        try await connection.delete("r", target: 1)
        try await connection.react("r", target: 1, emoji: "👍", on: false)
        try await connection.join("r")
        try await connection.leave("r")
        try await connection.direct(with: ["bob"])
        try await connection.direct(with: ["bob", "eve"])
        #expect(try await connection.resume(["a_b": 2]).rooms["a_b"]?.head == 3)
        #expect(try await connection.history("r", before: 9, limit: 5).more == false)
        try await connection.read("r", seq: 3)
        try await connection.typing("r")
        try await connection.presence("away")
        #expect(try await connection.ping().at == "x")
        let expected: [JSONValue] = [
            ["type": "send", "room": "r", "text": "t", "nonce": "n", "reply_to": 4, "files": ["f"]],
            ["type": "send", "room": "r", "text": "t"], ["type": "edit", "room": "r", "target": 1, "text": "x"],
            ["type": "delete", "room": "r", "target": 1],
            ["type": "react", "room": "r", "target": 1, "emoji": "👍", "on": false], ["type": "join", "room": "r"],
            ["type": "leave", "room": "r"], ["type": "direct", "user": "bob"],
            ["type": "direct", "users": ["bob", "eve"]], ["type": "resume", "rooms": ["a_b": 2]],
            ["type": "history", "room": "r", "before": 9, "limit": 5], ["type": "read", "room": "r", "seq": 3],
            ["type": "typing", "room": "r"], ["type": "presence", "status": "away"], ["type": "ping"],
        ]
        let commands = seen.withLockedValue { $0 }
        #expect(commands.map { $0.object?.filter { $0.key != "id" } } == expected.map(\.object))
        #expect(commands.filter { $0["id"] == nil }.map { $0["type"]?.string } == ["typing"])
        await connection.close()
        await client.shutDown()
        await server.stop()
    }

    @Test("A refused command throws what the server says, with its wait")
    func refusedCommand() async throws {
        let server = try await ScriptedServer(http: script.answer) { socket in
            socket.hello()
            var commands = Commands(socket)
            while let command = await commands.next() {
                let id = command["id"]?.string ?? ""
                socket.send(#"{"type":"error","id":"\#(id)","code":"rate_limited","message":"m","retry_after_ms":250}"#)
            }
        }.start()
        let client = try await server.loggedInClient()
        let connection = try await client.connect()
        let expected = CommandError(code: "rate_limited", message: "m", retryAfter: .milliseconds(250))
        await #expect(throws: expected) { try await connection.send("r", "t") }
        await connection.close()
        await client.shutDown()
        await server.stop()
    }

    @Test("Events come in order, before and after answers, and end with the socket's close code")
    func events() async throws {
        let server = try await ScriptedServer(http: script.answer) { socket in
            socket.hello()
            for seq in 1...500 { socket.message("r", seq) }
            socket.ping("are you there")
            var commands = Commands(socket)
            while let frame = await commands.nextFrame() {
                if frame == .pong("are you there") { socket.close(4501, "revoked") }
            }
        }.start()
        let client = try await server.loggedInClient()
        let connection = try await client.connect()
        var seqs: [Int] = []
        for await event in connection.events { seqs.append(event.position?.seq ?? -1) }
        #expect(seqs == Array(1...500))
        #expect(connection.closeReason == CloseReason(code: 4501, reason: "revoked"))
        await #expect(throws: ClientError(.connectionClosed, "")) { try await connection.send("r", "t") }
        await #expect(throws: ClientError(.connectionClosed, "")) { try await connection.send(raw: "{}") }
        await client.shutDown()
        await server.stop()
    }

    @Test("Raw text goes out as it is, and its answer comes as an event")
    func raw() async throws {
        let server = try await ScriptedServer(http: script.answer) { socket in
            socket.hello()
            var commands = Commands(socket)
            while let frame = await commands.nextFrame() {
                if frame == .text("{bad") { socket.send(#"{"type":"error","code":"bad_json","message":"m"}"#) }
                if frame == .text(#"{"type":"join","id":"mine"}"#) { socket.send(#"{"type":"ok","id":"mine"}"#) }
            }
        }.start()
        let client = try await server.loggedInClient()
        let connection = try await client.connect()
        var events = connection.events.makeAsyncIterator()
        try await connection.send(raw: "{bad")
        #expect(await events.next() == .error(CommandError(code: "bad_json", message: "m")))
        try await connection.send(raw: #"{"type":"join","id":"mine"}"#)
        #expect(await events.next() == .unknown(type: "ok", raw: #"{"type":"ok","id":"mine"}"#))
        await connection.close()
        await client.shutDown()
        await server.stop()
    }

    @Test("A connection that just ends has the code 1006, and waiting commands fail")
    func vanishedServer() async throws {
        let server = try await ScriptedServer(http: script.answer) { socket in
            socket.hello()
            var commands = Commands(socket)
            _ = await commands.next()
            socket.abort()
        }.start()
        let client = try await server.loggedInClient()
        let connection = try await client.connect()
        await #expect(throws: ClientError(.connectionClosed, "")) { try await connection.send("r", "t") }
        #expect(await connection.closed().code == 1006)
        await client.shutDown()
        await server.stop()
    }

    @Test("A server that says nothing any more is noticed")
    func deadPeer() async throws {
        let pinged = NIOLockedValueBox(false)
        let server = try await ScriptedServer(http: script.answer) { socket in
            socket.hello()
            var commands = Commands(socket)
            while let frame = await commands.nextFrame() {
                if case .ping = frame { pinged.withLockedValue { $0 = true } }
            }
        }.start()
        let client = try await server.loggedInClient()
        var options = ConnectionOptions()
        options.heartbeat = .seconds(1)
        options.heartbeatTimeout = .seconds(1)
        let connection = try await client.connect(options)
        let reason = await connection.closed()
        #expect(reason.code == 1006)
        #expect(reason.reason.contains("heartbeat"))
        try await waitUntil("the server is pinged first") { pinged.withLockedValue { $0 } }
        await client.shutDown()
        await server.stop()
    }

    @Test("A server that breaks RFC 6455 is left with the code that says so")
    func violation() async throws {
        let closed = NIOLockedValueBox<ServerSocket.Incoming?>(nil)
        let server = try await ScriptedServer(http: script.answer) { socket in
            socket.hello()
            socket.close(999)
            var commands = Commands(socket)
            while let frame = await commands.nextFrame() { closed.withLockedValue { $0 = frame } }
        }.start()
        let client = try await server.loggedInClient()
        let connection = try await client.connect()
        #expect(await connection.closed().code == 1002)
        try await waitUntil("the server is told") { closed.withLockedValue { $0 } == .close(1002) }
        await client.shutDown()
        await server.stop()
    }

    @Test("A refused upgrade is a problem; an expired token is renewed first")
    func refusal() async throws {
        let server = try await ScriptedServer(
            http: script.answer,
            refuse: { request in
                let cookie = request.headers.first(name: "cookie") ?? ""
                if cookie.contains("refresh") { return nil }
                return SignInScript.problem(cookie.isEmpty ? 403 : 401, cookie.isEmpty ? "no" : "token_expired")
            },
            socket: { $0.hello() }
        ).start()
        let stranger = try server.client()
        let expected = ProblemError(status: 403, code: "no", title: "No", detail: "why", requestID: "r1")
        await #expect(throws: expected) { try await stranger.connect() }
        let client = try await server.loggedInClient()
        let connection = try await client.connect()
        #expect(script.refreshes == 1)
        await connection.close()
        await client.shutDown()
        await stranger.shutDown()
        await server.stop()
    }

    @Test("A server that sends no greeting is given up")
    func silence() async throws {
        let server = try await ScriptedServer(http: script.answer).start()
        let client = try await server.loggedInClient()
        var options = ConnectionOptions()
        options.helloTimeout = .milliseconds(50)
        await #expect(throws: ClientError(.timedOut, "")) { try await client.connect(options) }
        await client.shutDown()
        await server.stop()
    }

    @Test("A command without an answer is given up, and one that is cancelled ends at once")
    func unanswered() async throws {
        let server = try await ScriptedServer(http: script.answer) { $0.hello() }.start()
        let client = try await server.loggedInClient()
        var options = ConnectionOptions()
        options.commandTimeout = .milliseconds(50)
        let connection = try await client.connect(options)
        await #expect(throws: ClientError(.timedOut, "")) { try await connection.send("r", "t") }
        let resume = Task { try await connection.resume(["r": 1]) }
        resume.cancel()
        await #expect(throws: CancellationError.self) { try await resume.value }
        await connection.close()
        await client.shutDown()
        await server.stop()
    }
}
