import Chat
import Identity

/// Deletes an account: out of its sessions, out of its rooms, then gone but for a tombstone.
///
/// Each step may be repeated, and the account is there until the last: a deletion that was cut off is begun again.
struct AccountDeletion {
    let node: ParleyNode

    /// Throws `IdentityError` with the code `user_not_found`.
    func delete(
        _ username: Username, reason: String, _ context: ParleyRequestContext
    ) async throws -> RevocationReceipt {
        // First, so that it cannot join anything while it is taken out of its rooms.
        let receipt = try await Revocations(node: node).disable(username, reason: reason, by: context.actor)
        // Now, since what follows may fail.
        node.record(.accountDisabled, context, subject: username.text, details: receipt.details(reason: reason))
        try await leaveRooms(UserID(username))
        try await node.files.ledger.deleteLoose(of: UserID(username))
        _ = try await node.chat.log.submit(.forget(UserID(username)))
        _ = try await node.authority.accounts.delete(username, reason: reason, by: context.actor)
        return receipt
    }

    /// Leaves all rooms but direct ones, whose other people keep them, and those whose last owner it is.
    private func leaveRooms(_ user: UserID) async throws {
        var cursor: String?
        repeat {
            let page = try await node.rooms.rooms(of: user, after: cursor, limit: 200)
            cursor = page.count == 200 ? page.last?.id.description : nil
            for room in page where room.member != nil && room.kind != .direct {
                do {
                    _ = try await node.chat.log.submit(.leave(room: room.id, user: user))
                } catch let error as ChatError where ["last_owner", "not_a_member"].contains(error.code) {
                    continue
                }
            }
        } while cursor != nil
    }
}
