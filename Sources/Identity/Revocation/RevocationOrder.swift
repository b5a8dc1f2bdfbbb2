/// One revocation with all that is recorded of it.
struct RevocationOrder: Sendable {
    let target: RevocationTarget
    let except: SessionID?
    let reason: String
    let actor: String
    let cause: RevocationCause
    let time: Int64

    init(
        target: RevocationTarget, except: SessionID? = nil, reason: String, actor: String,
        cause: RevocationCause = .session, time: Int64
    ) {
        self.target = target
        self.except = except
        self.reason = reason
        self.actor = actor
        self.cause = cause
        self.time = time
    }
}
