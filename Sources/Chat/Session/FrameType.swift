/// The `type` of every frame that the server writes besides the durable events, whose types are `Event.Kind`'s.
package enum FrameType: String, Sendable, CaseIterable {
    case hello, ok, error, pong, session, drain, lagging, typing, receipt, presence
    case presenceCount = "presence_count"
}

extension JSONWriter {
    /// Begins a frame's object with its type.
    mutating func type(_ type: FrameType) { member("type", type.rawValue) }
}
