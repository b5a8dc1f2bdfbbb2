import ParleyClient
import TestSupport
import TestTools
import Testing

extension WholeServer {
    @Suite("ParleyClient with the server")
    struct ClientTests {
        @Test("a client logs in, connects, sends, hears, and logs out")
        func roundTrip() async throws {
            try await TestServer.run { server in
                let alice = try server.client()
                let bob = try server.client()
                let signedIn = try await alice.register(username: "alice", password: TestLogin.password, name: "Alice")
                #expect(signedIn.user.id == "alice" && signedIn.user.name == "Alice")
                try await bob.register(username: "bob", password: TestLogin.password)
                let (sender, reader) = (try await alice.connect(), try await bob.connect())
                #expect(sender.hello.room("general")?.role == "member")
                let sent = try await sender.send("general", "hello", nonce: "n1")
                #expect(try await sender.send("general", "hello", nonce: "n1").seq == sent.seq)
                var heard: ServerEvent.Message?
                for await event in reader.events {
                    guard case .message(let message) = event else { continue }
                    heard = message
                    break
                }
                #expect(heard?.text == "hello" && heard?.from == "alice" && heard?.seq == sent.seq)
                await #expect(throws: CommandError.self) { try await sender.send("nowhere", "x") }
                try await alice.logout()
                #expect(await sender.closed().code == 4501)
                await #expect(throws: ProblemError.self) { try await alice.request("GET", "/api/v1/me") }
                #expect(await reader.close().code == 1000)
                await bob.shutDown()
            }
        }

        @Test("a chat session outlives the server: nothing is lost, nothing comes twice, a send goes through once")
        func restart() async throws {
            let directory = try TemporaryDirectory()
            let first = try await TestServer.start(directory: directory)
            let port = first.access.port
            let client = try first.client()
            try await client.register(username: "alice", password: TestLogin.password)
            let bob = try await first.access.register("bob")
            var options = ChatSession.Options()
            options.backoff = Backoff(base: .milliseconds(10), maximum: .milliseconds(100))
            let session = ChatSession(client: client, options: options)
            await session.start()
            let seen = Mailbox<ServerEvent>()
            let reading = Task {
                for await update in session.updates { if case .event(let event) = update { seen.put(event) } }
                seen.finish()
            }
            _ = try await session.send("general", "before")
            try await first.stop()
            // While no server is there.
            let pending = Task { try await session.send("general", "between") }

            let settings = ["server.listen": "127.0.0.1:\(port)"]
            try await TestServer.run(settings, directory: directory) { second in
                _ = try await pending.value
                let socket = try await second.access.greeted(bob)
                try await socket.ask("send", ["room": "general", "text": "after"])
                var texts: [String] = []
                var last = 0
                while texts.last != "after", let event = await seen.next() {
                    if let position = event.position, position.room == "general" {
                        #expect(last == 0 || position.seq == last + 1)
                        last = position.seq
                    }
                    if case .message(let message) = event { texts.append(message.text) }
                }
                #expect(texts == ["before", "between", "after"])
                try await socket.close()
                await session.close()
                await client.shutDown()
            }
            await reading.value
        }
    }
}
