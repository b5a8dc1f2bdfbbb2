import Database

/// The statements on the table `login_addresses`: from where each account was logged in to, and when last.
enum LoginAddressTable {
    static func note(
        _ network: String, of username: Username, at now: Int64, in connection: any SQLConnection
    ) throws {
        guard !network.isEmpty else { return }
        try connection.execute(
            """
            INSERT INTO login_addresses (username, network, last_login_at) VALUES ($1, $2, $3)
            ON CONFLICT (username, network) DO UPDATE SET last_login_at = excluded.last_login_at
            """,
            [.text(username.text), .text(network), .integer(now)])
    }

    static func contains(
        _ network: String, of username: Username, since time: Int64, in connection: any SQLConnection
    ) throws -> Bool {
        try connection.first(
            "SELECT 1 FROM login_addresses WHERE username = $1 AND network = $2 AND last_login_at > $3",
            [.text(username.text), .text(network), .integer(time)]
        ) { _ in true } ?? false
    }

    static func delete(of username: Username, in connection: any SQLConnection) throws {
        try connection.execute("DELETE FROM login_addresses WHERE username = $1", [.text(username.text)])
    }

    static func prune(before time: Int64, in connection: any SQLConnection) throws {
        try connection.execute("DELETE FROM login_addresses WHERE last_login_at <= $1", [.integer(time)])
    }
}

extension Sessions {
    /// Says whether someone logged in to an account from `network` lately; no for an account that does not exist.
    package func isKnown(_ network: String, of username: String) async throws -> Bool {
        let since = context.clock.now - context.configuration.knownAddressLifetime.milliseconds
        // The same statement for a name that nobody can have: its answer takes no less time.
        let username = Username(username) ?? Username(stored: "")
        return try await context.database.read {
            try LoginAddressTable.contains(network, of: username, since: since, in: $0)
        }
    }
}
