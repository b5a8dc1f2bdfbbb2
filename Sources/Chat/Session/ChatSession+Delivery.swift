import NIOCore
import WebSocketTransport

extension ChatSession {
    /// Takes a run of frames of a room that the socket follows. Called for every socket of every commit.
    @inline(__always)
    func deliver(_ frames: FrameBuffer, _ range: Range<Int>, first: Int64, room: RoomID) {
        if isLive, let connection, connection.outbox.append(frames, range) { return }
        deliverSlowly(frames, range, first: first, room: room)
    }

    /// The rest of `deliver`: a socket that has no `hello` yet, is behind, or whose outbox is full. What it does not
    /// get now it gets from the log.
    @inline(never)
    private func deliverSlowly(_ frames: FrameBuffer, _ range: Range<Int>, first: Int64, room: RoomID) {
        guard isAdmitted, behind[room] == nil else { return }
        if phase == .open, !isLive, let connection, connection.outbox.append(frames, range) { return }
        if isLive {
            shard.noteFallenBehind()
            hasFallenBehind = true
        }
        isLive = false
        behind[room] = first
    }

    /// Takes back what waits to be sent of a room that the user has lost, up to the event `head`.
    func withdraw(_ room: RoomID, through head: Int64) {
        guard phase != .closed, let outbox = connection?.outbox, outbox.pendingBytes > 0 else { return }
        let withdrawal = RoomWithdrawal(room: room, head: head)
        outbox.withdraw { withdrawal.judge($0) }
    }

    /// Takes a run of passing frames, which are lost on a socket that does not keep up.
    func deliverPassing(_ frames: FrameBuffer, _ range: Range<Int>) {
        guard phase == .open, let connection else { return }
        connection.outbox.appendPassing(frames, range)
    }

    /// Tells in which rooms the socket is behind, ahead of what it missed there.
    func tellLagging() {
        hasFallenBehind = false
        guard !behind.isEmpty else { return }
        var writer = JSONWriter()
        writer.object { writer in
            writer.type(.lagging)
            writer.name("rooms")
            writer.array { writer in
                for room in behind.keys.sorted() { writer.value(room.description) }
            }
        }
        tell(writer.bytes)
    }

    // MARK: Catching up

    /// Reads the next page of a room in which the socket is behind, unless one is being read. Goes on page by page
    /// until the outbox refuses one, and from `outboxDrained` on again.
    func catchUp() {
        guard phase == .open, !isReadingPage else { return }
        // Any of the rooms, so that a busy one does not starve the others.
        while let (room, next) = behind.randomElement() {
            guard let head = membership(of: room)?.feed.head, next <= head else {
                behind[room] = nil
                continue
            }
            isReadingPage = true
            service.reader.page(room: room, after: next - 1, through: head, on: eventLoop)
                .whenComplete { [self] result in
                    isReadingPage = false
                    guard phase == .open else { return }
                    switch result {
                    case .success(let page): take(page, room: room)
                    case .failure: leave(code: 1012, reason: "storage unavailable")
                    }
                }
            return
        }
        settle()
    }

    private func take(_ page: LogPage, room: RoomID) {
        // The room may have been left, or the feed rewound, while the page was read: then the page is not wanted.
        guard let connection, membership(of: room) != nil, behind[room] == page.after + 1 else { return catchUp() }
        guard let frames = page.frames, let first = page.first, let last = page.last else {
            // Nothing is left of what was missed; what was said while the page was read is still to come.
            resumptions.indices.forEach { resumptions[$0].noteGap(in: room) }
            behind[room] = page.through + 1
            return catchUp()
        }
        shard.flusher.keepAlive(frames)
        guard connection.outbox.append(frames, 0..<frames.count) else { return }
        if first > page.after + 1 { resumptions.indices.forEach { resumptions[$0].noteGap(in: room) } }
        behind[room] = last + 1
        catchUp()
    }

    /// Answers the resumptions whose rooms have caught up, and goes back to live delivery when none is behind.
    func settle() {
        guard phase == .open else { return }
        while let resumption = resumptions.first, resumption.rooms.keys.allSatisfy({ behind[$0] == nil }) {
            resumptions.removeFirst()
            tell(resumption.answer { membership(of: $0)?.feed.head })
        }
        isLive = behind.isEmpty
    }
}
