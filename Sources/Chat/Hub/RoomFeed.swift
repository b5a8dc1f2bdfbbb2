import WebSocketTransport

/// The sockets on one event loop that follow a room, in contiguous memory.
///
/// Bound to its event loop. Sockets are held unretained: the shard owns them, and takes them out of every feed before
/// it lets go of them.
final class RoomFeed {
    let room: RoomID
    /// The last `seq` that was delivered on this event loop.
    var head: Int64
    private(set) var members: ContiguousArray<Unmanaged<ChatSession>> = []

    init(room: RoomID, head: Int64) {
        self.room = room
        self.head = head
    }

    /// Gives a run of frames to every socket: the hot path of the server.
    func deliver(_ frames: FrameBuffer, _ range: Range<Int>, first: Int64, last: Int64) {
        members.withUnsafeBufferPointer { members in
            for member in members {
                member._withUnsafeGuaranteedRef { $0.deliver(frames, range, first: first, room: room) }
            }
        }
        head = last
    }

    /// Gives a run of passing frames to every socket that did not get it under the same stamp already.
    func deliverPassing(_ frames: FrameBuffer, _ range: Range<Int>, except user: UserID?, stamp: UInt64) {
        for member in members {
            member._withUnsafeGuaranteedRef { session in
                guard session.passingStamp != stamp else { return }
                session.passingStamp = stamp
                if let user, session.user == user { return }
                session.deliverPassing(frames, range)
            }
        }
    }

    func add(_ session: ChatSession) {
        session.memberships.append(ChatSession.Membership(feed: self, index: members.count))
        members.append(Unmanaged.passUnretained(session))
    }

    /// Takes out the socket at `index`; the last one moves to its place.
    func remove(at index: Int) {
        let moved = members.removeLast()
        guard index < members.count else { return }
        members[index] = moved
        moved._withUnsafeGuaranteedRef { $0.moved(in: self, to: index) }
    }
}
