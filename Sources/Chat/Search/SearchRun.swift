import Database

/// One search within one snapshot: room by room, those with the newest events first, each newest message first, until
/// no further room can hold anything newer than what was found.
///
/// Times within a room are taken to ascend with `seq`, as the log's own clock gives them.
struct SearchRun {
    let query: SearchQuery
    let user: UserID
    /// The last place of the page before.
    let after: SearchPlace?
    let limit: Int
    let limits: ChatLimits
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
        var places: [SearchPlace] = []
        if query.rooms?.isEmpty != true, query.authors?.isEmpty != true, query.since < query.until {
            for room in try rooms() {
                guard ContinuousClock.now < deadline else { throw ChatError.searchTimeout }
                if places.count > limit, let last = places.last, room.headAt < last.at { break }
                if room.headAt < query.since { break }
                try search(room, &places)
            }
        }
        return try page(of: places)
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

    /// Adds what the room has, as long as it belongs on the page or is the one behind it.
    private func search(_ room: Room, _ places: inout [SearchPlace]) throws {
        let last = try lastSeq(of: room)
        guard last > 0 else { return }
        let expression = FullTextExpression(query, room: room.number)
        try SearchTable.scan(expression, room: room.id, number: room.number, seqs: 0...last, connection) { seq, at in
            guard at >= query.since else { return false }
            let place = SearchPlace(at: at, room: room.id, seq: seq)
            guard at < query.until, after.map({ $0 < place }) ?? true else { return true }
            if places.count > limit, let worst = places.last, worst < place { return false }
            let index = places.firstIndex { place < $0 } ?? places.count
            places.insert(place, at: index)
            if places.count > limit + 1 { places.removeLast() }
            return true
        }
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
            let at = try connection.first(
                "SELECT at FROM events WHERE room = $1 AND seq <= $2 ORDER BY seq DESC LIMIT 1",
                [.text(room.id.description), .integer(middle)]
            ) { $0.integer(0) }
            if at ?? .min <= newest { first = middle } else { last = middle - 1 }
        }
        return first
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
