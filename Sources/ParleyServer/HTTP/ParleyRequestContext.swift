package import Hummingbird
import Identity
import Logging
import NIOCore

/// What Parley knows of a request while it is answered.
package struct ParleyRequestContext: RequestContext {
    package var coreContext: CoreRequestContextStorage
    /// Who calls; set by ``AuthenticationMiddleware`` and, for administration, by the way the request came.
    var caller = CallerKind.nobody
    /// The client's address: the peer's, or what a trusted proxy says it is; empty for a Unix socket.
    var address = ""
    /// The peer of the connection, nil for a Unix socket.
    let peer: IPAddress?

    /// The connection, nil for a request that never was on one.
    let channel: (any Channel)?

    /// Who stands behind a request.
    enum CallerKind: Sendable {
        case nobody
        case user(Caller)
        /// Who may open the admin socket, or run a command on the data directory.
        case operatorOfHost
    }

    package init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        peer = source.channel.remoteAddress.flatMap { IPAddress($0) }
        address = peer?.description ?? ""
        channel = source.channel
    }

    /// The context of a request that never was on a socket: a command without a running server.
    init(operatorLogger logger: Logger) {
        coreContext = CoreRequestContextStorage(source: LocalSource(logger: logger))
        peer = nil
        channel = nil
        caller = .operatorOfHost
    }

    private struct LocalSource: RequestContextSource {
        let logger: Logger
    }

    /// The user who calls. Throws the problem `no_token` when nobody is logged in.
    func user() throws -> Caller {
        guard case .user(let caller) = caller else { throw Problem(.noToken) }
        return caller
    }

    /// The name that audits and receipts know the caller by.
    var actor: String {
        switch caller {
        case .nobody: ""
        case .user(let caller): caller.user.username.text
        case .operatorOfHost: "operator"
        }
    }
}
