extension ChatConnection {
    /// Sends a message; the answer means that it is durable.
    ///
    /// The same `nonce` again, 1 to 64 characters, gives the first answer instead of a second message.
    ///
    /// - Throws: ``CommandError``; ``ClientError``.
    @discardableResult
    public func send(
        _ room: String, _ text: String, nonce: String? = nil, replyTo: Int? = nil, files: [String]? = nil
    ) async throws -> CommandAnswer.Send {
        try await command(
            "send",
            [
                "room": .string(room), "text": .string(text), "nonce": nonce.map(JSONValue.string),
                "reply_to": replyTo.map(JSONValue.init(_:)), "files": files.map { .array($0.map(JSONValue.string)) },
            ], answer: CommandAnswer.Send.self)
    }

    /// Gives a message a new text.
    ///
    /// - Throws: ``CommandError``; ``ClientError``.
    @discardableResult
    public func edit(_ room: String, target: Int, text: String) async throws -> CommandAnswer.Position {
        try await command(
            "edit", ["room": .string(room), "target": JSONValue(target), "text": .string(text)],
            answer: CommandAnswer.Position.self)
    }

    /// Deletes a message.
    ///
    /// - Throws: ``CommandError``; ``ClientError``.
    @discardableResult
    public func delete(_ room: String, target: Int) async throws -> CommandAnswer.Position {
        try await command(
            "delete", ["room": .string(room), "target": JSONValue(target)], answer: CommandAnswer.Position.self)
    }

    /// Adds a reaction to a message, or takes it back.
    ///
    /// - Throws: ``CommandError``; ``ClientError``.
    @discardableResult
    public func react(
        _ room: String, target: Int, emoji: String, on: Bool = true
    ) async throws -> CommandAnswer.Position {
        try await command(
            "react",
            ["room": .string(room), "target": JSONValue(target), "emoji": .string(emoji), "on": .bool(on)],
            answer: CommandAnswer.Position.self)
    }

    /// Joins a room.
    ///
    /// - Throws: ``CommandError``; ``ClientError``.
    @discardableResult
    public func join(_ room: String) async throws -> CommandAnswer.Room {
        try await command("join", ["room": .string(room)], answer: CommandAnswer.Room.self)
    }

    /// Leaves a room.
    ///
    /// - Throws: ``CommandError``; ``ClientError``.
    @discardableResult
    public func leave(_ room: String) async throws -> CommandAnswer.Room {
        try await command("leave", ["room": .string(room)], answer: CommandAnswer.Room.self)
    }

    /// Opens the room for direct messages with up to seven others; the same people always get the same room.
    ///
    /// - Throws: ``CommandError``; ``ClientError``.
    @discardableResult
    public func direct(with users: [String]) async throws -> CommandAnswer.Room {
        let fields: [String: JSONValue?] =
            users.count == 1
            ? ["user": users.first.map(JSONValue.string)] : ["users": .array(users.map(JSONValue.string))]
        return try await command("direct", fields, answer: CommandAnswer.Room.self)
    }

    /// Asks for every event after the `seq` given for each room; the answer comes after them.
    ///
    /// - Throws: ``CommandError``; ``ClientError``. Waits for as long as the socket lives.
    @discardableResult
    public func resume(_ rooms: [String: Int]) async throws -> CommandAnswer.Resume {
        try await command(
            "resume", ["rooms": .object(rooms.mapValues(JSONValue.init(_:)))], answer: CommandAnswer.Resume.self,
            hasDeadline: false)
    }

    /// Reads a page of a room's messages; without a bound the newest.
    ///
    /// - Throws: ``CommandError``; ``ClientError``.
    public func history(
        _ room: String, before: Int? = nil, after: Int? = nil, limit: Int? = nil
    ) async throws -> CommandAnswer.History {
        try await command(
            "history",
            [
                "room": .string(room), "before": before.map(JSONValue.init(_:)), "after": after.map(JSONValue.init(_:)),
                "limit": limit.map(JSONValue.init(_:)),
            ], answer: CommandAnswer.History.self)
    }

    /// Marks a room as read up to a `seq`.
    ///
    /// - Throws: ``CommandError``; ``ClientError``.
    public func read(_ room: String, seq: Int) async throws {
        try await command("read", ["room": .string(room), "seq": JSONValue(seq)])
    }

    /// Tells the room that one is typing; there is no answer.
    ///
    /// - Throws: ``ClientError``.
    public func typing(_ room: String) async throws {
        try await send(raw: Self.text("typing", id: nil, ["room": .string(room)]))
    }

    /// Sets one's presence on this socket: `online` or `away`.
    ///
    /// - Throws: ``CommandError``; ``ClientError``.
    public func presence(_ status: String) async throws {
        try await command("presence", ["status": .string(status)])
    }

    /// Asks the server for its time, through the chat protocol.
    ///
    /// - Throws: ``CommandError``; ``ClientError``.
    @discardableResult
    public func ping() async throws -> CommandAnswer.Pong {
        try await command("ping", [:], answer: CommandAnswer.Pong.self)
    }
}

extension JSONValue {
    /// A whole number.
    init(_ number: Int) { self = .integer(Int64(number)) }
}
