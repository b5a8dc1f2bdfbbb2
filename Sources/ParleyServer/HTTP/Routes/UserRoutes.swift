import Chat
import Hummingbird
import Identity

/// `/users`: the directory.
struct UserRoutes {
    let node: ParleyNode

    func add(to group: RouterGroup<ParleyRequestContext>) {
        group.get("users") { request, context in
            let limit = try request.limit()
            let text = request.uri.queryParameters["query"].map { String($0) } ?? ""
            let users = node.authority.directory.users(
                containing: text, after: request.cursor.flatMap { Username($0) }, limit: limit + 1)
            let cursor = users.count > limit ? users[limit - 1].username.text : nil
            let presence = try await presence(of: users.prefix(limit), context)
            return Response.list(users.prefix(limit), cursor: cursor) { writer, user in
                writer.user(user, presence: presence[UserID(user.username)])
            }
        }
        // A deleted user too: messages tell its name, and a client asks what to show.
        group.get("users/:user") { _, context in
            guard let username = Username(try context.parameters.require("user")),
                let user = node.authority.directory.anyone(username)
            else { throw Problem(.userNotFound) }
            let presence = try await presence(of: [user], context)
            return Response.object { writer in
                writer.name("user")
                writer.user(user, presence: presence[UserID(user.username)])
            }
        }
    }

    private func presence(
        of users: some Sequence<User>, _ context: ParleyRequestContext
    ) async throws -> [UserID: Presence] {
        try await node.chat.presence.presence(of: users.map { UserID($0.username) }, for: try context.userID())
    }
}
