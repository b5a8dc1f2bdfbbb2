/// An event of an export, read from its line and checked.
struct ImportedEvent: Sendable {
    let event: Event

    private static let changes: Set<String> = [
        "joined", "left", "invited", "kicked", "banned", "unbanned", "muted", "unmuted", "role",
    ]
    private static let kinds: [String: Event.Kind] = [
        "message": .message, "edited": .edited, "deleted": .deleted, "reacted": .reacted, "member": .member,
        "room": .room,
    ]

    /// Reads the object of a line for a room. Throws `ChatError` with what is wrong with it.
    init(_ object: JSON.Object, room: RoomID, limits: ChatLimits, isKnown: (UserID) -> Bool) throws(ChatError) {
        guard let kind = object["type"]?.text.flatMap({ Self.kinds[$0] }) else {
            throw .badImport("has no 'type' of a durable event")
        }
        guard let seq = object["seq"]?.number, seq > 0 else { throw .badImport("has no 'seq'") }
        guard let at = object["at"]?.text.flatMap({ ImportedTime.milliseconds($0) }) else {
            throw .badImport("has no 'at' like 2026-01-31T12:00:00.000Z")
        }
        func user(_ name: String) throws(ChatError) -> UserID {
            guard let text = object[name]?.text, let user = UserID(text) else {
                throw .badImport("has no username as '\(name)'")
            }
            // The host's own acts stand under a name that is no account.
            guard isKnown(user) || (name == "by" && text == "operator") else {
                throw .unknownImported(user)
            }
            return user
        }
        // A message of a webhook has an author who is no user, and says what name to show.
        let webhook = kind == .message ? object["from"]?.text.flatMap { Webhook.author(named: $0) } : nil
        let author = if let webhook { webhook } else { try user(kind == .message ? "from" : "by") }
        var event = Event(room: room, seq: seq, at: at, kind: kind, author: author)
        switch kind {
        case .message:
            event.text = try Self.text(object, limits)
            event.target = try Self.place(object, "reply_to", before: seq, isRequired: false)
            event.isDeleted = object["deleted"]?.truth == true
            event.files = try Self.files(object["files"])
            event.mentions = Self.mentions(object, isKnown)
            if webhook != nil { event.authorName = try Self.name(object) }
        case .edited:
            event.target = try Self.place(object, "target", before: seq, isRequired: true)
            event.text = try Self.text(object, limits)
            event.mentions = Self.mentions(object, isKnown)
        case .deleted: event.target = try Self.place(object, "target", before: seq, isRequired: true)
        case .reacted:
            event.target = try Self.place(object, "target", before: seq, isRequired: true)
            guard let emoji = object["emoji"]?.text.flatMap({ Emoji($0) }), let isOn = object["on"]?.truth else {
                throw .badImport("has no 'emoji' that is one, or no 'on'")
            }
            event.emoji = emoji
            event.isOn = isOn
        case .member:
            event.subject = try user("user")
            guard let change = object["change"]?.text, Self.changes.contains(change) else {
                throw .badImport("has no 'change' of a member")
            }
            event.change = change
            event.role = object["role"]?.text.flatMap { Role(rawValue: $0) }
            if let until = object["until"] {
                guard until.text.flatMap({ ImportedTime.milliseconds($0) }) != nil else {
                    throw .badImport("has no time as 'until'")
                }
                event.properties = JSON.Object([("until", until)])
            }
        case .room:
            var properties = JSON.Object()
            for name in ["title", "topic", "kind", "slow_mode", "archived", "retention"] {
                if let value = object[name] { properties.members.append((name, value)) }
            }
            event.properties = properties
        }
        self.event = event
    }

    /// The files of a message, by their ids and names; what they are otherwise is told by their content.
    private static func files(_ value: JSON?) throws(ChatError) -> [FileInfo] {
        var files: [FileInfo] = []
        for item in value?.elements ?? [] {
            guard item.member("id")?.text.flatMap({ FileID($0) }) != nil, let file = FileInfo(item) else {
                throw .badImport("has something among its 'files' that is none")
            }
            files.append(file)
        }
        return files
    }

    private static func text(_ object: JSON.Object, _ limits: ChatLimits) throws(ChatError) -> String {
        guard let text = object["text"]?.text else { throw .badImport("has no 'text'") }
        guard text.utf8.count <= limits.textBytes else {
            throw .badImport("has a text of more than \(limits.textBytes) bytes (limits.text_bytes)")
        }
        guard text.utf8.allSatisfy({ $0 >= 0x20 || $0 == 0x09 || $0 == 0x0A }) else {
            throw .badImport("has a control character in its text")
        }
        return text
    }

    private static func name(_ object: JSON.Object) throws(ChatError) -> String {
        guard let name = object["name"]?.text, (1...Webhook.maximumNameCharacters).contains(name.count),
            name.unicodeScalars.allSatisfy({ $0.value >= 0x20 })
        else { throw .badImport("has no 'name' of a webhook") }
        return name
    }

    /// Of those named whom this server does not know, nobody can be told.
    private static func mentions(_ object: JSON.Object, _ isKnown: (UserID) -> Bool) -> [UserID] {
        (object["mentions"]?.elements ?? []).compactMap { $0.text.flatMap { UserID($0) } }.filter(isKnown)
    }

    private static func place(
        _ object: JSON.Object, _ name: String, before seq: Int64, isRequired: Bool
    ) throws(ChatError) -> Int64? {
        guard let value = object[name] else {
            if isRequired { throw .badImport("has no '\(name)'") }
            return nil
        }
        guard let place = value.number, place > 0, place < seq else {
            throw .badImport("has a '\(name)' that is no earlier 'seq'")
        }
        return place
    }
}

extension ChatError {
    /// What is wrong with an import.
    package static func badImport(_ reason: String) -> ChatError { ChatError("invalid_field", reason, field: "lines") }

    static func unknownImported(_ user: UserID) -> ChatError {
        badImport("names the user \(user), who is not known here: make the account, or map the name")
    }
}

/// A line of an export behind its first, read and checked.
enum ImportedLine: Sendable {
    case event(Event)
    case person(RoomPerson)

    /// Reads a line for a room. Throws `ChatError` with what is wrong with it.
    init(
        _ line: String, room: RoomID, limits: ChatLimits, isKnown: (UserID) -> Bool, isAccount: (UserID) -> Bool
    ) throws(ChatError) {
        guard let value = try? Array(line.utf8).withUnsafeBytes({ try JSONReader.read($0) }),
            case .object(let object) = value
        else { throw .badImport("is not one JSON object") }
        switch object["type"]?.text {
        case "person": self = .person(try RoomPerson(object, isBanned: false, isAccount: isAccount))
        case "ban": self = .person(try RoomPerson(object, isBanned: true, isAccount: isKnown))
        default: self = .event(try ImportedEvent(object, room: room, limits: limits, isKnown: isKnown).event)
        }
    }
}
