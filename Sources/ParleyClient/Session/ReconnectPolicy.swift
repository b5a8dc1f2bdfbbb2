/// What a client does after a socket ended or could not be opened: a table of the protocol's close codes and refusals.
struct ReconnectPolicy {
    enum Decision: Equatable {
        /// Come back after the back-off, after at least `after` where the server named a delay.
        case reconnect(refreshFirst: Bool, after: Duration?)
        /// Do not come back.
        case end
    }

    /// What follows the end of an open socket.
    static func decision(after close: CloseReason) -> Decision {
        switch close.code {
        case 4001: .reconnect(refreshFirst: true, after: nil)
        case 4000...4499: .reconnect(refreshFirst: false, after: nil)
        // No Close frame, an internal error, a restart, "try again later" and a gateway's failure pass by themselves.
        case 1001, 1005, 1006, 1011, 1012, 1013, 1014: .reconnect(refreshFirst: false, after: nil)
        // 1000 is a goodbye; the others say that this client broke a rule, which it would do again.
        default: .end
        }
    }

    /// What follows a socket that did not open, or a refresh that failed.
    static func decision(after error: any Error) -> Decision {
        switch error {
        case let problem as ProblemError: decision(after: problem)
        case let error as ClientError: decision(after: error)
        default: .reconnect(refreshFirst: false, after: nil)
        }
    }

    private static func decision(after problem: ProblemError) -> Decision {
        switch problem.status {
        case 401:
            // A token of another key or a lost cookie is mended by a refresh just as an expired one is. Only the
            // refresh's own refusal is final, and its codes are told apart by who asks: see `ChatSession`.
            problem.code == "session_revoked" || problem.code == "refresh_reuse"
                ? .end : .reconnect(refreshFirst: true, after: problem.retryAfter)
        case 408, 425, 429, 500...599: .reconnect(refreshFirst: false, after: problem.retryAfter)
        default: .end
        }
    }

    private static func decision(after error: ClientError) -> Decision {
        switch error.code {
        case .connectFailed, .connectionClosed, .timedOut: .reconnect(refreshFirst: false, after: nil)
        default: .end
        }
    }
}
