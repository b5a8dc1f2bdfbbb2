package import Chat
package import Identity
import Logging
import NIOCore

/// Ends sessions and their sockets, in this order: the database, the list that tokens are checked against, the sockets.
///
/// An upgrade that raced with it was either refused by the list, or is found by its event loop, or asks again when it
/// is done.
package struct Revocations: Sendable {
    private let node: ParleyNode

    package init(node: ParleyNode) { self.node = node }

    /// Ends sessions of a target. Throws `IdentityError` for a target that does not exist.
    package func revoke(
        _ target: RevocationTarget, except: SessionID? = nil, reason: String, by actor: String
    ) async throws -> RevocationReceipt {
        try await receipt(selection: { Self.selection(target, except, $0) }) {
            try await node.authority.sessions.revoke(target, except: except, reason: reason, by: actor)
        }
    }

    /// Disables an account.
    package func disable(_ username: Username, reason: String, by actor: String) async throws -> RevocationReceipt {
        try await receipt(
            selection: { _ in .user(UserID(username), except: nil) }, code: 4502, words: "account disabled"
        ) {
            try await node.authority.accounts.disable(username, reason: reason, by: actor)
        }
    }

    /// Ends the sessions that `body` ended in the database, and returns when their sockets are out.
    package func receipt(
        selection: (Revoked) -> SocketSelection, code: UInt16 = 4501, words: String = "session revoked",
        _ body: () async throws -> Revoked
    ) async throws -> RevocationReceipt {
        let start = NIODeadline.now()
        let revoked = try await body()
        var nodes: [ClosedSockets] = []
        var isComplete = true
        if node.isServing {
            let closing = NIODeadline.now()
            do {
                let count = try await node.chat.hub.close(selection(revoked), code: code, reason: words)
                nodes.append(
                    ClosedSockets(
                        node: node.chat.configuration.node, count: count,
                        elapsedMilliseconds: (NIODeadline.now() - closing).milliseconds))
            } catch {
                node.logger.error("sockets could not be closed", metadata: ["error": "\(error)"])
                isComplete = false
            }
        }
        let receipt = RevocationReceipt(
            revokedSessions: revoked.count, nodes: nodes, elapsedMilliseconds: (NIODeadline.now() - start).milliseconds,
            isComplete: isComplete)
        node.logger.info(
            "sessions revoked",
            metadata: [
                "revoked_sessions": "\(receipt.revokedSessions)", "closed_sockets": "\(receipt.closedSockets)",
                "milliseconds": "\(receipt.elapsedMilliseconds)",
            ])
        return receipt
    }

    private static func selection(
        _ target: RevocationTarget, _ except: SessionID?, _ revoked: Revoked
    ) -> SocketSelection {
        switch target {
        case .session(let session, _): .sessions([session.text])
        case .user(let user): .user(UserID(user), except: except?.text)
        case .key: .sessions(Set(revoked.sessions.map(\.id.text)))
        case .everyone: .everyone
        }
    }
}

extension TimeAmount {
    /// Milliseconds with three digits behind the point.
    fileprivate var milliseconds: Double { Double(nanoseconds / 1000) / 1000 }
}
