import Chat
import Hummingbird
import Identity

/// `/admin/throttle`: who may not try a password for a while.
struct ThrottleRoutes {
    let node: ParleyNode

    func add(to group: RouterGroup<ParleyRequestContext>) {
        group.get("throttle") { _, _ in
            let now = node.clock.now
            let entries = node.loginThrottle.entries(now: now).sorted {
                ($0.delay ?? 0, $0.failures) > ($1.delay ?? 0, $1.failures)
            }
            return Response.list(entries, cursor: nil) { writer, entry in
                writer.object { writer in
                    let (kind, user, address) = entry.subject.parts
                    writer.member("kind", kind)
                    writer.member("user", user)
                    writer.member("address", address)
                    writer.member("failures", Int64(entry.failures))
                    writer.optionalMember("refused_until", time: entry.delay.map { now + $0 })
                }
            }
        }
        group.delete("throttle") { request, context in
            let user = request.uri.queryParameters["user"].map { String($0) }
            let address = request.uri.queryParameters["address"].map { String($0) }
            let network = address.map { IPAddress($0)?.network ?? $0 }
            let count = node.loginThrottle.clear { subject in
                let parts = subject.parts
                return (user == nil || parts.user == user) && (network == nil || parts.address == network)
            }
            node.record(
                .throttleCleared, context, subject: user ?? "",
                details: ["of_address": .text(address ?? ""), "cleared": .number(Int64(count))])
            return Response.object { $0.member("cleared", Int64(count)) }
        }
    }
}

extension LoginThrottle.Subject {
    /// The word for its kind, and what it is about.
    /// A session's id is no part of it: it is enough that the user has one that fails.
    fileprivate var parts: (kind: String, user: String?, address: String?) {
        switch self {
        case .account(let user): ("account", user, nil)
        case .address(let address): ("address", nil, address)
        case .knownAddress(let address, let user): ("known_address", user, address)
        case .session(_, let user): ("session", user, nil)
        }
    }
}
