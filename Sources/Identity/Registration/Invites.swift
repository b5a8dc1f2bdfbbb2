import Database
import OpenSSLCrypto

/// Makes, lists and deletes invites.
///
/// All calls throw ``IdentityError`` and, when the disk fails, `DatabaseError`.
package final class Invites: Sendable {
    private static let maximumUses: Int64 = 10_000
    private static let firstAccountSeconds: Int64 = 86_400

    private let context: IdentityContext

    init(_ context: IdentityContext) {
        self.context = context
    }

    /// Makes an invite for `uses` accounts of a role; its secret is in the answer and nowhere else.
    package func create(
        role: Role = .user, uses: Int64 = 1, expiresAfter lifetime: Duration? = nil, by actor: String
    ) async throws -> IssuedInvite {
        guard (1...Self.maximumUses).contains(uses) else {
            throw IdentityError.invalidField("uses", "an invite has 1 to \(Self.maximumUses) uses")
        }
        let now = context.clock.now
        let end = try lifetime.map { lifetime in
            guard (1...315_360_000_000).contains(lifetime.milliseconds) else {
                throw IdentityError.invalidField("expires_in", "an invite ends after now and within ten years")
            }
            return now + lifetime.milliseconds
        }
        let issued = try Self.issue(role: role, uses: uses, isForFirstAccount: false, until: end, by: actor, at: now)
        try await context.database.write { try InviteTable.insert(issued.invite, secret: issued.secret, in: $0) }
        return issued
    }

    /// Makes the invite of the link for the first account, an administrator's, in the place of the one before.
    ///
    /// It works under every registration policy, for one day and only while there is no account. Nil when there is one.
    package func createForFirstAccount() async throws -> IssuedInvite? {
        let now = context.clock.now
        let issued = try Self.issue(
            role: .admin, uses: 1, isForFirstAccount: true, until: now + Self.firstAccountSeconds * 1000, by: nil,
            at: now)
        return try await context.database.write { connection in
            guard try UserTable.isEmpty(in: connection) else { return nil }
            try InviteTable.deleteForFirstAccount(in: connection)
            try InviteTable.insert(issued.invite, secret: issued.secret, in: connection)
            return issued
        }
    }

    /// The invites that can still be used, page by page; `cursor` comes from the page before.
    package func list(after cursor: String? = nil, limit: Int = 50) async throws -> Page<Invite> {
        let limit = Page<Invite>.bounded(limit)
        let now = context.clock.now
        let invites = try await context.database.read { connection in
            try InviteTable.list(after: cursor ?? "", limit: limit + 1, at: now, in: connection)
        }
        return Page(invites, limit: limit) { $0.id.text }
    }

    /// Deletes an invite; accounts that it made stay. Throws `invite_not_found`.
    package func delete(_ id: InviteID) async throws {
        guard try await context.database.write({ try InviteTable.delete(id, in: $0) }) else {
            throw IdentityError(.inviteNotFound, "there is no invite \(id)")
        }
    }

    private static func issue(
        role: Role, uses: Int64, isForFirstAccount: Bool, until end: Int64?, by actor: String?, at now: Int64
    ) throws -> IssuedInvite {
        let invite = Invite(
            id: try .random(), role: role, usesLeft: uses, isForFirstAccount: isForFirstAccount, expiresAt: end,
            createdBy: actor, createdAt: now)
        return IssuedInvite(invite: invite, secret: Base64URL.encode(try RandomBytes.make(count: 16)))
    }
}
