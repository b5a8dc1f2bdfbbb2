/// Where a run stands; told once a second.
package struct LoadProgress: Sendable, Equatable {
    /// The parts of a run in their order.
    package enum Phase: String, Sendable, Codable {
        /// The sockets are being opened.
        case connecting
        /// They rest.
        case idle
        /// Messages flow and are not counted yet.
        case warmingUp = "warming up"
        /// Messages are counted.
        case measuring
        /// What is still under way is waited for.
        case draining
    }

    /// The part of the run.
    package var phase: Phase
    /// Sockets that are open.
    package var open: Int
    /// Sockets that were asked for.
    package var sockets: Int
    /// Sockets that died.
    package var dead: Int
    /// Messages received in the last second.
    package var deliveriesPerSecond: Double
    /// Messages sent in the last second.
    package var publishedPerSecond: Double

    /// One line for a terminal.
    package var line: String {
        var line = "\(phase.rawValue): \(open)/\(sockets) sockets"
        if dead > 0 { line += ", \(dead) dead" }
        if phase != .connecting, phase != .idle {
            line += ", \(Int(publishedPerSecond)) sent/s, \(Int(deliveriesPerSecond)) deliveries/s"
        }
        return line
    }
}
