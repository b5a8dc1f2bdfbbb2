import Database
import OpenSSLCrypto

/// The statements on the table `users`, to run inside a transaction.
enum UserTable {
    /// A user with the number of its last change.
    struct Row: Sendable {
        let user: User
        let revision: Int64
    }

    /// What a login is checked against.
    struct Credentials: Sendable {
        let passwordHash: String
        let passwordVersion: Int64
        let isDisabled: Bool

        /// The hash to verify a password against; nil for a bot, which has none.
        var known: PasswordHash? {
            get throws { passwordHash.isEmpty ? nil : try PasswordHash(phc: passwordHash) }
        }
    }

    static let columns = "username, name, role, created_at, disabled_at, revision, deleted_at, bot_addresses"

    static func insert(
        _ username: Username, name: String, role: Role, passwordHash: PasswordHash, at now: Int64,
        in connection: any SQLConnection
    ) throws -> Row {
        let inserted = try connection.first(
            """
            INSERT INTO users (username, name, role, password_hash, password_version, created_at, revision)
            VALUES ($1, $2, $3, $4, 1, $5, 1) ON CONFLICT (username) DO NOTHING RETURNING \(columns)
            """,
            [.text(username.text), .text(name), .text(role.rawValue), .text(passwordHash.phc), .integer(now)], row)
        guard let inserted else {
            throw IdentityError(.usernameTaken, "there is already a user \(username)")
        }
        return inserted
    }

    static func user(_ username: Username, in connection: any SQLConnection) throws -> Row? {
        try connection.first("SELECT \(columns) FROM users WHERE username = $1", [.text(username.text)], row)
    }

    static func all(in connection: any SQLConnection) throws -> [Row] {
        try connection.all("SELECT \(columns) FROM users", [], row)
    }

    static func page(after username: String, limit: Int, in connection: any SQLConnection) throws -> [User] {
        try connection.all(
            "SELECT \(columns) FROM users WHERE username > $1 AND deleted_at IS NULL ORDER BY username LIMIT $2",
            [.text(username), .integer(limit)]
        ) { try row($0).user }
    }

    static func isEmpty(in connection: any SQLConnection) throws -> Bool {
        try connection.first("SELECT 1 FROM users LIMIT 1") { _ in true } == nil
    }

    static func setName(_ name: String, of username: Username, in connection: any SQLConnection) throws -> Row {
        try update(username, "name = $2", .text(name), in: connection)
    }

    static func setRole(_ role: Role, of username: Username, in connection: any SQLConnection) throws -> Row {
        try update(username, "role = $2", .text(role.rawValue), in: connection)
    }

    /// A second disabling keeps the time of the first.
    static func disable(_ username: Username, at now: Int64, in connection: any SQLConnection) throws -> Row {
        try update(username, "disabled_at = COALESCE(disabled_at, $2)", .integer(now), in: connection)
    }

    static func enable(_ username: Username, in connection: any SQLConnection) throws -> Row {
        try update(username, "disabled_at = $2", .null, in: connection)
    }

    /// Leaves a tombstone: no password fits it, and it says nothing but the user name.
    static func delete(_ username: Username, at now: Int64, in connection: any SQLConnection) throws -> Row {
        let assignment = """
            name = 'Deleted user', role = 'user', password_hash = '', password_version = password_version + 1,
            disabled_at = COALESCE(disabled_at, $2), deleted_at = $2, bot_digest = NULL
            """
        return try update(username, assignment, .integer(now), in: connection)
    }

    static func setPassword(
        _ hash: PasswordHash, of username: Username, in connection: any SQLConnection
    ) throws -> Row {
        try update(
            username, "password_version = password_version + 1, password_hash = $2", .text(hash.phc), in: connection)
    }

    /// Stores the same password at another cost: no copy in memory and no login in progress is outdated by it.
    static func rehash(
        _ hash: PasswordHash, of username: Username, version: Int64, in connection: any SQLConnection
    ) throws {
        try connection.execute(
            "UPDATE users SET password_hash = $2 WHERE username = $1 AND password_version = $3",
            [.text(username.text), .text(hash.phc), .integer(version)])
    }

    static func credentials(_ username: Username, in connection: any SQLConnection) throws -> Credentials? {
        try connection.first(
            "SELECT password_hash, password_version, disabled_at FROM users WHERE username = $1 AND deleted_at IS NULL",
            [.text(username.text)]
        ) { row in
            Credentials(passwordHash: row.text(0), passwordVersion: row.integer(1), isDisabled: !row.isNull(2))
        }
    }

    private static func update(
        _ username: Username, _ assignment: String, _ value: SQLValue, in connection: any SQLConnection
    ) throws -> Row {
        let updated = try connection.first(
            """
            UPDATE users SET \(assignment), revision = revision + 1 WHERE username = $1 AND deleted_at IS NULL
            RETURNING \(columns)
            """,
            [.text(username.text), value], row)
        guard let updated else { throw IdentityError.userNotFound(username) }
        return updated
    }

    static func row(_ row: any SQLRow) throws -> Row {
        Row(
            user: User(
                username: Username(stored: row.text(0)), name: row.text(1), role: Role(rawValue: row.text(2)) ?? .user,
                createdAt: row.integer(3), disabledAt: row.integerOrNil(4), deletedAt: row.integerOrNil(6),
                botAddresses: row.textOrNil(7).map { $0.split(separator: " ").map(String.init) }),
            revision: row.integer(5))
    }
}
