import WebSocketTransport

/// Events of one room's log as frames, ready to be sent.
struct LogPage: Sendable {
    /// Events of one page, at the most: enough that the cost of a read is shared by many.
    static let maximumEvents = 1000

    /// The `seq` behind which the page starts.
    let after: Int64
    /// The `seq` up to which events were asked for: where the page is empty, nothing stands before it any more.
    let through: Int64
    var frames: FrameBuffer?
    /// The first and last `seq` of the page, nil when it is empty.
    var first: Int64?
    var last: Int64?

    init(after: Int64, through: Int64) {
        self.after = after
        self.through = through
    }
}
