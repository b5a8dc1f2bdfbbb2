/// What an account may do outside the rooms; the raw value is the word in tokens, in JSON and in the database.
package enum Role: String, Sendable, CaseIterable {
    /// Chats.
    case user
    /// Chats, and administers the server.
    case admin
}
