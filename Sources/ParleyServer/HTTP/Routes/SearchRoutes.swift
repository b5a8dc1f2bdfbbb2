import Chat
import Hummingbird

/// `/search`: messages by their words.
struct SearchRoutes {
    let node: ParleyNode

    func add(to group: RouterGroup<ParleyRequestContext>) {
        group.get("search") { request, context in
            let limit = try request.number("limit", in: 1...Int64.max)
            let page = try await node.chat.search.search(
                SearchRequest(
                    text: text("q", of: request) ?? "", room: text("room", of: request),
                    from: text("from", of: request), since: text("since", of: request),
                    until: text("until", of: request), limit: limit.map { Int($0) }, cursor: request.cursor),
                user: try context.userID())
            return Response.object { writer in
                writer.name("items")
                writer.json(page.items)
                writer.member("cursor", page.cursor)
            }
        }
    }

    /// A text of the query; forms and `URLSearchParams` write a space as a plus sign, which no word has.
    private func text(_ name: String, of request: Request) -> String? {
        guard let text = request.uri.queryParameters[Substring(name)] else { return nil }
        return name == "q" ? String(text.map { $0 == "+" ? " " : $0 }) : String(text)
    }
}
