package import Database

/// The tables of accounts, sessions, revocations and invites. Times are milliseconds since 1970 UTC.
package enum IdentityMigrations {
    /// All migrations in order; one that has landed is never edited.
    package static let all: [Migration] = [accounts, deletion, loginAddresses, audit, secondFactors, bots]

    // A deleted account keeps its row, and so its name.
    private static let deletion = Migration("identity-2", [.sql("ALTER TABLE users ADD COLUMN deleted_at INTEGER")])

    // From where each account was logged in to lately: the throttle counts these addresses apart.
    private static let loginAddresses = Migration(
        "identity-3",
        [
            .clusteredTable(
                "login_addresses",
                """
                username TEXT NOT NULL REFERENCES users (username),
                network TEXT NOT NULL,
                last_login_at INTEGER NOT NULL,
                PRIMARY KEY (username, network)
                """),
            .sql("CREATE INDEX login_addresses_by_time ON login_addresses (last_login_at)"),
        ])

    // What the chain is made over stands in these columns as it is; `details` is the text of a JSON object.
    private static let audit = Migration(
        "identity-4",
        [
            .table(
                "audit",
                """
                id INTEGER PRIMARY KEY NOT NULL,
                time INTEGER NOT NULL,
                kind TEXT NOT NULL,
                actor TEXT NOT NULL,
                subject TEXT NOT NULL,
                session TEXT NOT NULL,
                address TEXT NOT NULL,
                details TEXT NOT NULL,
                tag BLOB NOT NULL
                """),
            .table(
                "audit_checkpoints",
                "id INTEGER PRIMARY KEY NOT NULL, tag BLOB NOT NULL, reason TEXT NOT NULL, signature BLOB NOT NULL"),
        ])

    // A bot has addresses, a person none; its key stands as a digest, or is revoked.
    private static let bots = Migration(
        "identity-bots-1",
        [
            .sql("ALTER TABLE users ADD COLUMN bot_digest BLOB"),
            .sql("ALTER TABLE users ADD COLUMN bot_addresses TEXT"),
        ])

    // A factor without `confirmed_at` is not in use; `last_step` is the latest step whose code was taken.
    private static let secondFactors = Migration(
        "identity-5",
        [
            .table(
                "second_factors",
                """
                username TEXT PRIMARY KEY NOT NULL REFERENCES users (username),
                secret BLOB NOT NULL,
                created_at INTEGER NOT NULL,
                confirmed_at INTEGER,
                last_step INTEGER NOT NULL
                """),
            .clusteredTable(
                "recovery_codes",
                """
                username TEXT NOT NULL REFERENCES users (username),
                digest BLOB NOT NULL,
                PRIMARY KEY (username, digest)
                """),
        ])

    private static let accounts = Migration(
        "identity-1",
        [
            // `revision` orders the copies in memory; `password_version` grows with each new password, but not
            // when the same one is hashed again at a higher cost.
            .table(
                "users",
                """
                username TEXT PRIMARY KEY NOT NULL,
                name TEXT NOT NULL,
                role TEXT NOT NULL,
                password_hash TEXT NOT NULL,
                password_version INTEGER NOT NULL,
                created_at INTEGER NOT NULL,
                disabled_at INTEGER,
                revision INTEGER NOT NULL
                """),
            // `access_expires_at` bounds the end of the last access token, and so how long a revocation matters.
            .table(
                "sessions",
                """
                id TEXT PRIMARY KEY NOT NULL,
                username TEXT NOT NULL REFERENCES users (username),
                device TEXT NOT NULL,
                address TEXT NOT NULL,
                created_at INTEGER NOT NULL,
                last_seen_at INTEGER NOT NULL,
                generation INTEGER NOT NULL,
                moved_at INTEGER NOT NULL,
                kid TEXT NOT NULL,
                access_expires_at INTEGER NOT NULL,
                refresh_expires_at INTEGER NOT NULL,
                absolute_expires_at INTEGER NOT NULL,
                revoked_at INTEGER,
                revoked_reason TEXT,
                revoked_by TEXT
                """),
            .sql("CREATE INDEX sessions_by_user ON sessions (username, created_at, id)"),
            .sql("CREATE INDEX sessions_by_creation ON sessions (created_at, id)"),
            .sql("CREATE INDEX sessions_by_key ON sessions (kid)"),
            .sql("CREATE INDEX sessions_by_end ON sessions (refresh_expires_at)"),
            .clusteredTable(
                "revocations",
                """
                session TEXT PRIMARY KEY NOT NULL,
                expires_at INTEGER NOT NULL,
                cause TEXT NOT NULL
                """),
            .sql("CREATE INDEX revocations_by_end ON revocations (expires_at)"),
            .table(
                "invites",
                """
                id TEXT PRIMARY KEY NOT NULL,
                secret_hash BLOB NOT NULL UNIQUE,
                role TEXT NOT NULL,
                uses_left INTEGER NOT NULL,
                first_account INTEGER NOT NULL,
                expires_at INTEGER,
                created_by TEXT,
                created_at INTEGER NOT NULL
                """),
        ])
}
