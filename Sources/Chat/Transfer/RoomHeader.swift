/// What a room is besides its log: the first line of an export.
package struct RoomHeader: Sendable, Equatable {
    package var kind: RoomKind
    package var title: String?
    package var topic: String?
    package var retention: Retention
    /// Milliseconds since 1970 UTC.
    package var createdAt: Int64
    package var members: [(user: UserID, role: Role, isMuted: Bool)]

    package static func == (left: RoomHeader, right: RoomHeader) -> Bool {
        left.kind == right.kind && left.title == right.title && left.topic == right.topic
            && left.retention == right.retention && left.createdAt == right.createdAt
            && left.members.elementsEqual(right.members) { $0 == $1 }
    }

    /// Reads the first line of an export. Throws `ChatError` with what is wrong with it.
    package init(line: String, limits: ChatLimits, isAccount: (UserID) -> Bool) throws(ChatError) {
        guard let value = try? Array(line.utf8).withUnsafeBytes({ try JSONReader.read($0) }),
            value.member("type")?.text == "export", value.member("version")?.number == 1,
            let room = value.member("room")
        else { throw .badImport("is not the first line of an export") }
        guard let kind = room.member("kind")?.text.flatMap({ RoomKind(rawValue: $0) }), kind != .direct else {
            throw .badImport("is of a room that is neither public nor private")
        }
        self.kind = kind
        title = try Self.text(room.member("title"), "title", limits.titleCharacters)
        topic = try Self.text(room.member("topic"), "topic", limits.topicCharacters)
        let seconds = room.member("retention")?.number
        guard seconds.map({ $0 == 0 || Retention.range.contains($0) }) ?? true else {
            throw .badImport("has a 'retention' that is none")
        }
        retention = Retention(seconds: seconds)
        guard let time = room.member("created_at")?.text.flatMap({ ImportedTime.milliseconds($0) }) else {
            throw .badImport("has no 'created_at' of the room")
        }
        createdAt = time
        members = []
        for member in value.member("members")?.elements ?? [] {
            guard let user = member.member("user")?.text.flatMap({ UserID($0) }),
                let role = member.member("role")?.text.flatMap({ Role(rawValue: $0) })
            else { throw .badImport("has a member without a name or a role") }
            guard isAccount(user) else {
                throw .badImport("names the user \(user), who is not known here: make the account, or map the name")
            }
            guard !members.contains(where: { $0.user == user }) else {
                throw .badImport("has the member \(user) twice")
            }
            members.append((user, role, member.member("muted")?.truth == true))
        }
        guard members.count <= limits.membersPerRoom else {
            throw .badImport("has more members than limits.members_per_room allows")
        }
        guard members.isEmpty || members.contains(where: { $0.role == .owner }) else {
            throw .badImport("has members and no owner among them")
        }
    }

    private static func text(_ value: JSON?, _ name: String, _ limit: Int) throws(ChatError) -> String? {
        switch value {
        case nil, .null?: return nil
        case .string(let text)?
        where text.unicodeScalars.count <= limit && text.unicodeScalars.allSatisfy({ $0.value >= 0x20 }):
            return text
        default: throw .badImport("has a '\(name)' that no room can have")
        }
    }
}
