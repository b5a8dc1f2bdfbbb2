import ParleyClient
import TestSupport
import TestTools
import Testing

extension WholeServer {
    @Suite("parley bot")
    struct BotCommandTests {
        private func run(_ arguments: [String], data: String) async throws -> String {
            let outcome = try await ParleyExecutable.run(["bot"] + arguments, data: data)
            #expect(outcome.status == 0, "\(arguments) \(outcome)")
            return outcome.output
        }

        private func refused(_ arguments: [String], data: String) async throws -> String {
            let outcome = try await ParleyExecutable.run(["bot"] + arguments, data: data)
            #expect(outcome.status == 1 && outcome.output.isEmpty, "\(arguments) \(outcome)")
            return outcome.errors
        }

        private func logIn(_ server: TestServer, _ key: String) async throws -> RawResponse {
            let key = key.split(separator: "\n").joined()
            return try await server.access.call("POST", "/api/v1/auth/bot", ["key": .string(key)])
        }

        @Test("bots are made, listed, bound to addresses, given new keys and revoked beside a running server")
        func walk() async throws {
            try await TestServer.run { server in
                let data = server.directory.file("data")
                let key = try await run(["add", "deploy", "--address", "127.0.0.1", "--name", "Deploys"], data: data)
                #expect(key.hasPrefix("deploy:") && key.hasSuffix("\n"))
                #expect(try await logIn(server, key).status == 200)

                let items = try JSONValue(text: await run(["list", "--json"], data: data))["items"]?.array ?? []
                #expect(items.count == 1 && items.first?["id"] == "deploy" && items.first?["name"] == "Deploys")
                #expect(items.first?["addresses"] == ["127.0.0.1/32"] && items.first?["key"] == nil)
                #expect(try await run(["list"], data: data).contains("deploy"))

                let bound = try JSONValue(
                    text: await run(["address", "deploy", "--address", "10.0.0.0/8", "--json"], data: data))
                #expect(bound["revoked_sessions"]?.integer == 1 && bound["complete"]?.bool == true)
                let elsewhere = try await logIn(server, key)
                #expect(elsewhere.status == 403 && elsewhere.code == "address_not_allowed")
                _ = try await run(
                    ["address", "deploy", "--address", "10.0.0.0/8", "--address", "127.0.0.0/8"], data: data)
                let socket = try await server.access.greeted(try TestLogin(await logIn(server, key)))

                let renewed = try JSONValue(text: await run(["key", "deploy", "--json"], data: data))
                #expect(renewed["receipt"]?["closed_sockets"]?.integer == 1)
                #expect(try await socket.closeCode() == 4501)
                let second = try #require(renewed["key"]?.string)
                #expect(try await logIn(server, key).code == "invalid_credentials")
                #expect(try await logIn(server, second).status == 200)

                let receipt = try JSONValue(text: await run(["revoke", "deploy", "--json"], data: data))
                #expect(receipt["revoked_sessions"]?.integer == 1 && receipt["complete"]?.bool == true)
                #expect(try await logIn(server, second).code == "invalid_credentials")

                let taken = try await refused(["add", "deploy", "--address", "127.0.0.1"], data: data)
                #expect(taken.contains("already a user deploy"))
                #expect(try await refused(["add", "b", "--address", "127.0.0.300"], data: data).contains("addresses"))
                #expect(try await refused(["revoke", "nobody"], data: data).isEmpty == false)
            }
        }

        @Test("they are made and listed where no server runs, and usage errors end with 64")
        func withoutServer() async throws {
            let directory = try TemporaryDirectory()
            let data = directory.file("data")
            let key = try await run(["add", "deploy", "--address", "127.0.0.1"], data: data)
            #expect(try await run(["list"], data: data).contains("127.0.0.1/32"))
            try await TestServer.run(["data.directory": data], directory: directory) { server in
                let status = try await logIn(server, key).status
                #expect(status == 200)
            }
            #expect(try await ParleyExecutable.run(["bot", "add", "deploy"], data: data).status == 64)
            #expect(try await ParleyExecutable.run(["bot", "dance"], data: data).status == 64)
        }
    }
}
