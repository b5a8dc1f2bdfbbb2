import Database

/// The rows of people: those of a room that is being imported wait in `import_people`, of the shape of `members`.
enum PersonTable {
    /// The people of a room behind `cursor` that `isWanted` tells, in the order of their names.
    static func people(
        _ table: StaticString, of room: RoomID, after cursor: String?, limit: Int, _ connection: any SQLConnection,
        where isWanted: (RoomPerson) -> Bool = { _ in true }
    ) throws -> [RoomPerson] {
        var people: [RoomPerson] = []
        try connection.scan(
            """
            SELECT username, state, role, muted, read_seq, joined_at, banned_until FROM \(table) \
            WHERE room = $1 AND state <> 1 AND username > $2 ORDER BY username
            """, [.text(room.description), .text(cursor ?? "")]
        ) { row in
            let person = person(row)
            if isWanted(person) { people.append(person) }
            return people.count < limit
        }
        return people
    }

    /// Stores one person of an import; who is there already becomes one with that one.
    static func add(_ person: RoomPerson, to room: RoomID, _ connection: any SQLConnection) throws {
        let before = try connection.first(
            """
            SELECT username, state, role, muted, read_seq, joined_at, banned_until FROM import_people \
            WHERE room = $1 AND username = $2
            """, [.text(room.description), .text(person.user.description)], self.person)
        let person = before.map { $0.merged(with: person) } ?? person
        try connection.execute(
            """
            INSERT INTO import_people (room, username, state, role, muted, read_seq, joined_at, banned_until) \
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (room, username) DO UPDATE SET \
            state = excluded.state, role = excluded.role, muted = excluded.muted, read_seq = excluded.read_seq, \
            joined_at = excluded.joined_at, banned_until = excluded.banned_until
            """,
            [
                .text(room.description), .text(person.user.description),
                .integer((person.isBanned ? MemberTable.State.banned : .member).rawValue), .text(person.role.rawValue),
                .integer(person.isMuted ? 1 : 0), .integer(person.read), .integer(person.since),
                .optional(person.until),
            ])
    }

    private static func person(_ row: any SQLRow) -> RoomPerson {
        var person = RoomPerson(user: UserID(stored: row.text(0)), since: row.integer(5))
        person.isBanned = row.integer(1) == MemberTable.State.banned.rawValue
        person.role = Role(rawValue: row.text(2)) ?? .member
        person.isMuted = row.integer(3) != 0
        person.read = row.integer(4)
        person.until = row.integerOrNil(6)
        return person
    }

    static func erase(_ room: RoomID, _ connection: any SQLConnection) throws {
        try connection.execute("DELETE FROM import_people WHERE room = $1", [.text(room.description)])
    }
}
