import Foundation
import ParleyClient

/// The lines of the terminal client, for people and for programs. Not yet fit for a terminal.
enum ChatLines {
    /// A message: `[general] 14:05 #17 alice: hello`.
    static func message(
        room: String, seq: Int, at: String, from: String, text: String, files: [JSONValue]?, isDeleted: Bool
    ) -> String {
        let names = (files ?? []).map { " [file: \($0["name"]?.string ?? "")]" }.joined()
        return "[\(room)] \(time(at)) #\(seq) \(from): " + (isDeleted ? "(deleted)" : text + names)
    }

    /// A message of a room's history or of a search.
    static func message(_ message: StoredMessage, in room: String) -> String {
        Self.message(
            room: message.room ?? room, seq: message.seq, at: message.at, from: message.name ?? message.from,
            text: message.text, files: message.files, isDeleted: message.deleted == true)
    }

    /// The same for programs.
    static func json(_ message: StoredMessage, in room: String) -> JSONValue {
        object(
            nil, message.room ?? room, message.seq, message.at,
            [
                "from": .string(message.from), "name": message.name.map { .string($0) },
                "text": .string(message.text), "files": message.files.map { .array($0) },
                "reply_to": message.replyTo.map { .integer(Int64($0)) },
                "edited_at": message.editedAt.map { .string($0) }, "deleted": message.deleted.map { .bool($0) },
            ])
    }

    /// A room of a list: `general  public  12 members  3 unread  The title`.
    static func room(_ room: RoomInfo) -> String {
        let parts: [String?] = [
            room.id, room.kind, room.role == nil ? "not joined" : nil, room.members.map { "\($0) members" },
            room.unread.flatMap { $0 > 0 ? "\($0) unread" : nil }, room.people?.joined(separator: ", "), room.title,
        ]
        return parts.compactMap { $0 }.joined(separator: "  ")
    }

    /// The same for programs.
    static func json(_ room: RoomInfo) -> JSONValue {
        fields([
            "id": .string(room.id), "kind": room.kind.map { .string($0) }, "title": room.title.map { .string($0) },
            "role": room.role.map { .string($0) }, "members": room.members.map { .integer(Int64($0)) },
            "unread": room.unread.map { .integer(Int64($0)) },
            "people": room.people.map { .array($0.map { .string($0) }) },
        ])
    }

    /// What a program is told of a failure.
    static func failure(code: String, _ message: String) -> JSONValue {
        .object(["type": "error", "code": .string(code), "message": .string(message)])
    }

    /// An object of a place in a room's log, without the fields that are nil.
    static func object(
        _ type: String?, _ room: String, _ seq: Int, _ at: String, _ more: [String: JSONValue?]
    ) -> JSONValue {
        var all = more
        all["type"] = type.map { .string($0) }
        all["room"] = .string(room)
        all["seq"] = .integer(Int64(seq))
        all["at"] = .string(at)
        return fields(all)
    }

    /// An object without the fields that are nil.
    static func fields(_ fields: [String: JSONValue?]) -> JSONValue { .object(fields.compactMapValues { $0 }) }

    /// Hour and minute of a time, where this machine is.
    static func time(_ text: String) -> String {
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        guard let date = (try? style.parse(text)) ?? (try? Date(text, strategy: .iso8601)) else { return text }
        let parts = Calendar.current.dateComponents([.hour, .minute], from: date)
        let (hour, minute) = (parts.hour ?? 0, parts.minute ?? 0)
        return "\(hour < 10 ? "0" : "")\(hour):\(minute < 10 ? "0" : "")\(minute)"
    }
}
