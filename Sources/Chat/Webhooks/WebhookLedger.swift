package import Database
package import OpenSSLCrypto

/// Makes, lists and revokes the webhooks of rooms, on behalf of their moderators.
///
/// All calls throw `ChatError` and `DatabaseError`. A revoked webhook posts nothing from the moment the call returns:
/// each message looks its webhook up in its own transaction.
package struct WebhookLedger: Sendable {
    private static let secretBytes = 32

    private let engine: any DatabaseEngine
    private let limits: ChatLimits
    private let now: @Sendable () -> Int64

    /// `now` gives milliseconds since 1970 UTC.
    package init(engine: any DatabaseEngine, limits: ChatLimits, now: @escaping @Sendable () -> Int64) {
        self.engine = engine
        self.limits = limits
        self.now = now
    }

    /// Makes a webhook; its secret is in the answer and nowhere else.
    package func create(
        in room: RoomID, name: String, by user: UserID
    ) async throws -> (webhook: Webhook, secret: String) {
        let length = name.unicodeScalars.count
        guard (1...Webhook.maximumNameCharacters).contains(length), name.contains(where: { !$0.isWhitespace }),
            name.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F })
        else {
            throw ChatError.invalidField(
                "name", "must be 1 to \(Webhook.maximumNameCharacters) characters, without control characters")
        }
        let webhook = Webhook(
            id: String(try RandomBytes.integer() as UInt64, radix: 16), room: room, name: name, createdBy: user,
            createdAt: now())
        let secret = Base64URL.encode(try RandomBytes.make(count: Self.secretBytes))
        let limit = limits.webhooksPerRoom
        try await engine.write { connection in
            try Self.check(user, room, connection)
            guard try WebhookTable.list(of: room, connection).count < limit else {
                throw ChatError(
                    "too_many_webhooks", "The room has \(limit) webhooks already (limits.webhooks_per_room).")
            }
            try WebhookTable.insert(webhook, digest: SHA256Digest(of: secret), connection)
        }
        return (webhook, secret)
    }

    /// The webhooks of a room, the oldest first.
    package func list(of room: RoomID, for user: UserID) async throws -> [Webhook] {
        try await engine.read { connection in
            try Self.check(user, room, connection)
            return try WebhookTable.list(of: room, connection)
        }
    }

    /// Takes a webhook's address out of use. Throws `webhook_not_found`.
    package func revoke(_ id: String, of room: RoomID, by user: UserID) async throws {
        try await engine.write { connection in
            try Self.check(user, room, connection)
            guard try WebhookTable.delete(id, of: room, connection) else { throw ChatError.webhookNotFound }
        }
    }

    /// The webhook of an address. Throws `webhook_not_found` for a wrong secret, in the same words as for a wrong id.
    package func verified(_ id: String, digest: SHA256Digest) async throws -> Webhook {
        guard let webhook = try await engine.read({ try WebhookTable.verified(id, digest: digest, $0) }) else {
            throw ChatError.webhookNotFound
        }
        return webhook
    }

    private static func check(_ user: UserID, _ room: RoomID, _ connection: any SQLConnection) throws {
        let info = try RoomReader.room(room, user, connection)
        guard let member = info.member else { throw ChatError.notAMember }
        try Permission.manageWebhooks.check(member, in: info.kind)
    }
}
