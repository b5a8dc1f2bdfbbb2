import COpenSSL
import Synchronization

/// The newest resumable sessions of each host a client context has talked to.
///
/// A TLS 1.3 session is taken out when it is used: its ticket should serve once (RFC 8446 appendix C.4), and the server
/// sends another one. A TLS 1.2 session stays, since a server renews its ticket only now and then.
final class ClientSessions: Sendable {
    private struct Entry: @unchecked Sendable { let session: OpaquePointer }

    private static let maximumHosts = 64
    private let perHost: Int
    /// The newest session of a host is its last.
    private let entries = Mutex<[String: [Entry]]>([:])

    init(perHost: Int) { self.perHost = max(1, perHost) }

    deinit {
        entries.withLock { for entry in $0.values.joined() { SSL_SESSION_free(entry.session) } }
    }

    /// Takes over the caller's reference.
    func keep(_ session: OpaquePointer, for host: String) {
        let added = Entry(session: session)
        let dropped = entries.withLock { entries -> [Entry] in
            var dropped: [Entry] = []
            if entries[host] == nil, entries.count >= Self.maximumHosts, let victim = entries.keys.first {
                dropped += entries.removeValue(forKey: victim) ?? []
            }
            entries[host, default: []].append(added)
            if let kept = entries[host], kept.count > perHost {
                dropped.append(entries[host, default: []].removeFirst())
            }
            return dropped
        }
        for entry in dropped { SSL_SESSION_free(entry.session) }
    }

    /// The reference passes to the caller, who frees it.
    func take(for host: String) -> OpaquePointer? {
        entries.withLock { entries -> Entry? in
            guard let session = entries[host]?.last?.session else { return nil }
            if SSL_SESSION_is_resumable(session) == 1, SSL_SESSION_get_protocol_version(session) != TLS1_3_VERSION {
                SSL_SESSION_up_ref(session)
            } else {
                entries[host]?.removeLast()
                if entries[host]?.isEmpty == true { entries[host] = nil }
            }
            return Entry(session: session)
        }?.session
    }
}
