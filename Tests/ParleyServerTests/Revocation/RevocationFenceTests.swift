import NIOConcurrencyHelpers
import ParleyClient
import TestSupport
import TestTools
import Testing

extension WholeServer {
    @Suite("The fence of a revocation")
    struct RevocationFenceTests {
        enum Target: String, CaseIterable, Sendable { case session, user, key, everyone }

        /// Messages in the room before anything else: more than the buffers of a socket that takes nothing hold.
        private static let history = 500

        @Test(
            "no chat frame passes it: not to readers, not to who takes nothing, not from a catch-up, not on an upgrade",
            arguments: Target.allCases)
        func fence(_ target: Target) async throws {
            let settings = [
                "limits.connections_per_user": "5000", "limits.connections_per_address": "5000",
                // On a busy machine the Close frame of a socket that took nothing is long under way.
                "limits.close_timeout": "60s",
            ]
            try await TestServer.run(settings) { server in
                let access = server.access
                // Sessions of one key, before it is rotated away; everyone else's are of the next.
                let victim = try await access.register("alice")
                let sibling = try await access.login("alice")
                let root = try await server.administrator()
                let keys = try await access.get("/api/v1/admin/keys", root).json["items"]
                let key = try #require(keys?[0]?["id"]?.string)
                _ = try await access.call("POST", "/api/v1/admin/keys/rotate", [:], root)
                let operatorLogin = try await access.login("root")
                let bob = try await access.register("bob")
                try await fill(server, as: try await access.register("publisher"))

                let readers = try await sockets(100, victim, access)
                let stuck = try await sockets(20, victim, access)
                for socket in stuck {
                    // Back-pressure and a catch-up in progress at once: the log is read page by page as it drains.
                    try await socket.stopReading()
                    try await socket.send(text: Self.resumption)
                }
                let catchingUp = try await sockets(12, victim, access)
                let bystander = try await access.greeted(target == .user || target == .key ? bob : sibling)

                let isDone = NIOLockedValueBox(false)
                let publishing = Task { try await publish(server, until: isDone) }
                let listening = Task { try await listen(bystander, until: isDone) }
                for socket in readers { _ = try await socket.text() }
                for socket in catchingUp { try await socket.send(text: Self.resumption) }
                let racers = (0..<6).map { _ in Task { try await openUntilRefused(victim, access) } }
                let body: [String: JSONValue] =
                    switch target {
                    case .session: ["session": .string(victim.session)]
                    case .user: ["user": "alice"]
                    case .key: ["key": .string(key)]
                    case .everyone: ["everyone": true]
                    }
                let receipt = try await access.call("POST", "/api/v1/admin/revocations", body, operatorLogin)
                let head = try await server.head(of: "general", for: "publisher")
                #expect(receipt.status == 200 && receipt.json["complete"] == true, "\(receipt.text)")
                #expect((receipt.json["closed_sockets"]?.integer ?? 0) >= 132)

                for socket in stuck { try await socket.startReading() }
                var raced: [RawSocket] = []
                for racer in racers { raced += try await racer.value }
                for socket in readers + catchingUp + raced + stuck {
                    let (seqs, close, isSilent) = await socket.restOfSeqs()
                    #expect(isSilent && close == CloseReason(code: 4501, reason: "session revoked"))
                    #expect((seqs.max() ?? 0) <= head)
                    // In order without a gap, but for the one rewind that a resumption asks for.
                    #expect(zip(seqs, seqs.dropFirst()).allSatisfy { $0 + 1 == $1 || $1 == 1 })
                }
                try await waitUntil("the room goes on") {
                    try await server.head(of: "general", for: "publisher") > head + 200
                }
                isDone.withLockedValue { $0 = true }
                try await publishing.value
                if target == .everyone {
                    let ended = await #expect(throws: RawSocket.Ended.self) { _ = try await listening.value }
                    #expect(ended?.close?.code == 4501)
                } else {
                    let (seqs, echoes) = try await listening.value
                    #expect(zip(seqs, seqs.dropFirst()).allSatisfy { $0 + 1 == $1 })
                    #expect(echoes > 0 && (seqs.last ?? 0) > head)
                    try await bystander.close()
                }
                guard case .refused(let answer) = try await access.upgrade(victim.headers) else {
                    throw OpenedAllTheSame()
                }
                expectProblem(answer, 401, "session_revoked")
            }
        }

        private static let resumption = #"{"type":"resume","rooms":{"general":0}}"#

        private struct OpenedAllTheSame: Error {}

        private func sockets(_ count: Int, _ login: TestLogin, _ access: ServerAccess) async throws -> [RawSocket] {
            var sockets: [RawSocket] = []
            for _ in 0..<count { sockets.append(try await access.greeted(login)) }
            return sockets
        }

        private func fill(_ server: TestServer, as login: TestLogin) async throws {
            let socket = try await server.access.greeted(login)
            let text = String(repeating: "x", count: 8000)
            for _ in 0..<Self.history {
                try await socket.send(text: #"{"type":"send","room":"general","text":"\#(text)"}"#)
            }
            var seen = 0
            while seen < Self.history { if RawSocket.seq(of: try await socket.text()) != nil { seen += 1 } }
            try await socket.close()
        }

        /// Sends as fast as the messages come back, in a window of 50; logs in again when everyone was thrown out.
        private func publish(_ server: TestServer, until isDone: NIOLockedValueBox<Bool>) async throws {
            while !isDone.withLockedValue({ $0 }) {
                do {
                    let socket = try await server.access.greeted(try await server.access.login("publisher"))
                    while !isDone.withLockedValue({ $0 }) {
                        for _ in 0..<50 {
                            try? await socket.send(text: #"{"type":"send","room":"general","text":"flood"}"#)
                        }
                        for _ in 0..<50 { _ = try await socket.text() }
                    }
                    try await socket.close()
                } catch is RawSocket.Ended {
                } catch is Refused {
                }
            }
        }

        /// Opens one socket after the other until the server refuses the session.
        private func openUntilRefused(_ login: TestLogin, _ access: ServerAccess) async throws -> [RawSocket] {
            var sockets: [RawSocket] = []
            while case .socket(let socket) = try await access.upgrade(login.headers) { sockets.append(socket) }
            return sockets
        }

        /// Asks for one echo after the other; gives every `seq` that came, and how many echoes.
        private func listen(
            _ socket: RawSocket, until isDone: NIOLockedValueBox<Bool>
        ) async throws -> (seqs: [Int64], echoes: Int) {
            var (seqs, echoes): ([Int64], Int) = ([], 0)
            while !isDone.withLockedValue({ $0 }) {
                // A socket that was closed says so when it is read.
                try? await socket.send(text: #"{"type":"ping"}"#)
                while true {
                    let text = try await socket.text()
                    if text.hasPrefix(#"{"type":"pong""#) { break }
                    if let seq = RawSocket.seq(of: text) { seqs.append(seq) }
                }
                echoes += 1
            }
            return (seqs, echoes)
        }
    }
}
