import Chat
import Hummingbird
import Identity

/// `/rooms/{room}/bans`: who may not come back, and until when.
struct BanRoutes {
    let node: ParleyNode

    /// Seconds of the longest ban that has an end: ten years.
    private static let longest: Int64 = 315_360_000

    func add(to group: RouterGroup<ParleyRequestContext>) {
        group.get("rooms/:room/bans") { request, context in
            let limit = try request.limit()
            let bans = try await node.rooms.bans(
                of: try context.room(), for: try context.userID(), at: node.clock.now, after: request.cursor,
                limit: limit + 1)
            let cursor = bans.count > limit ? bans[limit - 1].user.description : nil
            return Response.list(bans.prefix(limit), cursor: cursor) { writer, ban in
                writer.object { writer in
                    writer.member("user", ban.user.description)
                    writer.member("name", node.chat.users.displayName(of: ban.user))
                    writer.member("banned_at", time: ban.bannedAt)
                    if let until = ban.until { writer.member("until", time: until) }
                }
            }
        }
        group.put("rooms/:room/bans/:user") { request, context in
            let body = try await request.object(upTo: node.configuration.limits.bodyBytes)
            return try await node.administer(
                .ban(
                    room: try context.room(), user: try context.member(), until: try until(body),
                    by: try context.userID()), context)
        }
        group.delete("rooms/:room/bans/:user") { _, context in
            try await node.administer(
                .unban(room: try context.room(), user: try context.member(), by: try context.userID()), context)
        }
    }

    /// When the ban ends, nil for never.
    private func until(_ body: JSON.Object) throws -> Int64? {
        let seconds = try body.optionalNumber("expires_in")
        guard let text = try body.optionalText("until") else {
            guard let seconds else { return nil }
            guard (1...Self.longest).contains(seconds) else {
                throw Problem.invalidField("expires_in", "must be a number of seconds from 1 to \(Self.longest)")
            }
            return node.clock.now + seconds * 1000
        }
        guard seconds == nil else { throw Problem.invalidField("until", "and expires_in exclude each other") }
        guard let moment = Timestamp(parsing: text) else {
            throw Problem.invalidField("until", "must be a time such as 2026-01-31T12:00:00Z")
        }
        guard moment.milliseconds <= node.clock.now + Self.longest * 1000 else {
            throw Problem.invalidField("until", "must lie within ten years")
        }
        return moment.milliseconds
    }
}
