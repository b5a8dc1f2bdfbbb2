/// A way for a program to post to one room without an account, by a secret address.
package struct Webhook: Sendable, Equatable {
    /// The id, 64 random bits in hexadecimal. It is no secret: it stands in the messages.
    package let id: String
    /// The room that it posts to.
    package let room: RoomID
    /// The name that its messages show.
    package let name: String
    /// Who made it.
    package let createdBy: UserID
    /// Milliseconds since 1970 UTC.
    package let createdAt: Int64

    /// Characters of a name, at the most.
    package static let maximumNameCharacters = 64

    /// The author of its messages. No user has such a name: a colon is not allowed in one.
    package static func author(_ id: String) -> UserID { UserID(stored: authorPrefix + id) }

    /// The author that stands in an export of a webhook's messages, nil where the name is no webhook's.
    static func author(named name: String) -> UserID? {
        let id = name.dropFirst(authorPrefix.count)
        return name.hasPrefix(authorPrefix) && isID(String(id)) ? UserID(stored: name) : nil
    }

    private static let authorPrefix = "hook:"

    /// Tells whether the text can be the id of a webhook.
    package static func isID(_ text: String) -> Bool {
        (1...16).contains(text.utf8.count)
            && text.utf8.allSatisfy {
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                    || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
            }
    }

    /// Writes the members of the webhook object, without any secret.
    package func writeMembers(to writer: inout JSONWriter) {
        writer.member("id", id)
        writer.member("room", room.description)
        writer.member("name", name)
        writer.member("created_by", createdBy.description)
        writer.member("created_at", time: createdAt)
    }
}
