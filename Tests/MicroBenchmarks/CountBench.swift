import Chat
import Database
import Foundation
import Identity
import Logging
import NIOCore
import ParleyServer
import WebSocketTransport

/// The parts of the hot path, counted instead of timed: the same in every run, on a busy machine, too.
///
/// `config/counts` runs it under callgrind and compares with the thresholds in the repository.
struct CountBench {
    let node: ParleyNode
    let loop: StepLoop

    /// Runs everything, or one part, on the calling thread and prints a line of JSON for each.
    static func run(only part: String?) throws {
        Counts.only = part
        let directory = FileManager.default.temporaryDirectory.path + "/parley-counts-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let configuration = try ParleyConfiguration.load(
            file: nil, environment: [:],
            overrides: [
                "data.directory": directory, "limits.messages_per_second": "1000000",
                "limits.commands_per_second": "1000000",
            ])
        var logger = Logger(label: "counts")
        logger.logLevel = .critical
        let loop = StepLoop()
        let node = try ParleyNode(configuration: configuration, eventLoops: [loop], isServing: true, logger: logger)
        let bench = CountBench(node: node, loop: loop)
        let login = try bench.login()
        var counts = [
            bench.tokenCheck(login.access.value), bench.revocationCheck(), commandParse(), eventEncode(),
            frameParse(), unmask(),
        ]
        counts.append(try TLSCounts.record(directory: directory))
        let chat = try ChatCounts(node: node, loop: loop)
        counts += [chat.outboxFlush(), chat.fanOut(), try chat.groupCommit()]
        for count in counts where Counts.isWanted(count.name) { print(count.line) }
    }

    private func login() throws -> Login {
        let authority = node.authority
        return try wait {
            _ = try await authority.accounts.create("alice", password: "correct horse battery")
            return try await authority.sessions.login(
                "alice", password: "correct horse battery", address: "127.0.0.1")
        }
    }

    private func tokenCheck(_ token: String) -> Counts {
        Array(token.utf8).withUnsafeBytes { bytes in
            Counts("token check", iterations: 200) {
                precondition((try? node.authority.authenticate(bytes)) != nil, "a good token was refused")
            }
        }
    }

    private func revocationCheck() -> Counts {
        let sessions = (0..<64).compactMap { _ in try? SessionID.random() }
        return Counts("revocation check", iterations: 100) {
            for session in sessions { precondition(!node.authority.revocations.contains(session)) }
        }
    }

    private static func commandParse() -> Counts {
        let text =
            #"{"type":"send","id":"17","room":"general","text":"\#(String(repeating: "x", count: 128))","nonce":"n-17"}"#
        let parser = CommandParser(limits: ChatLimits())
        return Array(text.utf8).withUnsafeBytes { bytes in
            Counts("command parse", iterations: 500) { _ = parser.parse(bytes) }
        }
    }

    private static func eventEncode() -> Counts {
        var event = Event(
            room: RoomID(stored: "general"), seq: 123_456, at: 1_790_000_000_000, kind: .message,
            author: UserID(stored: "alice"))
        event.text = String(repeating: "x", count: 128)
        var writer = JSONWriter()
        return Counts("event encode", iterations: 500) {
            writer.reset()
            event.write(to: &writer)
        }
    }

    /// Twenty frames of one read.
    private static func frameParse() -> Counts {
        let payload = Array(repeating: UInt8(ascii: "x"), count: 128)
        let mask: [UInt8] = [0x37, 0xFA, 0x21, 0x3D]
        var frame: [UInt8] = [0x81, 0x80 | 126, 0, 128] + mask
        for (index, byte) in payload.enumerated() { frame.append(byte ^ mask[index % 4]) }
        let read = Array(repeatElement(frame, count: 20).joined())
        var parser = FrameParser(maximumMessageBytes: 64 * 1024)
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: read.count, alignment: 16)
        defer { memory.deallocate() }
        return Counts("frame parse", iterations: 50) {
            memory.copyBytes(from: read)
            var input = memory
            var texts = 0
            while case .text? = parser.next(in: &input) { texts += 1 }
            precondition(texts == 20, "not every frame was found")
        }
    }

    /// 16 KiB, the most that one record brings.
    private static func unmask() -> Counts {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 16 * 1024, alignment: 16)
        defer { memory.deallocate() }
        memory.initializeMemory(as: UInt8.self, repeating: 0x5A)
        var key: UInt32 = 0x3D21_FA37
        return Counts("unmask", iterations: 50) { Masking.remove(&key, from: memory) }
    }
}

/// Waits for what a task does; for a thread that nobody else needs.
func wait<T: Sendable>(_ body: @escaping @Sendable () async throws -> T) throws -> T {
    let finished = DispatchSemaphore(value: 0)
    nonisolated(unsafe) var result: Result<T, any Error>?
    Task.detached {
        do { result = .success(try await body()) } catch { result = .failure(error) }
        finished.signal()
    }
    finished.wait()
    guard let result else { preconditionFailure("a task ended without a result") }
    return try result.get()
}
