import Chat

/// The properties of a room in a request's body. All throw ``Problem`` with the code `invalid_field`.
struct RoomFields {
    private let body: JSON.Object
    private let limits: ChatLimits

    init(_ body: JSON.Object, limits: ChatLimits) {
        self.body = body
        self.limits = limits
    }

    func id() throws -> RoomID {
        guard let room = RoomID(try body.text("id")) else {
            throw Problem.invalidField("id", "must be 1 to 64 of a-z, 0-9, underscore and hyphen, the first no sign")
        }
        return room
    }

    /// Public unless given.
    func kind() throws -> RoomKind {
        guard let kind = RoomKind(rawValue: try body.optionalText("kind") ?? "public"), kind != .direct else {
            throw Problem.invalidField("kind", "must be public or private")
        }
        return kind
    }

    func title() throws -> String? { try text("title", limit: limits.titleCharacters) }

    func topic() throws -> String? { try text("topic", limit: limits.topicCharacters) }

    func role() throws -> Role? {
        guard let text = try body.optionalText("role") else { return nil }
        guard let role = Role(rawValue: text) else {
            throw Problem.invalidField("role", "must be owner, moderator or member")
        }
        return role
    }

    /// Nil where the body does not say; null is the server's own.
    func retention() throws -> Retention? {
        switch body["retention"] {
        case nil: return nil
        case .null?: return .standard
        case .integer(0)?: return .forever
        case .integer(let seconds)? where Retention.range.contains(seconds): return .seconds(seconds)
        default:
            throw Problem.invalidField(
                "retention", "must be null, 0 for ever, or a number of seconds up to \(Retention.range.upperBound)")
        }
    }

    private func text(_ name: String, limit: Int) throws -> String? {
        guard let text = try body.optionalText(name) else { return nil }
        guard text.unicodeScalars.count <= limit, text.unicodeScalars.allSatisfy({ $0.value >= 0x20 }) else {
            throw Problem.invalidField(name, "must be at most \(limit) characters, without control characters")
        }
        return text
    }
}
