import Database

/// What the log's thread keeps of passing events until their tick, and the frames that it makes of them.
///
/// It is this thread that knows who is in which room, in the order in which the event loops hear of it.
final class PassingLedger {
    /// Large rooms that are counted in one tick, so that a commit does not wait for many.
    private static let countsPerTick = 8

    private let settings: PresenceSettings
    /// Everyone who is not offline.
    private var present: [UserID: Presence] = [:]
    private var reads: [RoomID: [UserID: Int64]] = [:]
    private var arrivals: [UserID: Set<RoomID>] = [:]
    private var roomsToCount: Set<RoomID> = []
    /// Whether there were more rooms to count than one tick does.
    private(set) var isCounting = false
    /// What large rooms were told last.
    private(set) var counts: [RoomID: Int] = [:]
    /// The tick that is to be told, together with earlier ones that could not be.
    private var tick: PassingTick?

    init(settings: PresenceSettings) { self.settings = settings }

    /// Takes what a committed transaction led to. True when some of it waits for a tick.
    func committed(_ notes: PassingNotes) -> Bool {
        reads.merge(notes.reads) { $0.merging($1) { max($0, $1) } }
        for (user, rooms) in notes.arrivals { arrivals[user, default: []].formUnion(rooms) }
        roomsToCount.formUnion(notes.changedRooms)
        return !notes.reads.isEmpty || !notes.arrivals.isEmpty || !notes.changedRooms.isEmpty
    }

    /// Who types: what is told between ticks.
    func batch(_ typing: [PassingNotes.Typing]) -> PassingBatch? {
        typing.isEmpty ? nil : told(typing).finish()
    }

    /// Takes note of a tick.
    func ticked(_ next: PassingTick) { tick = next.following(tick) }

    /// Who types, and all that has gathered for the tick. Throws `DatabaseError`; the next tick tells it then.
    func batch(
        _ typing: [PassingNotes.Typing], _ states: RoomStates, _ connection: any SQLConnection
    ) throws -> PassingBatch? {
        guard let tick else { return batch(typing) }
        var builder = told(typing)
        try tellReads(&builder, states, connection)
        try tellPresence(tick.changes, &builder, states, connection)
        try tellArrivals(&builder, states, connection)
        if tick.withCounts || isCounting { try tellCounts(&builder, states, connection) }
        reads.removeAll()
        arrivals.removeAll()
        self.tick = nil
        return builder.finish()
    }

    private func told(_ typing: [PassingNotes.Typing]) -> PassingBatchBuilder {
        var builder = PassingBatchBuilder()
        for note in typing {
            builder.deliver(to: [note.room], except: note.user) { $0.typing(note.room, note.user) }
        }
        return builder
    }

    private func tellReads(
        _ builder: inout PassingBatchBuilder, _ states: RoomStates, _ connection: any SQLConnection
    ) throws {
        for (id, users) in reads {
            guard let room = try states.room(id, connection) else { continue }
            if isLarge(room) {
                // A user's other devices still learn of it.
                for (user, read) in users where room.members[user] != nil {
                    builder.deliver(to: [id], only: user) { $0.receipt(id, user, read: read) }
                }
            } else {
                builder.deliver(to: [id]) { builder in
                    for (user, read) in users where room.members[user] != nil {
                        builder.receipt(id, user, read: read)
                    }
                }
            }
        }
    }

    private func tellPresence(
        _ changes: [PresenceChange], _ builder: inout PassingBatchBuilder, _ states: RoomStates,
        _ connection: any SQLConnection
    ) throws {
        for change in changes {
            // This tells the rooms that the user has just come into, too.
            arrivals[change.user] = nil
            let rooms = try states.rooms(of: change.user, connection)
            let wasPresent = present[change.user] != nil
            let isPresent = change.presence.status != .offline
            present[change.user] = isPresent ? change.presence : nil
            var small: [RoomID] = []
            for room in rooms {
                if !isLarge(room) {
                    small.append(room.id)
                } else if wasPresent != isPresent {
                    roomsToCount.insert(room.id)
                }
            }
            builder.deliver(to: small, except: change.user) { $0.presence(change.user, change.presence) }
        }
    }

    private func tellArrivals(
        _ builder: inout PassingBatchBuilder, _ states: RoomStates, _ connection: any SQLConnection
    ) throws {
        for (user, rooms) in arrivals {
            guard let presence = present[user] else { continue }
            let small = try rooms.filter { id in
                guard let room = try states.room(id, connection), !isLarge(room) else { return false }
                return room.members[user] != nil
            }
            builder.deliver(to: Array(small), except: user) { $0.presence(user, presence) }
        }
    }

    private func tellCounts(
        _ builder: inout PassingBatchBuilder, _ states: RoomStates, _ connection: any SQLConnection
    ) throws {
        var counted: [(room: RoomID, online: Int?)] = []
        for id in roomsToCount {
            guard counted.count(where: { $0.online != nil }) < Self.countsPerTick else { break }
            let room = try states.room(id, connection)
            counted.append((id, room.flatMap { isLarge($0) ? $0.members.keys.count { present[$0] != nil } : nil }))
        }
        for (id, online) in counted {
            roomsToCount.remove(id)
            if let online, counts[id] != online { builder.deliver(to: [id]) { $0.count(id, online: online) } }
            counts[id] = online
        }
        isCounting = !roomsToCount.isEmpty
    }

    private func isLarge(_ room: RoomState) -> Bool { room.members.count > settings.largeRoom }
}
