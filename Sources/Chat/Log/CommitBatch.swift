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

    /// The frames of all events of the batch, nil where there are none.
    let frames: FrameBuffer?
    let rooms: [RoomDelivery]
    /// What is told behind all deliveries and answers.
    let passing: PassingBatch?
    private let answers: [[Answer]]
    private let admissions: [[Admission]]

    /// What a commit led to; `answers` by the index of the socket's event loop.
    init(frames: FrameBuffer, rooms: [RoomDelivery], answers: [[Answer]]) {
        self.frames = frames
        self.rooms = rooms
        self.answers = answers
        passing = nil
        admissions = []
    }

    /// What is told behind the commit; `admissions` by the index of the socket's event loop.
    init(passing: PassingBatch?, admissions: [[Admission]]) {
        self.passing = passing
        self.admissions = admissions
        frames = nil
        rooms = []
        answers = []
    }

    func answers(on shard: Int) -> [Answer] { answers.isEmpty ? [] : answers[shard] }

    func admissions(on shard: Int) -> [Admission] { admissions.isEmpty ? [] : admissions[shard] }
}
