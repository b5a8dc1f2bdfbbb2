import NIOConcurrencyHelpers
import ParleyClient
import TestSupport
import TestTools
import Testing

extension WholeServer {
    @Suite("Crashes of the server")
    struct CrashTests {
        private static let rounds = 10

        /// What one client knows of its messages.
        private struct Ledger: Sendable {
            /// The answered ones: text and `seq`.
            var acknowledged: [String: Int64] = [:]
            /// The one that was under way at the crash.
            var open: String?
        }

        private static let settings = [
            "auth.registration": "open", "limits.messages_per_second": "100000",
            "limits.commands_per_second": "100000", "limits.requests_per_second": "100000", "server.event_loops": "2",
        ]

        @Test("kill -9 in the middle of sends loses no acknowledged message, and none comes twice, over many rounds")
        func killedWhileSending() async throws {
            let seed = UInt64.random(in: 0...UInt64.max)
            print("kill -9 while sending: seed \(seed)")
            var random = SeededGenerator(seed: seed)
            let directory = try TemporaryDirectory()
            let data = directory.file("data")
            var server = try await ServerProcess.start(data: data, settings: Self.settings)
            var logins: [TestLogin] = []
            for name in ["anna", "ben", "cleo", "dan"] { logins.append(try await server.access.register(name)) }
            var head: Int64 = 0
            for round in 1...Self.rounds {
                let limit = Int.random(in: 1...120, using: &random)
                let ledgers = try await sendUntilCrash(server, logins, round: round, limit: limit)
                server = try await ServerProcess.start(data: data, settings: Self.settings)
                let comment = Comment("seed \(seed), round \(round), killed at \(limit) answers")
                try await resend(ledgers, to: server, logins, comment)
                head = try await check(ledgers, in: server, logins[0], after: head, comment)
            }
            await server.stop()
        }

        /// Sends from every login until `limit` messages were answered, then kills.
        private func sendUntilCrash(
            _ server: ServerProcess, _ logins: [TestLogin], round: Int, limit: Int
        ) async throws -> [Ledger] {
            var sockets: [RawSocket] = []
            for login in logins { sockets.append(try await server.access.greeted(login)) }
            let answered = NIOLockedValueBox(0)
            return try await withThrowingTaskGroup(of: (Int, Ledger).self) { group in
                for (index, socket) in sockets.enumerated() {
                    group.addTask {
                        var ledger = Ledger()
                        for number in 0... {
                            let text = "\(logins[index].username)-\(round)-\(number)"
                            ledger.open = text
                            let fields: [String: JSONValue] = [
                                "room": "general", "text": .string(text), "nonce": .string(text),
                            ]
                            guard let answer = try? await socket.ask("send", fields) else { break }
                            ledger.acknowledged[text] = try #require(answer["seq"]?.integer, "\(answer)")
                            ledger.open = nil
                            let count = answered.withLockedValue { count in
                                count += 1
                                return count
                            }
                            if count == limit { server.signal(9) }
                        }
                        return (index, ledger)
                    }
                }
                var ledgers = [Ledger](repeating: Ledger(), count: logins.count)
                for try await (index, ledger) in group { ledgers[index] = ledger }
                #expect(await server.end() == ServerProcess.End(status: 9, wasKilled: true))
                return ledgers
            }
        }

        /// Sends again what had no answer, and some of what had: every nonce that is in the log already is a duplicate.
        private func resend(
            _ ledgers: [Ledger], to server: ServerProcess, _ logins: [TestLogin], _ comment: Comment
        ) async throws {
            for (ledger, login) in zip(ledgers, logins) {
                let socket = try await server.access.greeted(login)
                for text in [ledger.open, ledger.acknowledged.keys.max()].compactMap({ $0 }) {
                    let fields: [String: JSONValue] = [
                        "room": "general", "text": .string(text), "nonce": .string(text),
                    ]
                    let answer = try await socket.ask("send", fields)
                    #expect(answer["type"] == "ok", comment)
                    guard let seq = ledger.acknowledged[text] else { continue }
                    #expect(answer["duplicate"] == true && answer["seq"]?.integer == seq, comment)
                }
                try await socket.close()
            }
        }

        /// Holds the log against what the clients know. Gives its head.
        private func check(
            _ ledgers: [Ledger], in server: ServerProcess, _ login: TestLogin, after start: Int64, _ comment: Comment
        ) async throws -> Int64 {
            var places: [String: [Int64]] = [:]
            var last = start
            while true {
                let page = try await server.access.get("/api/v1/rooms/general/log?after=\(last)&limit=200", login)
                for event in page.json["events"]?.array ?? [] {
                    let seq = try #require(event["seq"]?.integer)
                    #expect(seq == last + 1, comment)
                    last = seq
                    if let text = event["text"]?.string { places[text, default: []].append(seq) }
                }
                guard page.json["more"] == true else { break }
            }
            for ledger in ledgers {
                for (text, seq) in ledger.acknowledged { #expect(places[text] == [seq], comment) }
                if let open = ledger.open { #expect(places[open]?.count == 1, comment) }
            }
            let known = ledgers.reduce(0) { $0 + $1.acknowledged.count + ($1.open == nil ? 0 : 1) }
            #expect(places.count == known, comment)
            return last
        }

        @Test("a revoked session stays revoked after kill -9, and the other one stays good")
        func revokedStaysRevoked() async throws {
            let directory = try TemporaryDirectory()
            let data = directory.file("data")
            var server = try await ServerProcess.start(data: data, settings: Self.settings)
            let revoked = try await server.access.register("alice")
            let good = try await server.access.login("alice")
            let bob = try await server.access.register("bob")
            let client = AdminClient(socketPath: data + "/admin.sock")
            let receipt = try await client.request(
                "POST", "/api/v1/admin/revocations", json: JSONValue.object(["session": .string(revoked.session)]))
            expectReceipt(try receipt.json(), sessions: 1, sockets: 0)
            _ = try await client.request(
                "POST", "/api/v1/admin/users/bob/disable", json: JSONValue.object([:]))
            await server.crash()
            await client.shutDown()

            server = try await ServerProcess.start(data: data, settings: Self.settings)
            expectProblem(try await server.access.get("/api/v1/me", revoked), 401, "session_revoked")
            await #expect(throws: Refused.self) { _ = try await server.access.socket(revoked) }
            expectProblem(
                try await server.access.call("POST", "/api/v1/auth/refresh", [:], revoked), 401, "session_revoked")
            expectProblem(try await server.access.get("/api/v1/me", bob), 403, "account_disabled")
            #expect(try await server.access.get("/api/v1/me", good).status == 200)
            try await server.access.greeted(good).close()
            await server.stop()
        }
    }
}
