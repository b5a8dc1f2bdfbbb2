package import Database
import OpenSSLCrypto

/// Takes an exported room in, line by line: all of it becomes a room, or nothing does.
package struct RoomImporter: Sendable {
    /// Events that one transaction takes out again, at the most.
    private static let slice = 500

    private let engine: any DatabaseEngine
    private let log: RoomLog
    private let limits: ChatLimits
    private let users: any UserDirectory
    private let isKnown: @Sendable (UserID) -> Bool
    private let now: @Sendable () -> Int64

    /// `isKnown` tells whether there is, or was, an account of that name.
    package init(
        engine: any DatabaseEngine, log: RoomLog, limits: ChatLimits, users: any UserDirectory,
        isKnown: @escaping @Sendable (UserID) -> Bool, now: @escaping @Sendable () -> Int64
    ) {
        self.engine = engine
        self.log = log
        self.limits = limits
        self.users = users
        self.isKnown = isKnown
        self.now = now
    }

    /// Begins an import and gives the token that its parts carry; one of the same room that was not finished is undone.
    ///
    /// Throws `ChatError` (`room_exists`, `reserved_name`, `invalid_field`) and `DatabaseError`.
    package func begin(_ room: RoomID, header: String) async throws -> String {
        guard !room.isReservedForDirect else { throw ChatError.reservedName }
        _ = try RoomHeader(line: header, limits: limits)
        let token = Base64URL.encode(try RandomBytes.make(count: 16))
        let (moment, engine) = (now(), engine)
        try await engine.write { connection in
            let exists = try connection.first(
                "SELECT 1 FROM rooms WHERE room = $1", [.text(room.description)]
            ) { _ in true }
            guard exists == nil else { throw ChatError.roomExists }
            try ImportTable.insert(room, token: token, at: moment, connection)
        }
        try await clear(room, token)
        try await engine.write { connection in
            try check(room, token, connection)
            try PersonTable.erase(room, connection)
            try connection.execute(
                "UPDATE room_imports SET last_seq = NULL, cut = 0 WHERE room = $1", [.text(room.description)])
        }
        return token
    }

    /// The files that the lines' messages carry, each with the author of the message. Throws `ChatError`, which names
    /// the line that is wrong.
    package func files(
        in lines: [String], number: Int64, of room: RoomID
    ) throws(ChatError) -> [(file: FileInfo, owner: UserID)] {
        try read(lines, number, room).flatMap { line in
            guard case .event(let event) = line, !event.isDeleted else { return [(file: FileInfo, owner: UserID)]() }
            return event.files.map { ($0, event.author) }
        }
    }

    /// Takes lines, the first of which is the file's line `number`; files that messages carry must be there already
    /// where `withFiles`, and are left out otherwise. Throws `ChatError`, which names the line that is wrong, and
    /// `DatabaseError`; nothing of these lines is stored then.
    package func append(
        _ lines: [String], number: Int64, to room: RoomID, token: String, withFiles: Bool = false
    ) async throws {
        let read = try read(lines, number, room)
        try await engine.write { connection in
            let row = try check(room, token, connection)
            var (last, cut) = (row.last, row.cut)
            for (index, line) in read.enumerated() {
                var event: Event
                switch line {
                case .person(let person):
                    try PersonTable.add(person, to: room, connection)
                    continue
                case .event(let next): event = next
                }
                let line = number + Int64(index)
                guard last.map({ event.seq == $0 + 1 }) ?? true else {
                    throw ChatError.badImport("line \(line) does not have the next 'seq'")
                }
                if last == nil { cut = event.seq - 1 }
                last = event.seq
                event.files = withFiles && !event.isDeleted ? try stored(event.files, line, connection) : []
                try store(event, cut: cut, line: line, connection)
            }
            if let last { try ImportTable.advance(room, last: last, cut: cut, connection) }
        }
    }

    private func read(_ lines: [String], _ number: Int64, _ room: RoomID) throws(ChatError) -> [ImportedLine] {
        var read: [ImportedLine] = []
        for (index, line) in lines.enumerated() {
            do throws(ChatError) {
                read.append(
                    try ImportedLine(line, room: room, limits: limits, isKnown: isKnown, isAccount: users.contains))
            } catch {
                throw .badImport("line \(number + Int64(index)) \(error.message)")
            }
        }
        return read
    }

    /// The files as they were stored.
    private func stored(_ files: [FileInfo], _ line: Int64, _ connection: any SQLConnection) throws -> [FileInfo] {
        try files.map { file in
            guard let stored = try FileTable.file(file.id, connection) else {
                throw ChatError.badImport("line \(line) carries the file \(file.id), which is not there")
            }
            return stored.info
        }
    }

    /// Makes the room. Throws `ChatError` and `DatabaseError`; the import goes on then.
    package func finish(_ room: RoomID, token: String, header: String) async throws {
        let header = try RoomHeader(line: header, limits: limits)
        try await engine.read { connection in _ = try check(room, token, connection) }
        _ = try await log.submit(.adopt(room: room, header, token: token))
    }

    /// Undoes an import.
    package func cancel(_ room: RoomID, token: String) async throws {
        try await clear(room, token)
        try await engine.write { connection in
            try check(room, token, connection)
            try ImportTable.delete(room, connection)
        }
    }

    /// Undoes what was not finished before the process ended, unless somebody begins the same anew.
    package func undoAll() async throws {
        for (room, token) in try await engine.read({ try ImportTable.all($0) }) {
            do {
                try await cancel(room, token: token)
            } catch is ChatError {
                continue
            }
        }
    }

    /// Takes out what is stored of an import, slice by slice.
    private func clear(_ room: RoomID, _ token: String) async throws {
        var count = 1
        while count > 0 {
            count = try await engine.write { connection in
                try check(room, token, connection)
                return try ImportTable.discard(room, limit: Self.slice, connection)
            }
        }
    }

    @discardableResult
    private func check(_ room: RoomID, _ token: String, _ connection: any SQLConnection) throws -> ImportTable.Row {
        guard let row = try ImportTable.row(room, connection), row.token == token else {
            throw ChatError.invalidField("import", "is over: another one of the same room was begun")
        }
        return row
    }

    /// Stores an event as it came about: what it did to another is done to that one.
    private func store(_ event: Event, cut: Int64, line: Int64, _ connection: any SQLConnection) throws {
        guard try EventTable.insert(event, nonce: nil, connection) else {
            throw ChatError.badImport("line \(line) cannot be stored")
        }
        if event.kind == .message, !event.mentions.isEmpty {
            try MentionTable.add(room: event.room, seq: event.seq, event.mentions, connection)
        }
        if !event.files.isEmpty { try FileTable.attach(event.files, to: event.room, event.seq, connection) }
        if event.isDeleted {
            try EventTable.erase(room: event.room, seq: event.seq, revision: event.seq, connection)
        }
        // What came before the start of the export is not there to be changed.
        guard let target = event.target, target > cut, event.kind != .message else { return }
        guard try EventTable.message(room: event.room, seq: target, connection) != nil else {
            throw ChatError.badImport("line \(line) has a 'target' that is no message")
        }
        switch event.kind {
        case .edited:
            try EventTable.replaceText(of: target, with: event, connection)
            try MentionTable.replace(room: event.room, seq: target, event.mentions, connection)
        case .deleted:
            try EventTable.erase(room: event.room, seq: target, revision: event.seq, connection)
            try ReactionTable.erase(room: event.room, target: target, connection)
            try MentionTable.erase(room: event.room, seq: target, connection)
            try FileTable.release(room: event.room, target...target, connection)
        case .reacted: try react(event, target, connection)
        case .message, .member, .room: break
        }
    }

    private func react(_ event: Event, _ target: Int64, _ connection: any SQLConnection) throws {
        guard let emoji = event.emoji else { return }
        let given = try ReactionTable.place(
            room: event.room, target: target, emoji: emoji, user: event.author, connection)
        if event.isOn, given == nil {
            try ReactionTable.add(
                room: event.room, target: target, emoji: emoji, user: event.author, seq: event.seq, connection)
        } else if !event.isOn, given != nil {
            try ReactionTable.remove(
                room: event.room, target: target, emoji: emoji, user: event.author, connection)
        }
    }
}
