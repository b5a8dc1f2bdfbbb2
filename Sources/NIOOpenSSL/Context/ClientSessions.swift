import COpenSSL
import Synchronization

/// The newest resumable session of each host a client context has talked to.
///
/// A session is taken out when it is used: a TLS 1.3 ticket should serve once (RFC 8446 appendix C.4), and the server
/// sends another one.
final class ClientSessions: Sendable {
    private struct Entry: @unchecked Sendable { let session: OpaquePointer }

    private static let maximumHosts = 64
    private let entries = Mutex<[String: Entry]>([:])

    deinit {
        entries.withLock { for entry in $0.values { SSL_SESSION_free(entry.session) } }
    }

    /// Takes over the caller's reference.
    func keep(_ session: OpaquePointer, for host: String) {
        let added = Entry(session: session)
        let dropped = entries.withLock { entries -> [Entry] in
            var dropped: [Entry] = []
            if entries[host] == nil, entries.count >= Self.maximumHosts, let victim = entries.keys.first {
                if let entry = entries.removeValue(forKey: victim) { dropped.append(entry) }
            }
            if let old = entries.updateValue(added, forKey: host) { dropped.append(old) }
            return dropped
        }
        for entry in dropped { SSL_SESSION_free(entry.session) }
    }

    /// The reference passes to the caller, who frees it.
    func take(for host: String) -> OpaquePointer? {
        entries.withLock { $0.removeValue(forKey: host)?.session }
    }
}
