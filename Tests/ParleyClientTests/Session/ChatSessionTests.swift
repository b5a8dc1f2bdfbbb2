import NIOConcurrencyHelpers
import NIOHTTP1
import TestTools
import Testing

@testable import ParleyClient

@Suite(.timeLimit(.minutes(1))) struct ChatSessionTests {
    private let script = SignInScript()

    /// A room of the script's server: the log, and a socket that answers resumes and sends from it.
    private static func rooms(_ head: Int) -> String { #"[{"id":"r","kind":"public","head":\#(head)}]"# }

    /// A session that does not wait, and the waits it was asked for.
    private func session(
        _ client: ParleyClient, _ waits: NIOLockedValueBox<[Duration]>, lastSeen: [String: Int] = [:]
    ) -> ChatSession {
        var options = ChatSession.Options()
        options.lastSeen = lastSeen
        return ChatSession(client: client, options: options) { wait in waits.withLockedValue { $0.append(wait) } }
    }

    private static func resume(_ command: JSONValue, _ socket: ServerSocket, head: Int) {
        let start = Int(command["rooms"]?["r"]?.integer ?? 0)
        for seq in stride(from: start + 1, through: head, by: 1) { socket.message("r", seq) }
        socket.ok(command, #""rooms":{"r":{"head":\#(head),"complete":true}}"#)
    }

    @Test("Over dropped connections the events come out once, in order and without a gap")
    func drops() async throws {
        // Each socket is greeted with the head as it is, sends one live event ahead of the resume, and vanishes early.
        let server = try await ScriptedServer(http: script.answer) { socket in
            let head = socket.number * 10
            socket.hello(rooms: Self.rooms(head))
            socket.message("r", head + 1)
            var commands = Commands(socket)
            while let command = await commands.next() {
                Self.resume(command, socket, head: head + 1)
                // Live again, with a repeat.
                socket.message("r", head + 1)
                socket.message("r", head + 2)
                if socket.number % 2 == 0 { socket.abort() } else { socket.close(4008) }
            }
            if socket.number == 1 { socket.abort() }
        }.start()
        let client = try await server.loggedInClient()
        let waits = NIOLockedValueBox<[Duration]>([])
        let session = session(client, waits, lastSeen: ["r": 3])
        await session.start()
        var seqs: [Int] = []
        for await update in session.updates {
            if case .event(let event) = update, let position = event.position { seqs.append(position.seq) }
            if seqs.count >= 60 { break }
        }
        #expect(seqs == Array(4..<(4 + seqs.count)))
        await session.close()
        #expect(waits.withLockedValue { $0.count } >= 4)
        await client.shutDown()
        await server.stop()
    }

    @Test("A send without an answer goes out again with the same nonce, and its caller gets one answer")
    func resend() async throws {
        let nonces = NIOLockedValueBox<[String]>([])
        let server = try await ScriptedServer(http: script.answer) { socket in
            socket.hello(rooms: Self.rooms(0))
            var commands = Commands(socket)
            while let command = await commands.next() {
                nonces.withLockedValue { $0.append(command["nonce"]?.string ?? "") }
                if socket.number < 3 { return socket.abort() }
                socket.ok(command, #""room":"r","seq":1,"at":"t","duplicate":true"#)
            }
        }.start()
        let client = try await server.loggedInClient()
        let waits = NIOLockedValueBox<[Duration]>([])
        let session = session(client, waits)
        await session.start()
        let answer = try await session.send("r", "once")
        #expect(answer.seq == 1 && answer.duplicate == true)
        let seen = nonces.withLockedValue { $0 }
        #expect(seen.count == 3)
        #expect(Set(seen).count == 1)
        #expect(seen.first?.count == 32)
        await session.close()
        await client.shutDown()
        await server.stop()
    }

    @Test("Sends that wait for a connection go out in the order they were made")
    func order() async throws {
        let texts = NIOLockedValueBox<[String]>([])
        let server = try await ScriptedServer(http: script.answer) { socket in
            socket.hello(rooms: Self.rooms(0))
            var commands = Commands(socket)
            var seq = 0
            while let command = await commands.next() {
                if socket.number == 1 {
                    if command["text"]?.string == "9" { socket.abort() }
                    continue
                }
                seq += 1
                texts.withLockedValue { $0.append(command["text"]?.string ?? "") }
                socket.ok(command, #""room":"r","seq":\#(seq),"at":"t""#)
            }
        }.start()
        let client = try await server.loggedInClient()
        let session = session(client, NIOLockedValueBox([]))
        await session.start()
        _ = try await session.connection()
        try await withThrowingTaskGroup { group in
            for number in 0..<10 {
                group.addTask { try await session.send("r", String(number)) }
                try await waitUntil("send \(number) is made") { await session.pendingCount >= number + 1 }
            }
            try await group.waitForAll()
        }
        #expect(texts.withLockedValue { $0 } == (0..<10).map(String.init))
        await session.close()
        await client.shutDown()
        await server.stop()
    }

    @Test("A refused send throws, and is not sent again")
    func refusedSend() async throws {
        let count = NIOLockedValueBox(0)
        let server = try await ScriptedServer(http: script.answer) { socket in
            socket.hello()
            var commands = Commands(socket)
            while let command = await commands.next() {
                count.withLockedValue { $0 += 1 }
                let id = command["id"]?.string ?? ""
                socket.send(#"{"type":"error","id":"\#(id)","code":"not_a_member","message":"m"}"#)
            }
        }.start()
        let client = try await server.loggedInClient()
        let session = session(client, NIOLockedValueBox([]))
        await session.start()
        await #expect(throws: CommandError(code: "not_a_member", message: "m")) { try await session.send("r", "t") }
        #expect(count.withLockedValue { $0 } == 1)
        await session.close()
        await client.shutDown()
        await server.stop()
    }

    @Test("After 4001 the tokens are renewed before coming back")
    func expired() async throws {
        let cookies = NIOLockedValueBox<[String]>([])
        let server = try await ScriptedServer(http: script.answer) { socket in
            cookies.withLockedValue { $0.append(socket.cookie) }
            socket.hello()
            if socket.number == 1 { socket.close(4001) }
        }.start()
        let client = try await server.loggedInClient()
        let session = session(client, NIOLockedValueBox([]))
        await session.start()
        try await waitUntil("a second socket opens") { cookies.withLockedValue { $0.count } == 2 }
        #expect(
            cookies.withLockedValue { $0 } == ["__Host-parley_access=login-1", "__Host-parley_access=refresh-1"])
        await session.close()
        await client.shutDown()
        await server.stop()
    }

    @Test("After 4001 with a refused refresh it is over")
    func expiredForGood() async throws {
        let server = try await ScriptedServer(http: script.answer) { socket in
            socket.hello()
            socket.close(4001)
        }.start()
        let client = try await server.loggedInClient()
        script.refusal.withLockedValue { $0 = SignInScript.problem(401, "invalid_token") }
        let session = session(client, NIOLockedValueBox([]))
        await session.start()
        guard case .failed(let error) = await Self.end(of: session) else {
            Issue.record("the refresh was not refused")
            return
        }
        #expect((error as? ProblemError)?.code == "invalid_token")
        await client.shutDown()
        await server.stop()
    }

    @Test("4501 ends the session and its sends", arguments: [4501, 4502, 4999] as [UInt16])
    func revoked(code: UInt16) async throws {
        let server = try await ScriptedServer(http: script.answer) { socket in
            socket.hello()
            var commands = Commands(socket)
            _ = await commands.next()
            socket.close(code, "revoked")
        }.start()
        let client = try await server.loggedInClient()
        let waits = NIOLockedValueBox<[Duration]>([])
        let session = session(client, waits)
        await session.start()
        await #expect(throws: ClientError(.shutDown, "")) { try await session.send("r", "t") }
        guard case .closed(let reason) = await Self.end(of: session) else {
            Issue.record("the socket was not closed")
            return
        }
        #expect(reason == CloseReason(code: code, reason: "revoked"))
        #expect(waits.withLockedValue { $0 }.isEmpty)
        await #expect(throws: ClientError(.shutDown, "")) { try await session.connection() }
        await client.shutDown()
        await server.stop()
    }

    @Test("1012 after drain waits for the delay the server named, with jitter on top")
    func drain() async throws {
        let server = try await ScriptedServer(http: script.answer) { socket in
            socket.hello()
            guard socket.number == 1 else { return }
            socket.send(#"{"type":"drain","retry_after_ms":7000}"#)
            socket.close(1012)
        }.start()
        let client = try await server.loggedInClient()
        let waits = NIOLockedValueBox<[Duration]>([])
        let session = session(client, waits)
        await session.start()
        var connections = 0
        for await update in session.updates {
            if case .connected = update { connections += 1 }
            if connections == 2 { break }
        }
        let seen = waits.withLockedValue { $0 }
        #expect(seen.count == 1)
        #expect(seen.allSatisfy { $0 >= .seconds(7) && $0 <= .milliseconds(7500) })
        await session.close()
        await client.shutDown()
        await server.stop()
    }

    @Test("A refused upgrade with a wait, then a server that is away, are both tried again")
    func refusedUpgrade() async throws {
        let refusals = NIOLockedValueBox(2)
        let server = try await ScriptedServer(
            http: script.answer,
            refuse: { request in
                let isRefused = refusals.withLockedValue { count in
                    count -= 1
                    return count >= 0
                }
                return isRefused ? SignInScript.problem(503, "draining", headers: [("retry-after", "3")]) : nil
            },
            socket: { $0.hello() }
        ).start()
        let client = try await server.loggedInClient()
        let waits = NIOLockedValueBox<[Duration]>([])
        let session = session(client, waits)
        await session.start()
        _ = try await session.connection()
        #expect(waits.withLockedValue { $0 }.allSatisfy { $0 >= .seconds(3) })
        await session.close()
        await client.shutDown()
        await server.stop()
    }

    @Test("A gap in the live events is filled by a resume of that room")
    func gap() async throws {
        let server = try await ScriptedServer(http: script.answer) { socket in
            socket.hello(rooms: Self.rooms(5))
            socket.message("r", 6)
            socket.message("r", 9)
            var commands = Commands(socket)
            while let command = await commands.next() {
                if command["type"] == "resume" { Self.resume(command, socket, head: 9) }
            }
        }.start()
        let client = try await server.loggedInClient()
        let session = session(client, NIOLockedValueBox([]))
        await session.start()
        var seqs: [Int] = []
        for await update in session.updates {
            if case .event(let event) = update { seqs.append(event.position?.seq ?? -1) }
            if seqs.count == 4 { break }
        }
        #expect(seqs == [6, 7, 8, 9])
        #expect(await session.lastSeen == ["r": 9])
        await session.close()
        await client.shutDown()
        await server.stop()
    }

    @Test("A resume that is refused is asked again on a new socket, rather than leave a gap")
    func refusedResume() async throws {
        let server = try await ScriptedServer(http: script.answer) { socket in
            socket.hello(rooms: Self.rooms(5))
            var commands = Commands(socket)
            while let command = await commands.next() {
                if socket.number > 1 { return Self.resume(command, socket, head: 5) }
                let id = command["id"]?.string ?? ""
                socket.send(#"{"type":"error","id":"\#(id)","code":"rate_limited","message":""}"#)
            }
        }.start()
        let client = try await server.loggedInClient()
        let session = session(client, NIOLockedValueBox([]), lastSeen: ["r": 3])
        await session.start()
        var seqs: [Int] = []
        for await update in session.updates {
            if case .event(let event) = update { seqs.append(event.position?.seq ?? -1) }
            if seqs.count == 2 { break }
        }
        #expect(seqs == [4, 5])
        await session.close()
        await client.shutDown()
        await server.stop()
    }

    private static func end(of session: ChatSession) async -> ChatSession.Interruption? {
        for await update in session.updates { if case .ended(let interruption) = update { return interruption } }
        return nil
    }
}
