import Database
import TestTools
import Testing

@testable import Chat

@Suite("The table of events")
struct EventTableTests {
    /// Runs inside one transaction on a fresh database.
    private func write(_ body: (any SQLConnection) throws -> Void) throws {
        let directory = try TemporaryDirectory()
        let engine = try SQLiteEngine(path: directory.file("events.sqlite3"))
        try engine.migrate(ChatMigrations.all)
        try engine.writeBlocking(body)
        try engine.close()
    }

    private static func event(
        _ seq: Int64, _ kind: Event.Kind, _ fill: (inout Event) -> Void = { _ in }
    ) -> Event {
        var event = Event(room: "a", seq: seq, at: 1_000 + seq, kind: kind, author: "olga")
        fill(&event)
        return event
    }

    private static let events: [Event] = [
        event(1, .room) {
            $0.properties = JSON.Object([("title", .string("\"é\n")), ("kind", .string("public")), ("n", .integer(7))])
        },
        event(2, .member) {
            $0.subject = "bob"
            $0.change = "joined"
        },
        event(3, .member) {
            $0.subject = "bob"
            $0.change = "role"
            $0.role = .moderator
        },
        event(4, .message) { $0.text = "plain 😀 \u{7F}\n\t" },
        event(5, .message) {
            $0.text = ""
            $0.target = 4
            $0.mentions = ["bob"]
        },
        event(6, .edited) {
            $0.text = "plain 😀 \u{7F}\n\t"
            $0.target = 4
        },
        event(7, .deleted) { $0.target = 5 },
        event(8, .reacted) {
            $0.target = 4
            $0.emoji = Emoji(stored: "👍🏽")
            $0.isOn = true
        },
        event(9, .room) { $0.properties = JSON.Object() },
    ]

    private func read(
        _ connection: any SQLConnection, after: Int64 = 0, through: Int64 = .max, limit: Int = 100, stopAt: Int64 = .max
    ) throws -> [Event] {
        var events: [Event] = []
        try EventTable.forEach(room: "a", after: after, through: through, limit: limit, connection) { event in
            guard event.seq < stopAt else { return false }
            events.append(event)
            return true
        }
        return events
    }

    @Test("gives back every kind of event as it was stored")
    func roundTrip() throws {
        try write { connection throws in
            for event in Self.events { #expect(try EventTable.insert(event, nonce: nil, connection)) }
            #expect(try read(connection) == Self.events)
        }
    }

    @Test("writes every kind of event as the protocol has it")
    func json() throws {
        let texts = Self.events.map { event in
            var writer = JSONWriter()
            event.write(to: &writer)
            return String(decoding: writer.bytes, as: UTF8.self)
        }
        func head(_ type: String, _ seq: Int) -> String {
            #"{"type":"\#(type)","room":"a","seq":\#(seq),"at":"1970-01-01T00:00:01.00\#(seq)Z","#
        }
        #expect(
            texts == [
                head("room", 1) + #""by":"olga","title":"\"é\n","kind":"public","n":7}"#,
                head("member", 2) + #""user":"bob","change":"joined","by":"olga"}"#,
                head("member", 3) + #""user":"bob","change":"role","role":"moderator","by":"olga"}"#,
                head("message", 4) + #""from":"olga","text":"plain 😀 \u007f\n\t"}"#,
                head("message", 5) + #""from":"olga","text":"","reply_to":4,"mentions":["bob"]}"#,
                head("edited", 6) + #""by":"olga","target":4,"text":"plain 😀 \u007f\n\t"}"#,
                head("deleted", 7) + #""by":"olga","target":5}"#,
                head("reacted", 8) + #""by":"olga","target":4,"emoji":"👍🏽","on":true}"#,
                head("room", 9) + #""by":"olga"}"#,
            ])
    }

    @Test("shows an edited and a deleted message in their present state")
    func presentState() throws {
        try write { connection throws in
            for event in Self.events { _ = try EventTable.insert(event, nonce: nil, connection) }
            var edit = Self.event(6, .edited) { $0.text = "new" }
            edit.at = 2000
            edit.mentions = ["bob", "carl"]
            try EventTable.replaceText(of: 4, with: edit, connection)
            try EventTable.erase(room: "a", seq: 5, revision: 7, connection)
            #expect(try EventTable.message(room: "a", seq: 4, connection)?.revision == 6)
            #expect(try EventTable.message(room: "a", seq: 5, connection)?.revision == 7)
            let events = try read(connection, after: 3, through: 5)
            #expect(events.map(\.editedAt) == [2000, nil] && events.map(\.isDeleted) == [false, true])
            let texts = events.map { event in
                var writer = JSONWriter()
                event.write(to: &writer)
                return String(decoding: writer.bytes, as: UTF8.self)
            }
            #expect(
                texts[0].hasSuffix(#""text":"new","mentions":["bob","carl"],"edited_at":"1970-01-01T00:00:02.000Z"}"#))
            #expect(texts[1].hasSuffix(#""text":"","reply_to":4,"deleted":true}"#))
        }
    }

    @Test("keeps to the bounds, the limit and the reader's word")
    func bounds() throws {
        try write { connection in
            for event in Self.events { _ = try EventTable.insert(event, nonce: nil, connection) }
            #expect(try read(connection, after: 2, through: 4).map(\.seq) == [3, 4])
            #expect(try read(connection, after: 4, through: 4).isEmpty)
            #expect(try read(connection, after: 9).isEmpty)
            #expect(try read(connection, limit: 3).map(\.seq) == [1, 2, 3])
            #expect(try read(connection, stopAt: 4).map(\.seq) == [1, 2, 3])
            #expect(try read(connection, after: .min, through: .max).count == 9)
        }
    }

    @Test("counts others' messages only")
    func unread() throws {
        try write { connection in
            for event in Self.events { _ = try EventTable.insert(event, nonce: nil, connection) }
            func count(_ user: UserID, _ after: Int64, _ through: Int64) throws -> Int64 {
                try EventTable.countUnread(room: "a", user: user, after: after, through: through, connection)
            }
            #expect(try count("bob", 0, 9) == 2)
            #expect(try count("bob", 4, 9) == 1)
            #expect(try count("bob", 0, 4) == 1)
            #expect(try count("bob", 5, 9) == 0)
            #expect(try count("olga", 0, 9) == 0)
        }
    }

    @Test("takes a nonce once for each author and says where it stands")
    func nonce() throws {
        try write { connection in
            let first = Self.event(1, .message) { $0.text = "x" }
            #expect(try EventTable.insert(first, nonce: "n", connection))
            #expect(try !EventTable.insert(Self.event(2, .message) { $0.text = "y" }, nonce: "n", connection))
            var others = Self.event(2, .message)
            others.author = "bob"
            #expect(try EventTable.insert(others, nonce: "n", connection))
            let place = try #require(try EventTable.place(author: "olga", nonce: "n", connection))
            #expect(place.room == "a" && place.seq == 1 && place.at == 1001)
            #expect(try EventTable.place(author: "olga", nonce: "m", connection) == nil)
            #expect(try read(connection).map(\.author) == ["olga", "bob"])
        }
    }

    @Test("never takes the same seq twice")
    func sameSeq() throws {
        try write { connection throws in
            let event = Self.event(1, .message) { $0.text = "x" }
            _ = try EventTable.insert(event, nonce: nil, connection)
            #expect(throws: DatabaseError(.constraint, reason: "")) {
                try EventTable.insert(event, nonce: "n", connection)
            }
        }
    }
}
