import Glibc
import NIOConcurrencyHelpers
import NIOHTTP1
import ParleyClient
import Testing

@testable import LoadGenerator

@Suite(.timeLimit(.minutes(1))) struct LoadGeneratorTests {
    /// A server that sends each message to everyone, as a chat room does.
    private static func fanOut(
        refuse: @escaping @Sendable (ScriptedServer.Request) -> ScriptedServer.Answer? = { _ in nil },
        hook: @escaping @Sendable (ServerSocket, JSONValue) -> Bool = { _, _ in true }
    ) -> ScriptedServer {
        let members = NIOLockedValueBox<[ServerSocket]>([])
        let seq = NIOLockedValueBox(0)
        return ScriptedServer(
            refuse: refuse,
            opened: { socket in
                members.withLockedValue { $0.append(socket) }
                socket.listen { frame in
                    guard case .text(let text) = frame, let command = Commands.decode(text), hook(socket, command)
                    else { return }
                    socket.ok(command)
                    guard command["type"] == "send" else { return }
                    // The number is taken with the lock of the members held, so that everyone sees the same order.
                    members.withLockedValue { members in
                        let number = seq.withLockedValue { seq in
                            seq += 1
                            return seq
                        }
                        for member in members { member.message("r", number, command["text"]?.string ?? "") }
                    }
                }
                socket.hello()
            })
    }

    private func options(_ server: ScriptedServer) throws -> LoadOptions {
        var options = LoadOptions(address: try ServerAddress(url: server.url), rooms: ["r"])
        options.trust = .file(try ServerCertificates.authority())
        options.sockets = 8
        options.publishers = 3
        options.warmUp = .milliseconds(100)
        options.duration = .milliseconds(500)
        options.connectConcurrency = 3
        return options
    }

    @Test("A closed loop delivers every message to every socket")
    func closedLoop() async throws {
        let cookies = NIOLockedValueBox<Set<String>>([])
        let server = try await Self.fanOut(refuse: { request in
            _ = cookies.withLockedValue { $0.insert(request.headers.first(name: "cookie") ?? "") }
            return nil
        }).start()
        var options = try options(server)
        options.pace = .closedLoop(window: 2)
        options.cookies = ["a=1", "a=2"]
        options.acknowledges = true
        options.serverProcess = getpid()
        let report = try await LoadGenerator(options).run()
        let traffic = try #require(report.traffic)
        #expect(report.connecting.opened == 8)
        #expect(report.connecting.kilobytesPerSocket != nil)
        #expect(traffic.published > 0)
        #expect(traffic.expected == traffic.published * 8)
        #expect(traffic.got == traffic.expected)
        #expect(traffic.acknowledged > 0)
        #expect(traffic.latency.p50 > 0 && traffic.latency.p50 <= traffic.latency.maximum)
        #expect(traffic.serverCPUMicroseconds != nil)
        #expect(report.deaths == [:])
        #expect(report.isComplete)
        #expect(cookies.withLockedValue { $0 } == ["a=1", "a=2"])
        await server.stop()
    }

    @Test("Phases are measured one after another, and sockets that are made to reconnect resume and come back")
    func phases() async throws {
        let resumes = NIOLockedValueBox<[Int64]>([])
        let server = try await Self.fanOut(hook: { socket, command in
            guard command["type"] == "resume" else { return true }
            resumes.withLockedValue { $0.append(command["rooms"]?["r"]?.integer ?? -1) }
            return true
        }).start()
        var options = try options(server)
        var first = LoadPhase(publishers: 2, pace: .closedLoop(window: 1))
        first.duration = .milliseconds(300)
        first.warmUp = .milliseconds(50)
        var second = LoadPhase(publishers: 2, pace: .rate(messagesPerSecond: 100))
        second.duration = .seconds(2)
        second.burst = 2
        second.reconnects = 5
        options.phases = [first, second]
        options.resumesSessions = true
        let report = try await LoadGenerator(options).run()
        let traffic = try #require(report.traffic)
        #expect(traffic.published > 0 && traffic.got == traffic.published * 8)
        let storm = try #require(report.furtherTraffic.first)
        #expect(storm.reconnectSeconds != nil)
        #expect(resumes.withLockedValue { $0 } == [0, 0, 0, 0, 0])
        #expect(report.deaths == [:])
        #expect(report.connecting.resumed > 0)
        #expect(report.connecting.tls.hasPrefix("TLS 1.3 TLS_"))
        await server.stop()
    }

    @Test("A server that knows no chat is put under the same load, while sockets leave and join")
    func broadcast() async throws {
        let members = NIOLockedValueBox<[ObjectIdentifier: ServerSocket]>([:])
        let changes = NIOLockedValueBox<[String]>([])
        let server = ScriptedServer(
            refuse: { _ in nil },
            opened: { socket in
                members.withLockedValue { $0[ObjectIdentifier(socket)] = socket }
                socket.listen { frame in
                    guard case .text(let text) = frame else { return }
                    if text == "join" || text == "leave" {
                        changes.withLockedValue { $0.append(text) }
                        members.withLockedValue { $0[ObjectIdentifier(socket)] = text == "join" ? socket : nil }
                    } else {
                        members.withLockedValue { for member in $0.values { member.send(text) } }
                    }
                }
                socket.send("ready")
            })
        try await server.start()
        var options = try options(server)
        options.dialect = .broadcast
        var first = LoadPhase(publishers: 3, pace: .closedLoop(window: 1))
        first.duration = .milliseconds(300)
        var second = LoadPhase(publishers: 1, pace: .rate(messagesPerSecond: 100))
        second.changesPerSecond = 50
        second.duration = .milliseconds(500)
        options.phases = [first, second]
        let report = try await LoadGenerator(options).run()
        let traffic = try #require(report.traffic)
        #expect(traffic.published > 0 && traffic.got == traffic.published * 8)
        #expect(server.requests.allSatisfy { $0.path == "/r" })
        #expect(report.furtherTraffic.first.map { $0.changes > 0 && $0.got > 0 } == true)
        #expect(changes.withLockedValue { $0.first } == "leave")
        #expect(report.isComplete)
        await server.stop()
    }

    @Test("A rate is kept, whatever the number of publishers")
    func rate() async throws {
        let server = try await Self.fanOut().start()
        var options = try options(server)
        options.pace = .rate(messagesPerSecond: 200)
        options.duration = .seconds(1)
        let report = try await LoadGenerator(options).run()
        let traffic = try #require(report.traffic)
        #expect((120...280).contains(traffic.publishedPerSecond), "\(traffic.publishedPerSecond)/s")
        #expect(report.isComplete)
        await server.stop()
    }

    @Test("Progress is told while the sockets rest, and nothing is sent")
    func idle() async throws {
        let sends = NIOLockedValueBox(0)
        let server = try await Self.fanOut(hook: { _, _ in
            sends.withLockedValue { $0 += 1 }
            return true
        }).start()
        var options = try options(server)
        options.publishers = 0
        options.idle = .milliseconds(1500)
        let told = NIOLockedValueBox<[LoadProgress]>([])
        let report = try await LoadGenerator(options).run { progress in told.withLockedValue { $0.append(progress) } }
        #expect(report.traffic == nil)
        #expect(report.idle != nil)
        #expect(sends.withLockedValue { $0 } == 0)
        let last = try #require(told.withLockedValue { $0.last })
        #expect(last.phase == .idle && last.open == 8 && last.dead == 0)
        #expect(last.line == "idle: 8/8 sockets")
        await server.stop()
    }

    @Test("Sockets that are refused or closed are counted with their reasons")
    func deaths() async throws {
        let refusals = NIOLockedValueBox(0)
        let server = try await Self.fanOut(
            refuse: { _ in
                let isRefused = refusals.withLockedValue { count in
                    count += 1
                    return count % 4 == 0
                }
                return isRefused ? SignInScript.problem(503, "draining") : nil
            },
            hook: { socket, _ in
                if socket.number == 2 { socket.close(4501, "revoked") }
                return true
            }
        ).start()
        var options = try options(server)
        options.publishers = 8
        let report = try await LoadGenerator(options).run()
        #expect(report.deaths["close 4501 revoked"] == 1, "\(report)")
        #expect((report.deaths["refused: 503 draining"] ?? 0) > 0)
        #expect(!report.isComplete)
        await server.stop()
    }

    @Test("Refused sends are counted by their code and tried again, so that the load goes on")
    func errors() async throws {
        let count = NIOLockedValueBox(0)
        let server = try await Self.fanOut(hook: { socket, command in
            let number = count.withLockedValue { count in
                count += 1
                return count
            }
            guard number % 2 == 0, command["type"] == "send" else { return true }
            socket.send(#"{"type":"error","code":"rate_limited","message":"m"}"#)
            return false
        }).start()
        var options = try options(server)
        options.publishers = 1
        let report = try await LoadGenerator(options).run()
        let traffic = try #require(report.traffic)
        let commands = count.withLockedValue { $0 }
        #expect((traffic.errors["rate_limited"] ?? 0) > 1, "\(commands) commands, \(report)")
        #expect(traffic.got > 0)
        await server.stop()
    }

    @Test("Joining comes before everything else")
    func joining() async throws {
        let joins = NIOLockedValueBox(0)
        let server = try await Self.fanOut(hook: { _, command in
            if command["type"] == "join", command["room"] == "r" { joins.withLockedValue { $0 += 1 } }
            return true
        }).start()
        var options = try options(server)
        options.joinsRoom = true
        let report = try await LoadGenerator(options).run()
        #expect(joins.withLockedValue { $0 } == 8)
        #expect(report.isComplete)
        await server.stop()
    }

    @Test("Where no socket opens the error says why")
    func nothingOpens() async throws {
        let server = try await Self.fanOut(refuse: { _ in SignInScript.problem(401, "no_token") }).start()
        let generator = try LoadGenerator(try options(server))
        await #expect {
            _ = try await generator.run()
        } throws: { error in
            (error as? ClientError)?.reason.contains("401 no_token") == true
        }
        await server.stop()
        await #expect(throws: ClientError(.connectFailed, "")) { try await generator.run() }
    }

    @Test("Options that make no sense are refused")
    func objections() throws {
        let good = LoadOptions(address: try ServerAddress(url: "https://localhost"), rooms: ["r"])
        #expect(good.objection == nil)
        let changes: [(inout LoadOptions) -> Void] = [
            { $0.sockets = 0 }, { $0.publishers = 101 }, { $0.publishers = -1 }, { $0.messageBytes = 29 },
            { $0.pace = .closedLoop(window: 0) }, { $0.pace = .rate(messagesPerSecond: 0) },
            { $0.pace = .rate(messagesPerSecond: .nan) }, { $0.connectConcurrency = 0 },
        ]
        for change in changes {
            var options = good
            change(&options)
            #expect(options.objection != nil)
        }
    }
}
