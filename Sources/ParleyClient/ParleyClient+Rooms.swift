extension ParleyClient {
    /// A page of a list; ask again with its cursor for the next one.
    public struct Page<Item: Sendable & Decodable>: Sendable, Decodable {
        /// What is on the page.
        public let items: [Item]
        /// For the next page; nil at the end.
        public let cursor: String?
    }

    private struct RoomAnswer: Decodable {
        let info: RoomInfo

        enum CodingKeys: String, CodingKey {
            case info = "room_info"
        }
    }

    // MARK: Rooms

    /// The user's rooms and all public ones, in the order of their slugs.
    ///
    /// - Throws: ``ProblemError``; ``ClientError``.
    public func rooms(after cursor: String? = nil) async throws -> Page<RoomInfo> {
        try await request("GET", Self.path(after: cursor)).decode()
    }

    /// One room.
    ///
    /// - Throws: ``ProblemError``: 404 `room_not_found` for one that may not be seen; ``ClientError``.
    public func room(_ room: String) async throws -> RoomInfo {
        try await request("GET", Self.path(room)).decode(RoomAnswer.self).info
    }

    /// Makes a room, of which the user is the owner.
    ///
    /// - Parameters:
    ///   - id: The slug, which never changes.
    ///   - kind: `public` or `private`.
    ///   - title: The title.
    ///   - topic: The topic.
    /// - Returns: The room as its owner sees it.
    /// - Throws: ``ProblemError``: 409 `room_exists`; ``ClientError``.
    @discardableResult
    public func createRoom(
        _ id: String, kind: String = "public", title: String? = nil, topic: String? = nil
    ) async throws -> RoomInfo {
        let fields = Self.object([
            "id": .string(id), "kind": .string(kind), "title": title.map(JSONValue.string),
            "topic": topic.map(JSONValue.string),
        ])
        return try await request("POST", Self.path(), json: fields).decode(RoomAnswer.self).info
    }

    /// Changes what is not nil of a room.
    ///
    /// - Parameters:
    ///   - room: The slug.
    ///   - title: The title; for moderators.
    ///   - topic: The topic; for moderators.
    ///   - kind: `public` or `private`; for owners.
    ///   - slowMode: Seconds from one message of a member to its next, 0 for off; for moderators.
    ///   - archived: Whether the room is read-only; for owners.
    /// - Returns: The room after the change.
    /// - Throws: ``ProblemError``; ``ClientError``.
    @discardableResult
    public func changeRoom(
        _ room: String, title: String? = nil, topic: String? = nil, kind: String? = nil, slowMode: Int? = nil,
        archived: Bool? = nil
    ) async throws -> RoomInfo {
        let fields = Self.object([
            "title": title.map(JSONValue.string), "topic": topic.map(JSONValue.string),
            "kind": kind.map(JSONValue.string), "slow_mode": slowMode.map(JSONValue.init(_:)),
            "archived": archived.map(JSONValue.bool),
        ])
        return try await request("PATCH", Self.path(room), json: fields).decode(RoomAnswer.self).info
    }

    /// Deletes a room with its history; for owners.
    ///
    /// - Throws: ``ProblemError``; ``ClientError``.
    public func deleteRoom(_ room: String) async throws { try await request("DELETE", Self.path(room)) }

    // MARK: Members

    /// The members of a room in the order of their names.
    ///
    /// - Throws: ``ProblemError``; ``ClientError``.
    public func members(of room: String, after cursor: String? = nil) async throws -> Page<RoomMember> {
        try await request("GET", Self.path(room, "members", after: cursor)).decode()
    }

    /// Makes a user a member, or changes what is not nil of a member.
    ///
    /// - Throws: ``ProblemError``; ``ClientError``.
    public func setMember(
        of room: String, _ user: String, role: String? = nil, muted: Bool? = nil
    ) async throws {
        let fields = Self.object(["role": role.map(JSONValue.string), "muted": muted.map(JSONValue.bool)])
        try await request("PUT", Self.path(room, "members", user), json: fields)
    }

    /// Removes a member, or leaves.
    ///
    /// - Throws: ``ProblemError``: 409 `last_owner`; ``ClientError``.
    public func removeMember(of room: String, _ user: String) async throws {
        try await request("DELETE", Self.path(room, "members", user))
    }

    /// The bans that hold in a room, in the order of the names; for moderators.
    ///
    /// - Throws: ``ProblemError``; ``ClientError``.
    public func bans(in room: String, after cursor: String? = nil) async throws -> Page<RoomBan> {
        try await request("GET", Self.path(room, "bans", after: cursor)).decode()
    }

    /// Bans a user, who is removed with it, for so many seconds or for ever.
    ///
    /// - Throws: ``ProblemError``; ``ClientError``.
    public func ban(in room: String, _ user: String, seconds: Int? = nil) async throws {
        let fields = Self.object(["expires_in": seconds.map(JSONValue.init(_:))])
        try await request("PUT", Self.path(room, "bans", user), json: fields)
    }

    /// Lifts a ban.
    ///
    /// - Throws: ``ProblemError``; ``ClientError``.
    public func unban(in room: String, _ user: String) async throws {
        try await request("DELETE", Self.path(room, "bans", user))
    }

    // MARK: Messages

    /// Gives a message of the user new words.
    ///
    /// - Throws: ``ProblemError``; ``ClientError``.
    @discardableResult
    public func edit(_ room: String, target: Int, text: String) async throws -> CommandAnswer.Position {
        try await request("PATCH", Self.path(room, "messages", String(target)), json: ["text": text]).decode()
    }

    /// Deletes a message.
    ///
    /// - Throws: ``ProblemError``; ``ClientError``.
    @discardableResult
    public func delete(_ room: String, target: Int) async throws -> CommandAnswer.Position {
        try await request("DELETE", Self.path(room, "messages", String(target))).decode()
    }

    /// Gives a message an emoji, or takes it back.
    ///
    /// - Throws: ``ProblemError``; ``ClientError``.
    @discardableResult
    public func react(
        _ room: String, target: Int, emoji: String, on: Bool = true
    ) async throws -> CommandAnswer.Position {
        let path = Self.path(room, "messages", String(target), "reactions", emoji)
        return try await request(on ? "PUT" : "DELETE", path).decode()
    }

    // MARK: Paths

    /// `/api/v1/rooms/…` with each part percent-encoded.
    private static func path(_ parts: String..., after cursor: String? = nil) -> String {
        let path = parts.reduce("/api/v1/rooms") { $0 + "/" + $1.percentEncoded }
        return cursor.map { path + "?cursor=" + $0.percentEncoded } ?? path
    }

    private static func object(_ fields: [String: JSONValue?]) -> JSONValue { .object(fields.compactMapValues { $0 }) }
}
