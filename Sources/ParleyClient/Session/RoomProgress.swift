/// How far each room has been seen: lets every durable event through once and in order, and asks for what is missing.
struct RoomProgress {
    /// What to do about an event.
    enum Verdict: Equatable {
        /// These are next, in order.
        case deliver([ServerEvent])
        /// It was seen before, or has to wait for a resume that is under way.
        case nothing
        /// Something before it is missing: resume the room after this `seq`. The event itself is kept.
        case resume(after: Int)
    }

    /// The `seq` of the last event seen in each room.
    private(set) var last: [String: Int]
    /// The user, whose own joining starts a room anew.
    private var user = ""
    private var isFirstGreeting: Bool
    /// The rooms that are being resumed, with the events that came ahead of their turn.
    private var held: [String: [Int: ServerEvent]] = [:]

    /// Starts with what was seen in an earlier life; a room that is not in it starts at its head.
    init(last: [String: Int] = [:]) {
        self.last = last
        isFirstGreeting = true
    }

    /// A socket has opened. Gives the rooms to resume and after which `seq`.
    mutating func greeted(_ hello: ChatHello) -> [String: Int] {
        user = hello.user.id
        held = [:]
        var missed: [String: Int] = [:]
        var present: [String: Int] = [:]
        for room in hello.rooms {
            let head = room.head ?? 0
            // A direct room that was not there before was opened by someone while this client was away.
            let start = last[room.id] ?? (!isFirstGreeting && room.kind == "direct" ? 0 : head)
            // Beyond the head only a server restored from a backup can have put us: its log is the truth.
            present[room.id] = min(start, head)
            if start < head {
                missed[room.id] = start
                held[room.id] = [:]
            }
        }
        last = present
        isFirstGreeting = false
        return missed
    }

    /// An event came.
    mutating func arrived(_ event: ServerEvent) -> Verdict {
        guard let (room, seq) = event.position else { return .deliver([event]) }
        if case .room(let change) = event, change.deleted == true {
            // The log is gone with the room; one of the same name that is made later begins anew.
            last[room] = nil
            held[room] = nil
            return .deliver([event])
        }
        guard let seen = last[room] else {
            last[room] = seq
            return .deliver([event])
        }
        if seq <= seen { return .nothing }
        if seq - 1 == seen || startsAnew(event, room) {
            last[room] = seq
            return .deliver([event] + releaseHeld(room))
        }
        let isResuming = held[room] != nil
        held[room, default: [:]][seq] = event
        return isResuming ? .nothing : .resume(after: seen)
    }

    /// The answer to a resume came: gives what was waiting for it.
    mutating func resumed(_ asked: [String: Int], _ answer: CommandAnswer.Resume) -> [ServerEvent] {
        var released: [ServerEvent] = []
        for room in asked.keys.sorted() {
            let waiting = held.removeValue(forKey: room) ?? [:]
            guard let outcome = answer.rooms[room] else {
                last[room] = nil
                continue
            }
            // Only where retention has cut the start can anything still be waiting: the gap before it is final.
            released += release(waiting, room)
            if !outcome.complete { last[room] = max(last[room] ?? 0, outcome.head) }
        }
        return released
    }

    /// The user being let in again after having been out: what happened in between was not theirs to see.
    private func startsAnew(_ event: ServerEvent, _ room: String) -> Bool {
        guard held[room] == nil, case .member(let member) = event, member.user == user else { return false }
        return member.change == "joined" || member.change == "invited"
    }

    private mutating func releaseHeld(_ room: String) -> [ServerEvent] {
        guard var seen = last[room], held[room]?.isEmpty == false else { return [] }
        var released: [ServerEvent] = []
        while let event = held[room]?.removeValue(forKey: seen + 1) {
            seen += 1
            released.append(event)
        }
        last[room] = seen
        if let lowest = held[room]?.keys.min(), lowest <= seen {
            held[room] = held[room]?.filter { $0.key > seen }
        }
        return released
    }

    private mutating func release(_ waiting: [Int: ServerEvent], _ room: String) -> [ServerEvent] {
        let seen = last[room] ?? 0
        let rest = waiting.filter { $0.key > seen }.sorted { $0.key < $1.key }
        if let newest = rest.last { last[room] = newest.key }
        return rest.map(\.value)
    }
}
