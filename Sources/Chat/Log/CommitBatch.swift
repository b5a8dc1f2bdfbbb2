import WebSocketTransport

/// What one commit of the room log brings to every event loop, handed to each in one hop.
final class CommitBatch: Sendable {
    /// An answer for a socket, `id` as its command had it.
    struct Answer: Sendable {
        let session: ChatSession
        let id: String?
        let result: Result<LogAnswer, ChatError>
    }

    /// A socket's first view of its rooms, taken behind all deliveries of the batch.
    struct Admission: Sendable {
        let session: ChatSession
        let rooms: [RoomInfo]
    }

    /// The frames of all events of the batch.
    let frames: FrameBuffer
    let rooms: [RoomDelivery]
    /// What is told behind all deliveries and answers.
    let passing: PassingBatch?
    /// Answers by the index of the socket's event loop.
    let answers: [[Answer]]
    /// Admissions by the index of the socket's event loop.
    let admissions: [[Admission]]

    init(
        frames: FrameBuffer, rooms: [RoomDelivery], passing: PassingBatch?, answers: [[Answer]],
        admissions: [[Admission]]
    ) {
        self.frames = frames
        self.rooms = rooms
        self.passing = passing
        self.answers = answers
        self.admissions = admissions
    }
}
