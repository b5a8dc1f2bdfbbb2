import ParleyClient
import TestSupport
import Testing

extension WholeServer {
    @Suite("Files with ParleyClient")
    struct FileClientTests {
        @Test("a client uploads, sends, and another one downloads, whole and in parts")
        func roundTrip() async throws {
            try await TestServer.run { server in
                let (alice, bob) = (try server.client(), try server.client())
                try await alice.register(username: "alice", password: TestLogin.password)
                try await bob.register(username: "bob", password: TestLogin.password)
                let content = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 4) }
                let file = try await alice.upload(content, name: "a \"b\"\r\n.bin")
                #expect(file.name == "a _b_.bin" && file.size == 200_000 && file.width == nil)
                let (sender, reader) = (try await alice.connect(), try await bob.connect())
                try await sender.send("general", "look", files: [file.id])
                var heard: ServerEvent.Message?
                for await event in reader.events {
                    guard case .message(let message) = event else { continue }
                    heard = message
                    break
                }
                #expect(heard?.files?.first?["id"]?.string == file.id)
                #expect(try await bob.download(file.id) == content)
                #expect(try await bob.download(file.id, range: 1000...1999) == Array(content[1000..<2000]))
                await #expect(throws: ProblemError.self) { try await bob.download("abcdefghijklmnopqrstuv") }
                await #expect(throws: ClientError.self) { try await bob.download("../me") }
                _ = await (sender.close(), reader.close())
                await alice.shutDown()
                await bob.shutDown()
            }
        }
    }
}
