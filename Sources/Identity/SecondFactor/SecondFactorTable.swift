import Database
import OpenSSLCrypto

/// The statements on the tables of second factors, to run inside a transaction.
enum SecondFactorTable {
    struct Factor: Sendable {
        let secret: SecretBytes
        let isOn: Bool
        let lastStep: Int64
    }

    /// How a login's code was good.
    enum Use: Sendable {
        case code
        case recoveryCode(left: Int64)
    }

    static func factor(of username: Username, in connection: any SQLConnection) throws -> Factor? {
        try connection.first(
            "SELECT secret, confirmed_at, last_step FROM second_factors WHERE username = $1", [.text(username.text)]
        ) { Factor(secret: SecretBytes(copying: $0.blob(0)), isOn: !$0.isNull(1), lastStep: $0.integer(2)) }
    }

    /// Stores a secret that is not in use yet, in the place of one that never was.
    static func begin(
        _ secret: SecretBytes, of username: Username, at now: Int64, in connection: any SQLConnection
    ) throws {
        try connection.execute(
            """
            INSERT INTO second_factors (username, secret, created_at, last_step) VALUES ($1, $2, $3, 0)
            ON CONFLICT (username) DO UPDATE SET secret = excluded.secret, created_at = excluded.created_at
            """,
            [.text(username.text), .blob(secret.withUnsafeBytes { Array($0) }), .integer(now)])
    }

    static func confirm(
        _ username: Username, step: Int64, recovery: [[UInt8]], at now: Int64, in connection: any SQLConnection
    ) throws {
        try connection.execute(
            "UPDATE second_factors SET confirmed_at = $2, last_step = $3 WHERE username = $1",
            [.text(username.text), .integer(now), .integer(step)])
        for digest in recovery {
            try connection.execute(
                "INSERT INTO recovery_codes (username, digest) VALUES ($1, $2)", [.text(username.text), .blob(digest)])
        }
    }

    /// Takes a login's code out of use; nil when it is wrong or was used. What is not committed was not used.
    static func use(
        _ typed: String, of username: Username, factor: Factor, at now: Int64, in connection: any SQLConnection
    ) throws -> Use? {
        let accepted = OneTimeCode.acceptedStep(typed, secret: factor.secret, at: now, after: factor.lastStep)
        if let step = accepted {
            try connection.execute(
                "UPDATE second_factors SET last_step = $2 WHERE username = $1", [.text(username.text), .integer(step)])
            return .code
        }
        guard let digest = RecoveryCode.digest(typed) else { return nil }
        try connection.execute(
            "DELETE FROM recovery_codes WHERE username = $1 AND digest = $2", [.text(username.text), .blob(digest)])
        guard connection.changes > 0 else { return nil }
        return .recoveryCode(left: try recoveryCodesLeft(of: username, in: connection))
    }

    /// Lets a login pass that brings what the account asks for; gives how many recovery codes are left if one was used.
    static func pass(
        _ typed: String?, of username: Username, at now: Int64, in connection: any SQLConnection
    ) throws -> Int64? {
        guard let factor = try factor(of: username, in: connection), factor.isOn else { return nil }
        guard let typed else { throw IdentityError(.totpRequired, "the account has a second factor") }
        switch try use(typed, of: username, factor: factor, at: now, in: connection) {
        case nil:
            throw IdentityError(.totpRequired, "the code is wrong, too old or was used before", field: "totp")
        case .code?: return nil
        case .recoveryCode(let left)?: return left
        }
    }

    static func recoveryCodesLeft(of username: Username, in connection: any SQLConnection) throws -> Int64 {
        try connection.first(
            "SELECT count(*) FROM recovery_codes WHERE username = $1", [.text(username.text)]
        ) { $0.integer(0) } ?? 0
    }

    /// Deletes the secret and the recovery codes; false when logins did not ask for a code.
    static func delete(of username: Username, in connection: any SQLConnection) throws -> Bool {
        let wasOn = try factor(of: username, in: connection)?.isOn ?? false
        try connection.execute("DELETE FROM recovery_codes WHERE username = $1", [.text(username.text)])
        try connection.execute("DELETE FROM second_factors WHERE username = $1", [.text(username.text)])
        return wasOn
    }
}
