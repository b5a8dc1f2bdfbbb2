/// What a room is besides its log: the first line of an export.
package struct RoomHeader: Sendable, Equatable {
    package var kind: RoomKind
    package var title: String?
    package var topic: String?
    package var retention: Retention
    /// Milliseconds since 1970 UTC.
    package var createdAt: Int64
    /// Seconds from one message of a member below moderator to its next, 0 for no slow mode.
    package var slowMode: Int64
    /// When the room became read-only, in milliseconds since 1970 UTC; nil where it is not.
    package var archivedAt: Int64?
    /// The last `seq` that is gone, where no event is left to tell.
    package var cut: Int64

    /// Reads the first line of an export. Throws `ChatError` with what is wrong with it.
    package init(line: String, limits: ChatLimits) throws(ChatError) {
        guard let value = try? Array(line.utf8).withUnsafeBytes({ try JSONReader.read($0) }),
            value.member("type")?.text == "export", value.member("version")?.number == 2,
            let room = value.member("room")
        else { throw .badImport("is not the first line of an export of this version") }
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
        guard let pace = room.member("slow_mode")?.number, (0...86_400).contains(pace) else {
            throw .badImport("has a 'slow_mode' that is none")
        }
        slowMode = pace
        switch room.member("archived_at") {
        case .null?: archivedAt = nil
        case .string(let text)?:
            guard let time = ImportedTime.milliseconds(text) else { throw .badImport("has no time as 'archived_at'") }
            archivedAt = time
        default: throw .badImport("has no 'archived_at' of the room")
        }
        guard let cut = room.member("cut")?.number, cut >= 0 else { throw .badImport("has no 'cut' of the room") }
        self.cut = cut
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
