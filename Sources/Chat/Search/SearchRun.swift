import Database

/// One search within one snapshot, in one of two ways.
///
/// What few messages hold is asked of the whole index at once, and each room then has its part of the answer. What many
/// hold is looked for room by room, those with the newest events first, each newest message first, until no further room
/// can hold anything newer than what was found; of a room that has but a few events that are newer, those are read and
/// compared without the index. Times within a room are taken to ascend with `seq`, as the log's own clock gives them.
struct SearchRun {
    let query: SearchQuery
    let user: UserID
    /// The last place of the page before.
    let after: SearchPlace?
    let limit: Int
    let limits: ChatLimits
    let tactics: SearchTactics
    let deadline: ContinuousClock.Instant
    let connection: any SQLConnection

    private struct Room {
        let id: RoomID
        let number: Int64
        let head: Int64
        let headAt: Int64
    }

    /// The page. Throws `ChatError` and `DatabaseError`.
    func page() throws -> SearchReader.Page {
        for room in query.rooms ?? [] { try LogReader.checkMembership(room, user, connection) }
        var places = SearchPlaces(limit: limit + 1)
        if query.rooms?.isEmpty != true, query.authors?.isEmpty != true, query.since < query.until {
            let rooms = try rooms()
            let matches =
                rooms.count > tactics.fewRooms
                ? try SearchTable.everywhere(
                    FullTextExpression(query), limit: tactics.rareMatches, rooms: rooms.map(\.number).max() ?? 0,
                    connection) : nil
            for room in rooms {
                guard ContinuousClock.now < deadline else { throw ChatError.searchTimeout }
                if let last = places.last, room.headAt < last.at { break }
                if room.headAt < query.since { break }
                if let matches {
                    try take(matches[room.number] ?? [], of: room, &places)
                } else {
                    try search(room, &places)
                }
            }
        }
        return try page(of: places.all)
    }

    /// The rooms that the user may read, those with the newest events first.
    private func rooms() throws -> [Room] {
        let rooms = try connection.all(
            """
            SELECT m.room, s.number, e.seq, e.at FROM members m JOIN search_rooms s ON s.room = m.room \
            JOIN events e ON e.room = m.room AND e.seq = (SELECT max(h.seq) FROM events h WHERE h.room = m.room) \
            WHERE m.username = $1 AND m.state = 0 ORDER BY e.at DESC
            """, [.text(user.description)]
        ) { Room(id: RoomID(stored: $0.text(0)), number: $0.integer(1), head: $0.integer(2), headAt: $0.integer(3)) }
        guard let chosen = query.rooms else { return rooms }
        return rooms.filter { chosen.contains($0.id) }
    }

    /// Adds those of the room's matches that belong on the page or are the one behind it.
    private func take(_ seqs: [Int64], of room: Room, _ places: inout SearchPlaces) throws {
        guard !seqs.isEmpty else { return }
        let last = try lastSeq(of: room)
        for seq in seqs.reversed() where seq <= last {
            let at = try connection.first(
                "SELECT at FROM events WHERE room = $1 AND seq = $2 AND kind = 0 AND deleted = 0",
                [.text(room.id.description), .integer(seq)]
            ) { $0.integer(0) }
            guard let at else { continue }
            guard take(seq, at, of: room, &places) else { return }
        }
    }

    /// Looks through the room, and adds what belongs on the page or is the one behind it.
    private func search(_ room: Room, _ places: inout SearchPlaces) throws {
        let last = try lastSeq(of: room)
        guard last > 0 else { return }
        let expression = FullTextExpression(query, room: room.number)
        let start = last - tactics.windowEvents
        if let worst = places.last, try time(in: room, upTo: start) ?? .min < worst.at {
            let known = SearchTable.Room(number: room.number, indexed: 0)
            try SearchTable.forEachMessageBackwards(of: room.id, in: min(start + 1, last)...last, connection) {
                message, at in
                guard !places.excludes(SearchPlace(at: at, room: room.id, seq: message.seq)) else { return false }
                return expression.matches(message.document(room: known))
                    ? take(message.seq, at, of: room, &places) : true
            }
        } else {
            try SearchTable.scan(
                expression, room: room.id, number: room.number, seqs: 0...last, connection
            ) { take($0, $1, of: room, &places) }
        }
    }

    /// Adds a match, newest first within a room; false when no further one of the room counts.
    private func take(_ seq: Int64, _ at: Int64, of room: Room, _ places: inout SearchPlaces) -> Bool {
        guard at >= query.since else { return false }
        let place = SearchPlace(at: at, room: room.id, seq: seq)
        guard at < query.until, after.map({ $0 < place }) ?? true else { return true }
        if places.excludes(place) { return false }
        places.insert(place)
        return true
    }

    /// The last `seq` of the room that is not past the time or the page that is asked for.
    private func lastSeq(of room: Room) throws -> Int64 {
        var last = room.head
        var newest = query.until == .max ? Int64.max : query.until - 1
        if let after {
            if after.room == room.id { last = min(last, after.seq - 1) }
            newest = min(newest, after.room < room.id || after.room == room.id ? after.at : after.at - 1)
        }
        guard newest < room.headAt else { return last }
        var first: Int64 = 0
        while first < last {
            let middle = first + (last - first + 1) / 2
            if try time(in: room, upTo: middle) ?? .min <= newest { first = middle } else { last = middle - 1 }
        }
        return first
    }

    /// When the last event up to `seq` happened, nil when there is none.
    private func time(in room: Room, upTo seq: Int64) throws -> Int64? {
        try connection.first(
            "SELECT at FROM events WHERE room = $1 AND seq <= $2 ORDER BY seq DESC LIMIT 1",
            [.text(room.id.description), .integer(seq)]
        ) { $0.integer(0) }
    }

    private func page(of places: [SearchPlace]) throws -> SearchReader.Page {
        let highlighter = Highlighter(query.terms)
        var items: [[UInt8]] = []
        var byteCount = 0
        for place in places.prefix(limit) {
            let message = try message(at: place)
            var item = JSONWriter()
            message.write(to: &item) { Self.write(highlighter.ranges(in: message.text ?? ""), to: &$0) }
            guard items.isEmpty || byteCount + item.bytes.count <= limits.pageBytes else { break }
            byteCount += item.bytes.count
            items.append(item.bytes)
        }
        var writer = JSONWriter(capacity: byteCount + items.count + 2)
        writer.array { writer in for item in items { writer.json(item) } }
        let hasMore = !items.isEmpty && items.count < places.count
        return SearchReader.Page(items: writer.bytes, cursor: hasMore ? places[items.count - 1].cursor : nil)
    }

    /// A message in its present state.
    private func message(at place: SearchPlace) throws -> Event {
        var found: Event?
        try EventTable.forEachMessage(
            room: place.room, after: place.seq - 1, before: place.seq + 1, newestFirst: false, limit: 1, connection
        ) { message in
            found = message
            return true
        }
        guard var message = found else { throw DatabaseError(.other, reason: "a message that was found is gone") }
        message.reactions = try ReactionTable.reactions(to: [message], for: user, connection)[message.seq] ?? []
        return message
    }

    private static func write(_ ranges: [Range<Int>], to writer: inout JSONWriter) {
        writer.name("highlights")
        writer.array { writer in
            for range in ranges {
                writer.object { writer in
                    writer.member("start", Int64(range.lowerBound))
                    writer.member("end", Int64(range.upperBound))
                }
            }
        }
    }
}
