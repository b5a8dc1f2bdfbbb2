/// The sends that the server has not answered yet, in the order they were made.
struct PendingSends {
    /// One send.
    struct Entry {
        var nonce: String
        var room: String
        var text: String
        var replyTo: Int?
        var files: [String]?
        var continuation: CheckedContinuation<CommandAnswer.Send, any Error>

        /// The fields of the command; always the same, so that the server recognises the nonce.
        var fields: [String: JSONValue?] {
            [
                "room": .string(room), "text": .string(text), "nonce": .string(nonce),
                "reply_to": replyTo.map(JSONValue.init(_:)),
                "files": files.map { .array($0.map(JSONValue.string)) },
            ]
        }
    }

    private(set) var entries: [Entry] = []
    private var nonces: [String: String] = [:]

    /// Adds a send.
    mutating func append(_ entry: Entry) { entries.append(entry) }

    /// A send was written to the present socket as the command `id`.
    mutating func posted(nonce: String, id: String) { nonces[id] = nonce }

    /// The socket is gone: its commands will not be answered any more.
    mutating func disconnected() { nonces = [:] }

    /// Takes out the send that a command belonged to.
    mutating func answered(id: String) -> Entry? {
        guard let nonce = nonces.removeValue(forKey: id) else { return nil }
        return remove(nonce: nonce)
    }

    /// Takes out a send by its nonce.
    mutating func remove(nonce: String) -> Entry? {
        guard let index = entries.firstIndex(where: { $0.nonce == nonce }) else { return nil }
        return entries.remove(at: index)
    }

    /// Takes out all of them.
    mutating func removeAll() -> [Entry] {
        defer { self = PendingSends() }
        return entries
    }
}
