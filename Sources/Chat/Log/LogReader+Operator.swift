import Database

extension LogReader {
    /// A page of the durable events of any room with `after` < seq ≤ `through`. Throws `ChatError` and `DatabaseError`.
    package func log(room: RoomID, after: Int64, through: Int64) async throws -> JSONPage {
        try await engine.read { [limits] connection in
            _ = try RoomReader.record(room, connection)
            var page = JSONPageBuilder(limits: limits, limit: limits.pageEvents)
            try EventTable.forEach(room: room, after: after, through: through, limit: page.limit + 1, connection) {
                page.append($0)
            }
            return page.finished(isBackwards: false)
        }
    }
}
