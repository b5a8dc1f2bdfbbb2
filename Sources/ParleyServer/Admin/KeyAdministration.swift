import Chat
import Identity
import Logging

/// What is done to the key ring of a node, with the sockets of the sessions that it ends.
struct KeyAdministration {
    let node: ParleyNode

    /// Takes a key out and ends the sessions that it signed. Throws `IdentityError`.
    func revoke(_ key: KeyID, reason: String, by actor: String) async throws -> RevocationReceipt {
        try await Revocations(node: node).receipt(selection: Self.sockets) {
            try await node.authority.sessions.retireKey(key, reason: reason, by: actor)
        }
    }

    /// Ends the sessions whose key the ring does not have.
    func endSessionsOfLostKeys() async throws {
        let lost = try await node.authority.sessions.endThoseOfLostKeys()
        guard lost.count > 0 else { return }
        node.logger.warning("sessions of lost keys ended", metadata: ["sessions": "\(lost.count)"])
        let receipt = try await Revocations(node: node).receipt(selection: Self.sockets) { lost }
        node.audit.record(.revocation, actor: "server", details: receipt.details(reason: "key_lost"))
    }

    /// Reads the key file again; one that cannot be used leaves the ring as it is.
    func reload() async {
        do {
            try node.authority.keyRing.reload()
            node.logger.info(
                "key file loaded again", metadata: ["kid": "\(node.authority.keyRing.snapshot.current.id)"])
            try await endSessionsOfLostKeys()
        } catch {
            node.logger.error("key file not loaded again, the old keys stay", metadata: ["error": "\(error)"])
        }
    }

    private static func sockets(of revoked: Revoked) -> SocketSelection {
        .sessions(Set(revoked.sessions.map(\.id.text)))
    }
}
