import Chat
import HTTPTypes
import Identity
import Logging
package import NIOCore
import NIOHTTP1
package import WebSocketTransport

/// Decides whether a socket is opened, on its event loop and without waiting for anything: origin, token, account,
/// rate, capacity, in this order.
package struct UpgradeDecider: Sendable {
    private let node: ParleyNode
    let connections: ConnectionCounter

    /// Counts connections and sockets against the limits of the node's configuration.
    package init(node: ParleyNode) {
        self.node = node
        connections = ConnectionCounter(limits: node.configuration.limits)
    }

    /// The decision about a well-formed request, with the socket's user where it is accepted.
    package func decide(_ request: UpgradeRequest, on loop: any EventLoop) -> UpgradeDecision {
        let requestID = RequestID.next()
        do throws(Problem) {
            return .accept(delegate: try session(request, on: loop), subprotocol: "parley.v1")
        } catch {
            node.logger.debug(
                "upgrade refused", metadata: ["code": "\(error.code)", "request_id": "\(requestID)"])
            return .refuse(
                status: HTTPResponseStatus(statusCode: error.status.code),
                headers: Self.securityHeaders + [("Content-Type", "application/problem+json")]
                    + error.headers.map { ($0.name.rawName, $0.value) },
                body: error.encoded(requestID: requestID))
        }
    }

    /// The security headers, as the gate's own refusals carry them too.
    static let securityHeaders: [(String, String)] =
        SecurityHeadersMiddleware.fields.map { ($0.0.rawName, $0.1) } + [("Cache-Control", "no-store")]

    private func session(_ request: UpgradeRequest, on loop: any EventLoop) throws(Problem) -> SocketLease {
        let fields = request.head.headers
        guard OriginPolicy(allowed: node.allowedOrigins).allows(fields["origin"]) else {
            throw Problem(.originNotAllowed, "The Origin is none of server.allowed_origins.")
        }
        let caller = try caller(fields)
        let peer = request.remoteAddress.flatMap { IPAddress($0) }
        let address = peer.map {
            ClientAddress(server: node.configuration.server)
                .client(peer: $0, forwarded: fields["x-forwarded-for"]).description
        }
        try BotAddresses.check(caller.user, from: address ?? "")
        if let delay = node.requestThrottle.take("upgrade \(address ?? "")") {
            throw Problem.retry(.tooManyRequests, after: delay, "Too many upgrades from this address at once.")
        }
        guard let lease = connections.lease(user: caller.user.username.text) else {
            throw Problem.retry(
                .tooManyRequests, after: .seconds(10),
                "This user has \(connections.maximumPerUser) sockets already (limits.connections_per_user).")
        }
        // From here on the lease gives its place back by itself, whatever comes of the upgrade.
        let socket = SocketLease(
            session: node.chat.makeSession(credential(caller), on: loop), lease: lease, logger: node.logger)
        guard !node.status.isDraining else {
            throw Problem.retry(.draining, after: node.configuration.server.drainDelay)
        }
        guard !connections.isFull else {
            throw Problem.retry(
                .overloaded, after: .seconds(10),
                "The server has \(connections.maximum) connections already (limits.connections).")
        }
        return socket
    }

    private func caller(_ fields: HTTPHeaders) throws(Problem) -> Caller {
        let token: String?
        switch CookieHeader(fields["cookie"]).value(of: SessionCookies.access) {
        case .missing: token = nil
        case .one(let value): token = String(value)
        case .repeated:
            throw Problem(.invalidToken, "The cookie \(SessionCookies.access) was sent more than once.")
        }
        do throws(TokenDefect) {
            return try node.authority.authenticate(token)
        } catch {
            throw Problem(error)
        }
    }

    private func credential(_ caller: Caller) -> SessionCredential {
        let authority = node.authority
        let token = caller.token
        return SessionCredential(
            user: UserID(caller.user.username),
            accountRole: { (authority.directory.user(token.username)?.role ?? .user).rawValue },
            sessionID: token.session.text, accessExpiresAt: token.expiresAt,
            details: {
                guard let session = try authority.sessions.sessionBlocking(token.session) else {
                    throw IdentityError(.sessionNotFound, "the session is gone")
                }
                return SessionCredential.Details(device: session.device, createdAt: session.createdAt)
            },
            verdict: {
                do throws(TokenDefect) {
                    _ = try authority.caller(of: token)
                    return nil
                } catch {
                    return error.kind == .accountDisabled
                        ? (4502, "account disabled") : (4501, "session revoked")
                }
            })
    }
}
