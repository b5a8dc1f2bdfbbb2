import Database
import OpenSSLCrypto

extension LogTransaction {
    /// A message of a webhook, whose address is checked here so that a revoked one posts nothing more.
    mutating func post(
        by id: String, digest: SHA256Digest, _ text: String, nonce: String?, violation: ChatError?
    ) throws -> LogAnswer {
        guard let webhook = try WebhookTable.verified(id, digest: digest, connection) else {
            throw ChatError.webhookNotFound
        }
        let author = Webhook.author(id)
        return try once(nonce, by: author) { log in
            if let violation { throw violation }
            let room = try log.room(webhook.room)
            if room.isArchived { throw ChatError.roomArchived }
            let mentions = try log.mentions(in: text, of: room, by: author)
            return try log.append(.message, to: room, by: author, nonce: nonce) { event in
                event.text = text
                event.authorName = webhook.name
                event.mentions = mentions
            }
        }
    }
}
