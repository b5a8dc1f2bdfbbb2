package import Chat

/// The answer to every act that ends sessions: what was ended, and how fast their sockets were out.
package struct RevocationReceipt: Sendable, Equatable {
    /// Sessions that were alive until now.
    package let revokedSessions: Int
    /// Sockets that were muted and closed, over all nodes.
    package var closedSockets: Int { nodes.reduce(0) { $0 + $1.count } }
    /// The nodes' parts; empty when no server runs.
    package let nodes: [ClosedSockets]
    /// Milliseconds from the request to the receipt.
    package let elapsedMilliseconds: Double
    /// Whether every node has reported: no further chat frame is written to any of those sockets.
    package let isComplete: Bool

    /// Writes the receipt as the protocol has it.
    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("revoked_sessions", Int64(revokedSessions))
            writer.member("closed_sockets", Int64(closedSockets))
            writer.name("nodes")
            writer.array { writer in
                for node in nodes {
                    writer.object { writer in
                        writer.member("node", node.node)
                        writer.member("closed_sockets", Int64(node.count))
                        writer.name("elapsed_ms")
                        writer.value(.real(node.elapsedMilliseconds))
                    }
                }
            }
            writer.name("elapsed_ms")
            writer.value(.real(elapsedMilliseconds))
            writer.member("complete", isComplete)
        }
    }
}
