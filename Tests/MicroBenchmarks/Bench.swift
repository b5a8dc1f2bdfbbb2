import Chat
import Foundation
import Identity
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import ParleyServer
import WebSocketTransport

/// The parts of the hot path by themselves: `swift run -c release MicroBenchmarks`.
///
/// With `populate DIR N` it writes a data directory of N messages, with `search DIR` it searches there; with `memory ROOMS
/// MEMBERS LENGTH` it weighs so many rooms of so many members with names of that length; with `durable`, durable
/// sends next to SQLite alone; with `counts`, allocations instead of times, and under callgrind instructions.
@main
struct Bench {
    static func main() async throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        switch (arguments.first, arguments.count) {
        case ("populate", 3): return try await Population(messages: Int(arguments[2]) ?? 0).write(to: arguments[1])
        case ("search", 2): return try await SearchBench.run(in: arguments[1])
        case ("memory", 4):
            return try await MemoryBench(
                rooms: Int(arguments[1]) ?? 1, members: Int(arguments[2]) ?? 1, nameLength: Int(arguments[3]) ?? 11
            ).run()
        case ("durable", 1): return try await DurableBench.run()
        case ("counts", _): return try CountBench.run(only: arguments.dropFirst().first)
        default: break
        }
        let directory = FileManager.default.temporaryDirectory.path + "/parley-bench-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        var logger = Logger(label: "bench")
        logger.logLevel = .critical
        let configuration = try ParleyConfiguration.load(
            file: nil, environment: [:],
            overrides: [
                "data.directory": directory, "limits.requests_per_second": "1000000",
                "limits.connections_per_user": "1000000",
            ])
        let node = try ParleyNode(
            configuration: configuration, eventLoops: Array(group.makeIterator()), isServing: true, logger: logger)
        _ = try await node.authority.accounts.create("alice", password: "correct horse battery")
        let login = try await node.authority.sessions.login(
            "alice", password: "correct horse battery", address: "127.0.0.1")

        try print(tokenCheck(node, login.access.value).line)
        for measurement in TrustBench.defects(node, login.access.value) { print(measurement.line) }
        try print(await upgradeDecision(node, login.access.value, group.next()).line)
        print(commandParse().line)
        print(eventEncode().line)
        try print(await durableSends(node))
        for line in try await TrustBench.revocations(node) { print(line) }
        try await node.close()
        try await group.shutdownGracefully()
    }

    private static func tokenCheck(_ node: ParleyNode, _ token: String) throws -> Measurement {
        let bytes = Array(token.utf8)
        return try bytes.withUnsafeBytes { bytes in
            try Measurement("token check, good token", iterations: 20_000) {
                _ = try node.authority.authenticate(bytes)
            }
        }
    }

    private static func upgradeDecision(
        _ node: ParleyNode, _ token: String, _ loop: any EventLoop
    ) async throws -> Measurement {
        let decider = UpgradeDecider(node: node)
        var head = HTTPRequestHead(version: .http1_1, method: .GET, uri: "/ws")
        head.headers.add(name: "host", value: "localhost:8443")
        head.headers.add(name: "origin", value: "https://localhost:8443")
        head.headers.add(name: "cookie", value: "theme=dark; __Host-parley_access=\(token)")
        let request = UpgradeRequest(head: head, remoteAddress: try SocketAddress(ipAddress: "127.0.0.1", port: 40_000))
        return try await loop.submit {
            Measurement("upgrade decision, without TLS and HTTP", iterations: 5000) {
                guard case .accept = decider.decide(request, on: loop) else {
                    preconditionFailure("the upgrade was refused")
                }
            }
        }.get()
    }

    private static func commandParse() -> Measurement {
        let text =
            #"{"type":"send","id":"17","room":"general","text":"\#(String(repeating: "x", count: 128))","nonce":"n-17"}"#
        let bytes = Array(text.utf8)
        let parser = CommandParser(limits: ChatLimits())
        return bytes.withUnsafeBytes { bytes in
            Measurement("command parse, send of 128 bytes", iterations: 20_000) { _ = parser.parse(bytes) }
        }
    }

    private static func eventEncode() -> Measurement {
        var event = Event(
            room: RoomID(stored: "general"), seq: 123_456, at: 1_790_000_000_000, kind: .message,
            author: UserID(stored: "alice"))
        event.text = String(repeating: "x", count: 128)
        var writer = JSONWriter()
        return Measurement("event encode, message of 128 bytes", iterations: 20_000) {
            writer.reset()
            event.write(to: &writer)
        }
    }

    /// What the room log commits, with the disk's flush, when 100 senders each wait for their answer.
    private static func durableSends(_ node: ParleyNode) async throws -> String {
        let user = UserID(stored: "alice")
        let (senders, each) = (100, 400)
        for index in 0..<senders {
            _ = try await node.chat.log.submit(
                .create(room: RoomID(stored: "r\(index)"), kind: .public, title: nil, topic: nil, by: user))
        }
        let start = ContinuousClock.now
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<senders {
                group.addTask {
                    for number in 0..<each {
                        _ = try await node.chat.log.submit(
                            .send(
                                room: RoomID(stored: "r\(index)"), from: user, text: String(repeating: "x", count: 128),
                                nonce: "\(index)-\(number)", replyTo: nil, violation: nil))
                    }
                }
            }
            try await group.waitForAll()
        }
        let seconds =
            Double((ContinuousClock.now - start).components.attoseconds) / 1e18
            + Double((ContinuousClock.now - start).components.seconds)
        return "durable sends, 100 senders in 100 rooms       \(Int(Double(senders * each) / seconds))/s"
    }
}
