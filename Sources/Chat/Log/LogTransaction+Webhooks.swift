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
        do {
            if let violation { throw violation }
            let room = try room(webhook.room)
            if room.isArchived { throw ChatError.roomArchived }
            let mentions = try mentions(in: text, of: room, by: author)
            let event = try append(.message, to: room, by: author, nonce: nonce) { event in
                event.text = text
                event.authorName = webhook.name
                event.mentions = mentions
            }
            if let event { return .sent(room: room.id, seq: event.seq, at: event.at, isDuplicate: false) }
        } catch let refusal as ChatError {
            if let earlier = try duplicate(of: nonce, author) { return earlier }
            throw refusal
        }
        guard let earlier = try duplicate(of: nonce, author) else {
            throw DatabaseError(.other, reason: "a nonce was refused as a duplicate and has no message")
        }
        return earlier
    }
}
