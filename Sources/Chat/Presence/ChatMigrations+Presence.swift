import Database

extension ChatMigrations {
    // When users were last seen, in milliseconds since 1970 UTC.
    static let lastSeen = Migration(
        "chat-last-seen-1",
        [.clusteredTable("last_seen", "username TEXT PRIMARY KEY NOT NULL, at INTEGER NOT NULL")])
}
