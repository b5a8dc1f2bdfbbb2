import Foundation
import NIOConcurrencyHelpers

/// `parley serve` as a process of its own, which a test may kill.
package final class ServerProcess: Sendable {
    /// How the process ended.
    package struct End: Sendable, Equatable {
        package let status: Int32
        package let wasKilled: Bool

        package init(status: Int32, wasKilled: Bool) {
            self.status = status
            self.wasKilled = wasKilled
        }
    }

    /// The way to it.
    package let access: ServerAccess
    private let process: Process
    private let log: Mailbox<String>
    private let ended: Mailbox<End>

    private init(access: ServerAccess, process: Process, log: Mailbox<String>, ended: Mailbox<End>) {
        self.access = access
        self.process = process
        self.log = log
        self.ended = ended
    }

    deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

    /// Starts a server on a data directory and waits until it listens; `settings` become `PARLEY_…` variables.
    ///
    /// Throws ``DidNotStart`` with what it said instead.
    package static func start(
        data: String, settings: [String: String] = [:], arguments: [String] = [], authority: String? = nil
    ) async throws -> ServerProcess {
        let process = ParleyExecutable.process(["serve", "--listen", "127.0.0.1:0"] + arguments, data: data)
        for (key, value) in settings {
            let name = "PARLEY_" + key.uppercased().replacingOccurrences(of: ".", with: "_")
            process.environment?[name] = value
        }
        process.environment?["PARLEY_LOG_FORMAT"] = "json"
        let (log, ended) = (Mailbox<String>(), Mailbox<End>())
        let pipe = Pipe()
        let lines = LineSplitter(log)
        pipe.fileHandleForReading.readabilityHandler = { handle in
            let bytes = handle.availableData
            if bytes.isEmpty { handle.readabilityHandler = nil }
            lines.take(bytes)
        }
        process.standardOutput = FileHandle.nullDevice
        process.standardError = pipe
        process.terminationHandler = {
            ended.put(End(status: $0.terminationStatus, wasKilled: $0.terminationReason == .uncaughtSignal))
        }
        try process.run()
        var said: [String] = []
        while let line = await log.next() {
            said.append(line)
            guard let start = line.range(of: "https://127.0.0.1:") else { continue }
            let digits = line[start.upperBound...].prefix { $0.isNumber }
            guard let port = Int(digits), port > 0 else { continue }
            let access = try ServerAccess(port: port, authority: authority ?? data + "/certs/dev-ca.pem")
            return ServerProcess(access: access, process: process, log: log, ended: ended)
        }
        throw DidNotStart(end: await ended.next(), log: said)
    }

    /// Sends a signal.
    package func signal(_ number: Int32) { kill(process.processIdentifier, number) }

    /// Waits until the process is gone.
    package func end() async -> End? { await ended.next() }

    /// The next line of the log that holds `words`; nil when the process is gone.
    package func logLine(with words: String) async -> String? {
        while let line = await log.next() { if line.contains(words) { return line } }
        return nil
    }

    /// Ends the process in order.
    package func stop() async {
        signal(SIGTERM)
        _ = await end()
    }

    /// Ends the process as a power cut would, but for the disk's own cache.
    package func crash() async {
        signal(SIGKILL)
        _ = await end()
    }
}

/// `parley serve` ended before it listened.
package struct DidNotStart: Error {
    package let end: ServerProcess.End?
    package let log: [String]
}

private final class LineSplitter: Sendable {
    private let rest = NIOLockedValueBox(Data())
    private let lines: Mailbox<String>

    init(_ lines: Mailbox<String>) { self.lines = lines }

    /// Takes bytes as they come; none is the end.
    func take(_ bytes: Data) {
        rest.withLockedValue { rest in
            rest.append(bytes)
            while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                lines.put(String(decoding: rest[..<end], as: UTF8.self))
                rest = Data(rest[rest.index(after: end)...])
            }
        }
        if bytes.isEmpty { lines.finish() }
    }
}
