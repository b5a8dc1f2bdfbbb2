import NIOConcurrencyHelpers
import NIOCore
import WebSocketTransport

/// Counts connections in all and by address, and sockets by user, against their limits.
final class ConnectionCounter: ConnectionLimiter {
    /// Connections beyond `limits.connections` that are let in all the same, to be told 503 instead of nothing.
    private static let headroom = 500

    /// A user's place among the sockets; given back when it is released.
    struct Lease: Sendable {
        let user: String
        let counter: ConnectionCounter

        func release() { counter.release(user) }
    }

    private struct Counts {
        var all = 0
        var byAddress: [String: Int] = [:]
        var byUser: [String: Int] = [:]
    }

    /// `limits.connections`.
    let maximum: Int
    /// `limits.connections_per_user`.
    let maximumPerUser: Int
    private let maximumPerAddress: Int
    private let counts = NIOLockedValueBox(Counts())

    init(limits: ParleyConfiguration.Limits) {
        maximum = limits.connections
        maximumPerUser = limits.connectionsPerUser
        maximumPerAddress = limits.connectionsPerAddress
    }

    /// Whether there are more connections than the limit.
    var isFull: Bool { counts.withLockedValue { $0.all > maximum } }

    func accepted(_ address: SocketAddress?) -> Bool {
        let key = address?.ipAddress ?? ""
        return counts.withLockedValue { counts in
            guard counts.all < maximum + Self.headroom, counts.byAddress[key, default: 0] < maximumPerAddress else {
                return false
            }
            counts.all += 1
            counts.byAddress[key, default: 0] += 1
            return true
        }
    }

    func closed(_ address: SocketAddress?) {
        counts.withLockedValue { counts in
            counts.all -= 1
            Self.decrease(&counts.byAddress, address?.ipAddress ?? "")
        }
    }

    /// A place for another socket of the user, nil when they have their number.
    func lease(user: String) -> Lease? {
        counts.withLockedValue { counts in
            guard counts.byUser[user, default: 0] < maximumPerUser else { return nil }
            counts.byUser[user, default: 0] += 1
            return Lease(user: user, counter: self)
        }
    }

    private func release(_ user: String) {
        counts.withLockedValue { Self.decrease(&$0.byUser, user) }
    }

    private static func decrease(_ counts: inout [String: Int], _ key: String) {
        guard let count = counts[key] else { return }
        counts[key] = count > 1 ? count - 1 : nil
    }
}
