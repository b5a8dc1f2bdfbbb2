/// The sockets of an event loop by a key, such as their user.
///
/// A socket knows its place, so that it goes in constant time: a user with a thousand sockets whose logins are revoked
/// would otherwise cost a million comparisons.
struct SocketIndex<Key: Hashable> {
    private var sockets: [Key: [ChatSession]] = [:]
    private let place: ReferenceWritableKeyPath<ChatSession, Int>

    /// - Parameter place: where a socket keeps its place in this index.
    init(place: ReferenceWritableKeyPath<ChatSession, Int>) {
        self.place = place
    }

    subscript(key: Key) -> [ChatSession] { sockets[key] ?? [] }

    mutating func insert(_ session: ChatSession, _ key: Key) {
        session[keyPath: place] = sockets[key, default: []].count
        sockets[key, default: []].append(session)
    }

    /// Takes the socket out; the last one of the key moves to its place.
    mutating func remove(_ session: ChatSession, _ key: Key) {
        let index = session[keyPath: place]
        guard sockets[key]?.indices.contains(index) == true, let last = sockets[key]?.popLast() else { return }
        if last !== session {
            sockets[key]?[index] = last
            last[keyPath: place] = index
        }
        if sockets[key]?.isEmpty == true { sockets[key] = nil }
    }
}
