/// What is told at a tick, besides what the log's thread has gathered itself.
struct PassingTick: Sendable {
    let changes: [PresenceChange]
    /// Whether large rooms are told how many are online.
    let withCounts: Bool

    /// This tick and the one before it as one.
    func following(_ earlier: PassingTick?) -> PassingTick {
        guard let earlier else { return self }
        return PassingTick(changes: earlier.changes + changes, withCounts: earlier.withCounts || withCounts)
    }
}
