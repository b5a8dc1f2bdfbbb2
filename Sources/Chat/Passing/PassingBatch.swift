import WebSocketTransport

/// The passing events that one hop brings to every event loop, each encoded once.
struct PassingBatch: Sendable {
    /// A run of frames, and who gets it.
    struct Delivery: Sendable {
        let range: Range<Int>
        /// Everyone in any of these rooms, once …
        let rooms: [RoomID]
        /// … but for this user's sockets …
        var except: UserID?
        /// … or this user's sockets alone.
        var only: UserID?
    }

    let frames: FrameBuffer
    let deliveries: [Delivery]
}

/// Encodes passing events into one buffer.
struct PassingBatchBuilder: ~Copyable {
    private var builder = FrameBufferBuilder()
    private var writer = JSONWriter()
    private var deliveries: [PassingBatch.Delivery] = []

    /// The run of the frames that `body` makes, none when it makes none.
    mutating func deliver(
        to rooms: [RoomID], except: UserID? = nil, only: UserID? = nil,
        _ body: (inout PassingBatchBuilder) -> Void
    ) {
        guard !rooms.isEmpty else { return }
        let start = builder.count
        body(&self)
        guard builder.count > start else { return }
        deliveries.append(
            PassingBatch.Delivery(range: start..<builder.count, rooms: rooms, except: except, only: only))
    }

    mutating func typing(_ room: RoomID, _ user: UserID) {
        frame(.typing) { writer in
            writer.member("room", room.description)
            writer.member("user", user.description)
        }
    }

    mutating func receipt(_ room: RoomID, _ user: UserID, read: Int64) {
        frame(.receipt) { writer in
            writer.member("room", room.description)
            writer.member("user", user.description)
            writer.member("read", read)
        }
    }

    mutating func presence(_ user: UserID, _ presence: Presence) {
        frame(.presence) { writer in
            writer.member("user", user.description)
            presence.write(to: &writer)
        }
    }

    mutating func count(_ room: RoomID, online: Int) {
        frame(.presenceCount) { writer in
            writer.member("room", room.description)
            writer.member("online", Int64(online))
        }
    }

    /// The batch, nil when it is empty.
    consuming func finish() -> PassingBatch? {
        guard !deliveries.isEmpty else { return nil }
        return PassingBatch(frames: builder.finish(), deliveries: deliveries)
    }

    private mutating func frame(_ type: FrameType, _ body: (inout JSONWriter) -> Void) {
        writer.reset()
        writer.object { writer in
            writer.type(type)
            body(&writer)
        }
        _ = writer.bytes.withUnsafeBytes { builder.append(text: $0) }
    }
}
