package import Database

/// Takes out of the rooms what is older than they keep it, a slice at a time: between two slices the log does what
/// others want of it.
package struct RetentionKeeper: Sendable {
    /// Events that one transaction takes out, at the most.
    package static let slice = 200
    /// Rooms that are looked at in one read.
    private static let roomsOfPage = 200

    private let engine: any DatabaseEngine
    private let log: RoomLog
    /// `chat.retention` in milliseconds, nil for ever.
    private let standard: Int64?

    package init(engine: any DatabaseEngine, log: RoomLog, standardMilliseconds: Int64?) {
        self.engine = engine
        self.log = log
        standard = standardMilliseconds
    }

    /// Takes out of all rooms what is over at `now`, milliseconds since 1970 UTC; says how many events that were.
    ///
    /// Throws `DatabaseError`, `ChatError` where the log cannot be written, and `CancellationError`.
    @discardableResult
    package func prune(now: Int64) async throws -> Int {
        try await clearErased()
        var (count, cursor): (Int, RoomID?) = (0, nil)
        while true {
            let after = cursor
            let page = try await engine.read { connection in
                try RetentionTable.rooms(after: after, limit: Self.roomsOfPage, connection)
            }
            for (room, retention) in page {
                guard let life = retention.milliseconds(standard: standard) else { continue }
                count += try await prune(room, before: now - life)
            }
            guard page.count == Self.roomsOfPage, let last = page.last else { return count }
            cursor = last.room
        }
    }

    /// Clears away what is left of deleted rooms.
    private func clearErased() async throws {
        for room in try await engine.read({ try ImportTable.allErased($0) }) {
            var isClear = false
            while !isClear {
                try Task.checkCancellation()
                isClear = try await engine.write { connection in
                    // An import of the same name may have begun, which clears for itself.
                    guard try ImportTable.allErased(connection).contains(room) else { return true }
                    return try ImportTable.clearErased(room, limit: Self.slice, connection)
                }
            }
        }
    }

    private func prune(_ room: RoomID, before time: Int64) async throws -> Int {
        var count = 0
        while true {
            try Task.checkCancellation()
            let last = try await engine.read { connection in
                try RetentionTable.lastExpired(in: room, before: time, limit: Self.slice, connection)
            }
            guard let last else { return count }
            do {
                guard case .expired(let number) = try await log.submit(.expire(room: room, through: last)) else {
                    return count
                }
                count += number
            } catch let error as ChatError where error.code == ChatError.roomNotFound.code {
                // Deleted since the rooms were read.
                return count
            }
        }
    }
}
