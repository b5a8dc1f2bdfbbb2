import FoundationEssentials

/// What a run found.
package struct LoadReport: Sendable, Equatable, Codable {
    /// The opening of the sockets.
    package struct Connecting: Sendable, Equatable, Codable {
        /// Sockets asked for.
        package var sockets = 0
        /// Sockets that got their greeting.
        package var opened = 0
        /// Seconds until the last of them had.
        package var seconds = 0.0
        /// Sockets a second.
        package var perSecond = 0.0
        /// Sockets whose handshake took up an earlier TLS session.
        package var resumed = 0
        /// The version and the cipher suite of the first socket.
        package var tls = ""
        /// The server's CPU time for each, in microseconds.
        package var serverCPUMicroseconds: Double?
        /// The server's memory for each, in kB.
        package var kilobytesPerSocket: Double?
    }

    /// The time in which nothing was sent.
    package struct Idle: Sendable, Equatable, Codable {
        /// How long it was.
        package var seconds = 0.0
        /// The server's CPU use, in percent of one core.
        package var serverCPUPercent: Double?
        /// The server's memory after it, in kB.
        package var serverKilobytes: Int?
    }

    /// The time in which messages were counted.
    package struct Traffic: Sendable, Equatable, Codable {
        /// How long it was.
        package var seconds = 0.0
        /// Messages sent.
        package var published: UInt64 = 0
        /// Messages sent a second.
        package var publishedPerSecond = 0.0
        /// Deliveries a second, of all that came in during that time, whenever they were sent.
        package var deliveriesPerSecond = 0.0
        /// Megabytes a second of WebSocket frames that came in.
        package var megabytesPerSecond = 0.0
        /// Deliveries that the messages sent call for: one for each open socket, and one for a ping.
        package var expected: UInt64 = 0
        /// Deliveries of those messages, the last ones waited for.
        package var got: UInt64 = 0
        /// Sends left out because a publisher's last one was not out yet.
        package var skipped: UInt64 = 0
        /// Sends answered with `ok`, where they asked for it.
        package var acknowledged: UInt64 = 0
        /// Errors by their code.
        package var errors: [String: Int] = [:]
        /// From the send to the delivery, in microseconds.
        package var latency = Latency()
        /// The server's CPU time for each delivery, in microseconds.
        package var serverCPUMicroseconds: Double?
        /// The server's CPU use, in percent of one core.
        package var serverCPUPercent: Double?
        /// The server's memory at the end, in kB.
        package var serverKilobytes: Int?
        /// This generator's CPU time for each delivery, in microseconds.
        package var clientCPUMicroseconds = 0.0
        /// This generator's CPU use, in percent of one core: near a hundred it measures itself.
        package var clientCPUPercent = 0.0
        /// Times that a socket left its room or joined it.
        package var changes: UInt64 = 0
        /// Seconds until all sockets that were made to reconnect were live again; nil where none were, or not all came.
        package var reconnectSeconds: Double?
    }

    /// Percentiles in microseconds.
    package struct Latency: Sendable, Equatable, Codable {
        /// Half are below.
        package var p50 = 0.0
        /// Nine of ten are below.
        package var p90 = 0.0
        /// 99 % are below.
        package var p99 = 0.0
        /// 99.9 % are below.
        package var p999 = 0.0
        /// The longest.
        package var maximum = 0.0
    }

    /// The opening of the sockets.
    package var connecting = Connecting()
    /// The idle time, where there was one.
    package var idle: Idle?
    /// The traffic, where there were publishers.
    package var traffic: Traffic?
    /// The traffic of the phases after the first.
    package var furtherTraffic: [Traffic] = []
    /// Why sockets died, with how many did.
    package var deaths: [String: Int] = [:]

    /// Whether every socket opened, none died, and every delivery that was called for came.
    package var isComplete: Bool {
        connecting.opened == connecting.sockets && deaths.isEmpty
            && ([traffic].compactMap { $0 } + furtherTraffic).allSatisfy { $0.expected == $0.got }
    }

    /// The report as JSON with sorted snake_case names.
    package func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
}
