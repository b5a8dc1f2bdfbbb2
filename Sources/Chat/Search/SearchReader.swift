package import Database
import NIOConcurrencyHelpers
import NIOPosix

/// Searches on a few threads of its own, each search in one snapshot and within its time.
package final class SearchReader: Sendable {
    /// A page of results.
    package struct Page: Sendable {
        /// The messages as the elements of a JSON array, brackets included, newest first.
        package let items: [UInt8]
        /// Where the next page begins, nil at the end.
        package let cursor: String?
    }

    private let engine: any DatabaseEngine
    private let limits: ChatLimits
    private let tactics: SearchTactics
    private let threads: NIOThreadPool
    private let underway = NIOLockedValueBox((total: 0, ofUser: [UserID: Int]()))

    package convenience init(engine: any DatabaseEngine, limits: ChatLimits, threads count: Int) {
        self.init(engine: engine, limits: limits, tactics: SearchTactics(), threads: count)
    }

    init(engine: any DatabaseEngine, limits: ChatLimits, tactics: SearchTactics, threads count: Int) {
        self.engine = engine
        self.limits = limits
        self.tactics = tactics
        threads = NIOThreadPool(numberOfThreads: count)
        threads.start()
    }

    /// Ends the threads after what they are searching.
    package func stop() { threads.shutdownGracefully { _ in } }

    /// The messages that match, newest first, of the rooms that the user may read at this moment.
    ///
    /// Throws `ChatError`: `empty_query`, `query_too_long`, `invalid_field`, `room_not_found`, `not_a_member`,
    /// `search_timeout`, `overloaded`, `rate_limited`; and `DatabaseError`.
    package func search(_ request: SearchRequest, user: UserID) async throws -> Page {
        let query = try SearchQuery(request, limits: limits)
        var after: SearchPlace?
        if let cursor = request.cursor {
            guard let place = SearchPlace(cursor: cursor) else {
                throw ChatError.invalidField("cursor", "is not one of this list")
            }
            after = place
        }
        try underway.withLockedValue { underway in
            guard underway.total < limits.searchQueue else { throw ChatError.searchesOverloaded }
            guard underway.ofUser[user, default: 0] < limits.searchesPerUser else {
                throw ChatError.tooManySearches(limit: limits.searchesPerUser)
            }
            underway.total += 1
            underway.ofUser[user, default: 0] += 1
        }
        defer {
            underway.withLockedValue { underway in
                underway.total -= 1
                let count = underway.ofUser[user, default: 0] - 1
                underway.ofUser[user] = count > 0 ? count : nil
            }
        }
        // The time that a search may take begins with its turn: a queue is bounded by its length.
        let limit = min(max(1, request.limit ?? 50), limits.pageEvents)
        return try await threads.runIfActive { [engine, limits, tactics, after] in
            let deadline = ContinuousClock.now + limits.searchTimeout
            do {
                return try engine.readBlocking { connection in
                    try connection.withDeadline(deadline) {
                        try SearchRun(
                            query: query, user: user, after: after, limit: limit, limits: limits, tactics: tactics,
                            deadline: deadline, connection: connection
                        ).page()
                    }
                }
            } catch let error as DatabaseError where error.code == .interrupted {
                throw ChatError.searchTimeout
            }
        }
    }
}
