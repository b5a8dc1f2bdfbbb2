/// What people reacted to a message with: one emoji and how many gave it.
package struct Reaction: Sendable, Equatable {
    /// People named, at the most.
    package static let maximumNames = 10

    package let emoji: Emoji
    /// How many people gave it.
    package let count: Int64
    /// Whether the user who asks gave it.
    package var isMine: Bool
    /// Who gave it, in the order in which they did, where they are at most `maximumNames`; otherwise empty.
    package var users: [UserID]

    /// Writes the reaction as the protocol's JSON object.
    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("emoji", emoji.description)
            writer.member("count", count)
            writer.member("mine", isMine)
            if !users.isEmpty {
                writer.name("users")
                writer.array { writer in for user in users { writer.value(user.description) } }
            }
        }
    }
}
