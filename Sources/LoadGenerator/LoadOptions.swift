package import ParleyClient

/// What load to put on a server.
package struct LoadOptions: Sendable {
    /// How the publishers decide when to send.
    package typealias Pace = LoadPhase.Pace

    /// The server.
    package var address: ServerAddress
    /// How it proves itself.
    package var trust = TrustPolicy.system
    /// The `Cookie` header of each socket, used in turn; their number need not be that of the sockets.
    package var cookies: [String] = []
    /// The slugs of the rooms: socket number n is in room n modulo their number, and hears of no other.
    package var rooms: [String]
    /// Whether each socket sends `join` first. Everyone who is in the room is told, so that n sockets cost n² / 2 events:
    /// for many sockets make the members beforehand.
    package var joinsRoom = false
    /// How many sockets are opened.
    package var sockets = 100
    /// How many of them send; none makes an idle load.
    package var publishers = 1
    /// When they send.
    package var pace = Pace.closedLoop(window: 1)
    /// Bytes of a message's text, at least the 30 of the marker.
    package var messageBytes = 128
    /// How long is measured.
    package var duration = Duration.seconds(5)
    /// How long is sent before that.
    package var warmUp = Duration.seconds(1)
    /// How long the sockets rest, all open, before anything is sent; none by default.
    package var idle = Duration.zero
    /// How many sockets are on their way to `hello` at a time.
    package var connectConcurrency = 64
    /// The longest time for all of them together.
    package var connectTimeout = Duration.seconds(120)
    /// The server's process, whose CPU time and memory are read from `/proc`.
    package var serverProcess: Int32?
    /// Whether the publishers send `ping` instead of messages; what counts as a delivery is then the `pong`.
    package var sendsPings = false
    /// The language of the server.
    package var dialect = LoadDialect.parley
    /// Whether a socket uses a TLS session that an earlier one was given.
    package var resumesSessions = false
    /// What is sent, phase by phase; when empty, one phase of ``publishers``, ``pace``, ``warmUp`` and ``duration``.
    package var phases: [LoadPhase] = []
    /// Whether sends carry an id, so that the server answers each with `ok`.
    package var acknowledges = false

    /// Defaults for a server and its rooms, at least one.
    package init(address: ServerAddress, rooms: [String]) {
        self.address = address
        self.rooms = rooms
    }

    /// The first thing that makes these options impossible; nil when they can be run.
    package var objection: String? {
        if sockets < 1 { return "there must be at least one socket" }
        if rooms.isEmpty { return "there must be at least one room" }
        if !sockets.isMultiple(of: rooms.count) { return "the sockets must be a multiple of the rooms" }
        if sockets > 999_999 { return "the marker has room for 999999 sockets" }
        if connectConcurrency < 1 { return "the connect concurrency must be at least 1" }
        if messageBytes < Marker.length || messageBytes > 60_000 { return "a message has 30 to 60000 bytes" }
        if dialect != .parley, sendsPings || joinsRoom || acknowledges { return "this is Parley's protocol only" }
        return traffic.lazy.compactMap { $0.objection(sockets: sockets) }.first
    }

    /// The phases to run, in their order.
    var traffic: [LoadPhase] {
        guard phases.isEmpty else { return phases }
        var phase = LoadPhase(publishers: publishers, pace: pace)
        phase.duration = duration
        phase.warmUp = warmUp
        return [phase]
    }
}
