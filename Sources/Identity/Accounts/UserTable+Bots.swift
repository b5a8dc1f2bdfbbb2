import Database

/// The statements on bots, which are users with a digest of a key, and addresses that they are bound to.
extension UserTable {
    static func insertBot(
        _ username: Username, name: String, digest: [UInt8], addresses: [String], at now: Int64,
        in connection: any SQLConnection
    ) throws -> Row {
        let inserted = try connection.first(
            """
            INSERT INTO users (username, name, role, password_hash, password_version, created_at, revision, bot_digest,
                bot_addresses)
            VALUES ($1, $2, 'user', '', 1, $3, 1, $4, $5) ON CONFLICT (username) DO NOTHING RETURNING \(columns)
            """,
            [
                .text(username.text), .text(name), .integer(now), .blob(digest),
                .text(addresses.joined(separator: " ")),
            ], row)
        guard let inserted else {
            throw IdentityError(.usernameTaken, "there is already a user \(username)")
        }
        return inserted
    }

    static func bots(after username: String, limit: Int, in connection: any SQLConnection) throws -> [User] {
        try connection.all(
            """
            SELECT \(columns) FROM users
            WHERE username > $1 AND bot_addresses IS NOT NULL AND deleted_at IS NULL ORDER BY username LIMIT $2
            """,
            [.text(username), .integer(limit)]
        ) { try row($0).user }
    }

    /// The digest of the bot's key; nil where there is no such bot, or it has no key.
    static func botDigest(of username: Username, in connection: any SQLConnection) throws -> [UInt8]? {
        try connection.first(
            "SELECT bot_digest FROM users WHERE username = $1 AND bot_digest IS NOT NULL AND deleted_at IS NULL",
            [.text(username.text)]
        ) { $0.blob(0) }
    }

    static func setBotKey(
        _ digest: [UInt8]?, of username: Username, in connection: any SQLConnection
    ) throws -> Row {
        try updateBot(username, "bot_digest = $2", digest.map { .blob($0) } ?? .null, in: connection)
    }

    static func setBotAddresses(
        _ addresses: [String], of username: Username, in connection: any SQLConnection
    ) throws -> Row {
        try updateBot(username, "bot_addresses = $2", .text(addresses.joined(separator: " ")), in: connection)
    }

    private static func updateBot(
        _ username: Username, _ assignment: String, _ value: SQLValue, in connection: any SQLConnection
    ) throws -> Row {
        let updated = try connection.first(
            """
            UPDATE users SET \(assignment), revision = revision + 1
            WHERE username = $1 AND bot_addresses IS NOT NULL AND deleted_at IS NULL RETURNING \(columns)
            """,
            [.text(username.text), value], row)
        guard let updated else { throw IdentityError(.userNotFound, "there is no bot \(username)") }
        return updated
    }
}
