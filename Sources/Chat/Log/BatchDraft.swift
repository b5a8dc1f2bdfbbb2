import WebSocketTransport

/// What a transaction will tell the sockets of each room, in the order in which it happened.
struct BatchDraft {
    enum Step {
        case event(Event)
        case add(UserID, head: Int64)
        case remove(UserID)
        /// The room is gone; the event is the last that is told of it.
        case end(Event)
    }

    private var steps: [RoomID: [Step]] = [:]
    private var order: [RoomID] = []
    /// What the batch did that is for the audit log.
    var acts: [RoomAct] = []
    /// What is told beside the log.
    var notes = PassingNotes()

    mutating func append(_ step: Step, to room: RoomID) {
        if steps[room] == nil { order.append(room) }
        steps[room, default: []].append(step)
    }

    /// Encodes each event once, to JSON and to a WebSocket frame, all frames of a room side by side.
    func encoded() -> (FrameBuffer, [RoomDelivery]) {
        var builder = FrameBufferBuilder()
        var writer = JSONWriter()
        let rooms = order.map { id in
            var delivery = RoomDelivery(room: id)
            for step in steps[id] ?? [] {
                switch step {
                case .event(let event):
                    writer.reset()
                    event.write(to: &writer)
                    let range = writer.bytes.withUnsafeBytes { builder.append(text: $0) }
                    delivery.append(range, seq: event.seq)
                case .add(let user, let head): delivery.steps.append(.add(user, head: head))
                case .remove(let user): delivery.steps.append(.remove(user))
                case .end(let farewell):
                    writer.reset()
                    farewell.write(to: &writer)
                    delivery.steps.append(.end(writer.bytes))
                }
            }
            return delivery
        }
        return (builder.finish(), rooms)
    }
}
