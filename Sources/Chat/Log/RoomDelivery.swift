/// What a batch brings for one room, in order: runs of frames, and who follows the room between them.
struct RoomDelivery: Sendable {
    enum Step: Sendable {
        /// The frames of the events `first` … `last`, side by side in the batch's buffer.
        case frames(Range<Int>, first: Int64, last: Int64)
        /// The user's sockets follow from here; the room's last event before it is `head`.
        case add(UserID, head: Int64)
        /// The user's sockets stop following here.
        case remove(UserID)
        /// The room is gone; the text of the last frame of it, for each socket that followed it.
        case end([UInt8])
    }

    let room: RoomID
    var steps: [Step] = []

    init(room: RoomID) { self.room = room }

    /// Adds the frame of the event `seq` and joins it to the run before, so that a batch costs a socket one append.
    mutating func append(_ range: Range<Int>, seq: Int64) {
        if case .frames(let run, let first, _)? = steps.last, run.upperBound == range.lowerBound {
            steps[steps.count - 1] = .frames(run.lowerBound..<range.upperBound, first: first, last: seq)
        } else {
            steps.append(.frames(range, first: seq, last: seq))
        }
    }
}
