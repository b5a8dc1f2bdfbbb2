import Database
import OpenSSLCrypto

/// An account that passed all checks but the one against the database.
struct AccountCandidate: Sendable {
    let username: Username
    let name: String
    let passwordHash: PasswordHash

    func insert(role: Role, at now: Int64, in connection: any SQLConnection) throws -> UserTable.Row {
        try UserTable.insert(
            username, name: name, role: role, passwordHash: passwordHash, at: now, in: connection)
    }
}
