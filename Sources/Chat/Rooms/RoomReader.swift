package import Database

/// Reads rooms and their members as one user may see them, each list in one snapshot.
package struct RoomReader: Sendable {
    private let engine: any DatabaseEngine

    package init(engine: any DatabaseEngine) { self.engine = engine }

    /// A member as the list of a room's members shows it.
    package struct Entry: Sendable, Equatable {
        package let user: UserID
        package let member: Member
        /// Milliseconds since 1970 UTC.
        package let joinedAt: Int64
    }

    private static let columns = """
        r.room, r.kind, r.title, r.topic, \
        COALESCE((SELECT max(e.seq) FROM events e WHERE e.room = r.room), 0), \
        (SELECT count(*) FROM members c WHERE c.room = r.room AND c.state = 0), \
        m.role, m.muted, m.read_seq, r.slow_mode, r.archived_at
        """
    private static let source =
        "rooms r LEFT JOIN members m ON m.room = r.room AND m.username = $1 AND m.state = 0"

    /// The user's rooms and all public ones in the order of their slugs, those behind `cursor`. Throws `DatabaseError`.
    package func rooms(of user: UserID, after cursor: String?, limit: Int) async throws -> [RoomInfo] {
        try await engine.read { connection in
            try connection.all(
                """
                SELECT \(Self.columns) FROM \(Self.source) \
                WHERE r.room > $2 AND (r.kind = 'public' OR m.role IS NOT NULL) ORDER BY r.room LIMIT $3
                """, [.text(user.description), .text(cursor ?? ""), .integer(limit)]
            ) { Self.info($0) }
            .map { try Self.withPeople($0, connection) }
        }
    }

    /// One room. Throws `ChatError.roomNotFound` when the user may not see it, and `DatabaseError`.
    package func room(_ room: RoomID, for user: UserID) async throws -> RoomInfo {
        try await engine.read { try Self.room(room, user, $0) }
    }

    /// The members of a room in the order of their names, those behind `cursor`, for one who may see them: a member,
    /// or anyone where the room is public. Throws `ChatError.roomNotFound` and `DatabaseError`.
    package func members(
        of room: RoomID, for user: UserID, after cursor: String?, limit: Int
    ) async throws -> [Entry] {
        try await engine.read { connection in
            _ = try Self.room(room, user, connection)
            return try connection.all(
                """
                SELECT username, role, muted, read_seq, joined_at FROM members \
                WHERE room = $1 AND state = 0 AND username > $2 ORDER BY username LIMIT $3
                """, [.text(room.description), .text(cursor ?? ""), .integer(limit)]
            ) { row in
                Entry(
                    user: UserID(stored: row.text(0)),
                    member: Member(
                        role: Role(rawValue: row.text(1)) ?? .member, isMuted: row.integer(2) != 0,
                        read: row.integer(3)),
                    joinedAt: row.integer(4))
            }
        }
    }

    /// A ban as the list of a room's bans shows it.
    package struct Ban: Sendable, Equatable {
        package let user: UserID
        /// Milliseconds since 1970 UTC.
        package let bannedAt: Int64
        /// When it ends, in milliseconds since 1970 UTC; nil for never.
        package let until: Int64?
    }

    /// The bans of a room that hold at `now`, in the order of the names, those behind `cursor`, for one who may ban.
    /// Throws `ChatError` and `DatabaseError`.
    package func bans(
        of room: RoomID, for user: UserID, at now: Int64, after cursor: String?, limit: Int
    ) async throws -> [Ban] {
        try await engine.read { connection in
            let info = try Self.room(room, user, connection)
            guard let member = info.member else { throw ChatError.notAMember }
            try Permission.ban.check(member, in: info.kind)
            return try connection.all(
                """
                SELECT username, joined_at, banned_until FROM members WHERE room = $1 AND state = 2 \
                AND (banned_until IS NULL OR banned_until > $2) AND username > $3 ORDER BY username LIMIT $4
                """, [.text(room.description), .integer(now), .text(cursor ?? ""), .integer(limit)]
            ) { Ban(user: UserID(stored: $0.text(0)), bannedAt: $0.integer(1), until: $0.integerOrNil(2)) }
        }
    }

    /// Every user who stands in the list of a room, whether a member, gone or banned. Throws `DatabaseError`.
    package func everyoneEver(in room: RoomID) async throws -> Set<UserID> {
        try await engine.read { connection in
            try Set(
                connection.all("SELECT username FROM members WHERE room = $1", [.text(room.description)]) {
                    UserID(stored: $0.text(0))
                })
        }
    }

    static func room(_ room: RoomID, _ user: UserID, _ connection: any SQLConnection) throws -> RoomInfo {
        let info: RoomInfo? = try connection.first(
            "SELECT \(columns) FROM \(source) WHERE r.room = $2", [.text(user.description), .text(room.description)]
        ) { Self.info($0) }
        guard let info, info.kind == .public || info.member != nil else { throw ChatError.roomNotFound }
        return try withPeople(info, connection)
    }

    private static func info(_ row: any SQLRow) -> RoomInfo {
        RoomInfo(
            id: RoomID(stored: row.text(0)), kind: RoomKind(rawValue: row.text(1)) ?? .private,
            title: row.textOrNil(2), topic: row.textOrNil(3), slowMode: row.integer(9), isArchived: !row.isNull(10),
            head: row.integer(4),
            member: row.textOrNil(6).map {
                Member(role: Role(rawValue: $0) ?? .member, isMuted: row.integer(7) != 0, read: row.integer(8))
            },
            memberCount: Int(row.integer(5)))
    }

    private static func withPeople(_ info: RoomInfo, _ connection: any SQLConnection) throws -> RoomInfo {
        guard info.kind == .direct else { return info }
        var info = info
        info.people = try connection.all(
            "SELECT username FROM members WHERE room = $1 AND state = 0 ORDER BY username",
            [.text(info.id.description)]
        ) { UserID(stored: $0.text(0)) }
        return info
    }
}
