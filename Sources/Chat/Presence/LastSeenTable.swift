import Database

/// When users were last seen: how it is stored.
enum LastSeenTable {
    /// Stores a time in milliseconds since 1970 UTC, unless a later one is there.
    static func put(_ user: UserID, _ time: Int64, _ connection: any SQLConnection) throws {
        try connection.execute(
            """
            INSERT INTO last_seen (username, at) VALUES ($1, $2) \
            ON CONFLICT (username) DO UPDATE SET at = excluded.at WHERE excluded.at > last_seen.at
            """, [.text(user.description), .integer(time)])
    }

    /// When the user was last seen, nil for who never was.
    static func time(of user: UserID, _ connection: any SQLConnection) throws -> Int64? {
        try connection.first("SELECT at FROM last_seen WHERE username = $1", [.text(user.description)]) {
            $0.integer(0)
        }
    }

    /// Forgets a user.
    static func remove(_ user: UserID, _ connection: any SQLConnection) throws {
        try connection.execute("DELETE FROM last_seen WHERE username = $1", [.text(user.description)])
    }
}
