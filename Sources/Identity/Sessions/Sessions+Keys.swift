import Database

extension Sessions {
    /// Takes a key out of the ring and ends exactly the sessions whose present generation it signed.
    ///
    /// The key goes first: a login that raced with it is either signed by another key, or committed before the
    /// sessions are looked up. A repetition ends none and succeeds. Throws `key_not_found` for a key that never was.
    package func retireKey(_ key: KeyID, reason: String, by actor: String) async throws -> Revoked {
        let reason = try Self.acceptedReason(reason)
        var wasInRing = true
        do {
            try context.ring.retire(key)
        } catch let error as IdentityError where error.code == .keyNotFound {
            wasInRing = false
        }
        do {
            return try await revoke(.key(key), reason: reason, by: actor)
        } catch let error as IdentityError where error.code == .keyNotFound && wasInRing {
            return .none
        }
    }

    /// Ends the sessions whose key is no longer in the ring: after a crash in the middle of ``retireKey(_:reason:by:)``,
    /// after a key file was lost, and after another one was put in its place.
    package func endThoseOfLostKeys() async throws -> Revoked {
        var ended: [Revoked.Session] = []
        for key in try await countByKey().keys where context.ring.snapshot.key(key) == nil {
            ended += try await revoke(.key(key), reason: "key_lost", by: "server").sessions
        }
        return Revoked(sessions: ended)
    }

    /// How many living sessions each key signed.
    package func countByKey() async throws -> [KeyID: Int64] {
        let now = context.clock.now
        let counts = try await context.database.read { try SessionTable.countByKey(at: now, in: $0) }
        return Dictionary(counts) { first, _ in first }
    }
}

extension SessionTable {
    static func countByKey(at now: Int64, in connection: any SQLConnection) throws -> [(KeyID, Int64)] {
        try connection.all(
            """
            SELECT kid, count(*) FROM sessions WHERE revoked_at IS NULL AND refresh_expires_at > $1 GROUP BY kid
            """,
            [.integer(now)]
        ) { (KeyID(stored: $0.text(0)), $0.integer(1)) }
    }
}
