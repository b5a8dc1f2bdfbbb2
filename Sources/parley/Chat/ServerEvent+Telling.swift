import Foundation
import ParleyClient

extension ServerEvent {
    /// The event as one line for people, nil for what they need not see. Not yet fit for a terminal.
    var line: String? {
        switch self {
        case .message(let event):
            ChatLines.message(
                room: event.room, seq: event.seq, at: event.at, from: event.name ?? event.from, text: event.text,
                files: event.files, isDeleted: event.deleted == true)
        case .edited(let event):
            "[\(event.room)] \(ChatLines.time(event.at)) \(event.by) edited #\(event.target): \(event.text)"
        case .deleted(let event): "[\(event.room)] \(ChatLines.time(event.at)) \(event.by) deleted #\(event.target)"
        case .reacted(let event):
            "[\(event.room)] \(ChatLines.time(event.at)) \(event.by) "
                + (event.on
                    ? "reacted to #\(event.target) with \(event.emoji)" : "took \(event.emoji) off #\(event.target)")
        case .member(let event):
            "[\(event.room)] \(ChatLines.time(event.at)) \(event.user): \(event.change)"
                + (event.change == "role" ? " \(event.role ?? "")" : "") + (event.by.map { " (by \($0))" } ?? "")
        case .room(let event):
            "[\(event.room)] \(ChatLines.time(event.at)) "
                + (event.deleted == true ? "the room was deleted" : "the room was changed")
                + (event.title.map { ", title: \($0)" } ?? "") + (event.topic.map { ", topic: \($0)" } ?? "")
        case .drain: "-- the server is about to restart"
        case .error(let error): "-- \(error)"
        default: nil
        }
    }

    /// The event as JSON for programs, nil for what a program need not know.
    var json: JSONValue? {
        switch self {
        case .message(let event):
            ChatLines.object(
                "message", event.room, event.seq, event.at,
                [
                    "from": .string(event.from), "name": event.name.map { .string($0) }, "text": .string(event.text),
                    "reply_to": event.replyTo.map { .integer(Int64($0)) }, "files": event.files.map { .array($0) },
                    "mentions": event.mentions.map { .array($0.map { .string($0) }) },
                    "edited_at": event.editedAt.map { .string($0) }, "deleted": event.deleted.map { .bool($0) },
                ])
        case .edited(let event):
            ChatLines.object(
                "edited", event.room, event.seq, event.at,
                ["by": .string(event.by), "target": .integer(Int64(event.target)), "text": .string(event.text)])
        case .deleted(let event):
            ChatLines.object(
                "deleted", event.room, event.seq, event.at,
                ["by": .string(event.by), "target": .integer(Int64(event.target))])
        case .reacted(let event):
            ChatLines.object(
                "reacted", event.room, event.seq, event.at,
                [
                    "by": .string(event.by), "target": .integer(Int64(event.target)), "emoji": .string(event.emoji),
                    "on": .bool(event.on),
                ])
        case .member(let event):
            ChatLines.object(
                "member", event.room, event.seq, event.at,
                [
                    "user": .string(event.user), "change": .string(event.change),
                    "role": event.role.map { .string($0) }, "by": event.by.map { .string($0) },
                ])
        case .room(let event):
            ChatLines.object(
                "room", event.room, event.seq, event.at,
                [
                    "by": event.by.map { .string($0) }, "title": event.title.map { .string($0) },
                    "topic": event.topic.map { .string($0) }, "deleted": event.deleted.map { .bool($0) },
                ])
        case .error(let error): ChatLines.failure(code: error.code, error.message)
        case .unknown(_, let raw): try? JSONDecoder().decode(JSONValue.self, from: Data(raw.utf8))
        default: nil
        }
    }
}
