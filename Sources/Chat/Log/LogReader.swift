package import Database
import NIOCore
import NIOPosix
import WebSocketTransport

/// Reads rooms' logs and histories on a small pool of threads of its own, each read in one snapshot.
package final class LogReader: Sendable {
    let engine: any DatabaseEngine
    let limits: ChatLimits
    private let threads: NIOThreadPool

    package init(engine: any DatabaseEngine, limits: ChatLimits, threads count: Int) {
        self.engine = engine
        self.limits = limits
        threads = NIOThreadPool(numberOfThreads: count)
        threads.start()
    }

    /// Ends the threads after what they are reading.
    package func stop() { threads.shutdownGracefully { _ in } }

    /// The frames of the events with `after` < seq ≤ `through`, as many as one page holds.
    func page(room: RoomID, after: Int64, through: Int64, on loop: any EventLoop) -> EventLoopFuture<LogPage> {
        run(on: loop) { [limits] connection in
            var builder = FrameBufferBuilder()
            var writer = JSONWriter()
            var page = LogPage(after: after, through: through)
            var bytes = 0
            try EventTable.forEach(
                room: room, after: after, through: through, limit: LogPage.maximumEvents, connection
            ) { event in
                writer.reset()
                event.write(to: &writer)
                if page.last != nil, bytes + writer.bytes.count > limits.catchUpBytes { return false }
                bytes += writer.bytes.count
                _ = writer.bytes.withUnsafeBytes { builder.append(text: $0) }
                page.first = page.first ?? event.seq
                page.last = event.seq
                return true
            }
            page.frames = builder.finish()
            return page
        }
    }

    /// What `hello` tells besides the rooms as they are: the login, and what is unread of each room up to its head.
    func greeting(
        _ rooms: [RoomInfo], credential: SessionCredential, on loop: any EventLoop
    ) -> EventLoopFuture<(SessionCredential.Details, [RoomInfo])> {
        let user = credential.user
        return threads.runIfActive(eventLoop: loop) { [engine, limits] in
            let details = try credential.details()
            return (details, try engine.readBlocking { try Self.unread(rooms, user: user, limits, $0) })
        }
    }

    /// Events that are looked at for the unread messages of one `hello`, shared by the rooms, each of which has
    /// `leastUnreadEvents` of its own.
    private static let unreadBudget = 20_000
    private static let leastUnreadEvents = 100

    private static func unread(
        _ rooms: [RoomInfo], user: UserID, _ limits: ChatLimits, _ connection: any SQLConnection
    ) throws -> [RoomInfo] {
        let behind = rooms.count { ($0.member?.read ?? $0.head) < $0.head }
        let share = max(leastUnreadEvents, unreadBudget / max(1, behind))
        let events = Int64(min(limits.unreadPerRoom, share))
        let mentions = try MentionTable.unread(of: user, connection)
        return try rooms.map { room in
            var room = room
            room.mentions = mentions[room.id] ?? 0
            let read = room.member?.read ?? room.head
            guard read < room.head else {
                room.unread = 0
                return room
            }
            let start = max(read, room.head - events)
            room.unread = try EventTable.countUnread(
                room: room.id, user: user, after: start, through: room.head, connection)
            room.hasMoreUnread = start > read
            return room
        }
    }

    /// A page of a room's messages in their present state, for a member. Throws `ChatError`.
    func history(_ request: HistoryRequest, user: UserID, on loop: any EventLoop) -> EventLoopFuture<JSONPage> {
        run(on: loop) { [limits] in try Self.history(request, user, limits, $0) }
    }

    /// A page of a room's messages in their present state, for a member. Throws `ChatError` and `DatabaseError`.
    package func history(_ request: HistoryRequest, user: UserID) async throws -> JSONPage {
        try await engine.read { [limits] in try Self.history(request, user, limits, $0) }
    }

    /// A page of a room's durable events, for a member. Throws `ChatError` and `DatabaseError`.
    package func log(room: RoomID, after: Int64, limit: Int?, user: UserID) async throws -> JSONPage {
        try await engine.read { [limits] connection in
            try Self.checkMembership(room, user, connection)
            var page = JSONPageBuilder(limits: limits, limit: limit)
            try EventTable.forEach(room: room, after: after, through: .max, limit: page.limit + 1, connection) {
                page.append($0)
            }
            return page.finished(isBackwards: false)
        }
    }

    private func run<T: Sendable>(
        on loop: any EventLoop, _ body: @escaping @Sendable (any SQLConnection) throws -> T
    ) -> EventLoopFuture<T> {
        threads.runIfActive(eventLoop: loop) { [engine] in try engine.readBlocking(body) }
    }

    private static func history(
        _ request: HistoryRequest, _ user: UserID, _ limits: ChatLimits, _ connection: any SQLConnection
    ) throws -> JSONPage {
        try checkMembership(request.room, user, connection)
        var page = JSONPageBuilder(limits: limits, limit: request.limit)
        let isForwards = request.after != nil && request.before == nil
        var messages: [Event] = []
        var bytes = 0
        try EventTable.forEachMessage(
            room: request.room, after: request.after ?? 0, before: request.before ?? .max, newestFirst: !isForwards,
            limit: page.limit + 1, connection
        ) { message in
            messages.append(message)
            bytes += message.text?.utf8.count ?? 0
            // One beyond the page tells that there are more.
            return bytes <= limits.pageBytes
        }
        let reactions = try ReactionTable.reactions(to: messages, for: user, connection)
        for var message in messages {
            message.reactions = reactions[message.seq] ?? []
            guard page.append(message) else { break }
        }
        return page.finished(isBackwards: !isForwards)
    }

    /// Throws `room_not_found` or `not_a_member`, by the same snapshot as the read that follows.
    static func checkMembership(_ room: RoomID, _ user: UserID, _ connection: any SQLConnection) throws {
        let found = try connection.first(
            """
            SELECT kind, (SELECT state FROM members WHERE room = $1 AND username = $2) FROM rooms WHERE room = $1
            """, [.text(room.description), .text(user.description)]
        ) { (kind: $0.text(0), isMember: !$0.isNull(1) && $0.integer(1) == MemberTable.State.member.rawValue) }
        guard let found else { throw ChatError.roomNotFound }
        if !found.isMember {
            throw found.kind == RoomKind.public.rawValue ? ChatError.notAMember : ChatError.roomNotFound
        }
    }
}
