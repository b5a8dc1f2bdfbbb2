/// What a search asks for: all of it must be true of a message.
struct SearchQuery: Sendable, Equatable {
    var terms = SearchTerms()
    /// Any of these wrote it; nil for anybody.
    var authors: Set<UserID>?
    /// It stands in any of these; nil for every room that the caller may read.
    var rooms: Set<RoomID>?
    var hasLink = false
    var hasFile = false
    /// Milliseconds since 1970 of the first moment that counts.
    var since = Int64.min
    /// Milliseconds since 1970 of the first moment that no longer counts.
    var until = Int64.max

    /// The message of an author is in no other's name: a second filter of a kind adds one, and what a parameter
    /// says besides holds for all of them.
    mutating func restrict(to room: RoomID) { rooms = rooms.map { $0.intersection([room]) } ?? [room] }

    mutating func restrict(toAuthor user: UserID) { authors = authors.map { $0.intersection([user]) } ?? [user] }
}

extension SearchQuery {
    /// Reads a request. Throws `empty_query`, `query_too_long` or `invalid_field`.
    init(_ request: SearchRequest, limits: ChatLimits) throws(ChatError) {
        guard request.text.unicodeScalars.count <= limits.searchCharacters else {
            throw .queryTooLong(limit: limits.searchCharacters)
        }
        var lexer = SearchLexer(request.text)
        var isEmpty = true
        while let item = lexer.next() {
            switch item {
            case .phrase(let text): terms.append(text)
            case .word(let text):
                if text.first == "@", let user = UserID(text.dropFirst().lowercased()) {
                    terms.append(mention: user)
                } else if try apply(filter: text) {
                    isEmpty = false
                } else {
                    terms.append(text)
                }
            }
        }
        guard !isEmpty || !terms.isEmpty else { throw .emptyQuery }
        if let room = request.room {
            guard let room = RoomID(room) else { throw .invalidField("room", "is not the slug of a room") }
            restrict(to: room)
        }
        if let from = request.from {
            guard let user = UserID(from) else { throw .invalidField("from", "is not a username") }
            restrict(toAuthor: user)
        }
        if let text = request.since {
            guard let moment = Timestamp(parsingDateOrTime: text) else { throw .invalidField("since", Self.timeRule) }
            since = max(since, moment.milliseconds)
        }
        if let text = request.until {
            guard let moment = Timestamp(parsingDateOrTime: text) else { throw .invalidField("until", Self.timeRule) }
            until = min(until, moment.milliseconds)
        }
    }

    private static let timeRule = "is neither a date like 2026-01-31 nor a time like 2026-01-31T12:00:00Z"

    /// Takes `key:value` where the key is one of ours; false for any other word.
    private mutating func apply(filter word: String) throws(ChatError) -> Bool {
        guard let colon = word.firstIndex(of: ":") else { return false }
        let value = word[word.index(after: colon)...]
        switch word[..<colon].lowercased() {
        case "from":
            guard let user = UserID((value.first == "@" ? value.dropFirst() : value).lowercased()) else {
                throw .invalidField("q", "has a 'from:' without a username behind it")
            }
            authors = (authors ?? []).union([user])
        case "in":
            guard let room = RoomID((value.first == "#" ? value.dropFirst() : value).lowercased()) else {
                throw .invalidField("q", "has an 'in:' without the slug of a room behind it")
            }
            rooms = (rooms ?? []).union([room])
        case "has":
            switch value.lowercased() {
            case "link": hasLink = true
            case "file": hasFile = true
            default: throw .invalidField("q", "has a 'has:' with something other than 'link' or 'file' behind it")
            }
        case "before":
            guard let moment = Timestamp(parsingDateOrTime: value) else {
                throw .invalidField("q", "has a 'before:' whose value \(Self.timeRule)")
            }
            until = min(until, moment.milliseconds)
        case "after":
            guard let moment = Timestamp(parsingDateOrTime: value) else {
                throw .invalidField("q", "has an 'after:' whose value \(Self.timeRule)")
            }
            // After a day means when it is over; after a moment, from the next one.
            since = max(since, moment.milliseconds + (value.utf8.count == 10 ? 86_400_000 : 1))
        default: return false
        }
        return true
    }
}
