import Chat
import Hummingbird
import Identity

/// `/admin/keys`: the signing keys; their secrets never leave the key file.
struct KeyRoutes {
    let node: ParleyNode

    func add(to group: RouterGroup<ParleyRequestContext>) {
        group.get("keys") { _, _ in
            let counts = try await node.authority.sessions.countByKey()
            let ring = node.authority.keyRing.snapshot
            return Response.list(ring.keys, cursor: nil) { writer, key in
                write(key, isCurrent: key === ring.current, sessions: counts[key.id] ?? 0, to: &writer)
            }
        }
        group.post("keys/rotate") { _, context in
            let key = try node.authority.keyRing.rotate()
            node.record(.keyRotated, context, subject: key.id.text)
            return Response.object { writer in
                writer.name("key")
                write(key, isCurrent: true, sessions: 0, to: &writer)
            }
        }
        group.post("keys/:key/revoke") { request, context in
            guard let key = KeyID(try context.parameters.require("key")) else { throw Problem(.keyNotFound) }
            let body = try await request.object(upTo: node.configuration.limits.bodyBytes)
            let reason = try body.optionalText("reason") ?? "key revoked"
            let receipt = try await KeyAdministration(node: node).revoke(key, reason: reason, by: context.actor)
            node.record(.keyRevoked, context, subject: key.text, details: receipt.details(reason: reason))
            return Response.json { receipt.write(to: &$0) }
        }
    }

    private func write(_ key: SigningKey, isCurrent: Bool, sessions: Int64, to writer: inout JSONWriter) {
        let lifetime = node.configuration.tokens.refreshIdleLifetime.milliseconds
        writer.object { writer in
            writer.member("id", key.id.text)
            writer.member("current", isCurrent)
            writer.member("created_at", time: key.createdAt)
            writer.optionalMember("retired_at", time: key.retiredAt)
            writer.optionalMember("verifies_until", time: key.retiredAt.map { $0 + lifetime })
            writer.member("sessions", sessions)
        }
    }
}

extension JSONWriter {
    /// A time that may be missing, which is null.
    mutating func optionalMember(_ name: String, time: Int64?) {
        self.name(name)
        if let time { value(time: time) } else { null() }
    }
}
