import NIOCore
import WebSocketTransport

extension ChatSession {
    /// Takes one from the messages that the socket and its user may send; false after refusing where there is none.
    func maySpeak(_ id: String?, now: NIODeadline) -> Bool {
        guard let wait = messageBucket.take(now: now) ?? rates.messages.take(now: now) else { return true }
        overran(id, "messages", wait: wait, now: now)
        return false
    }

    /// Refuses a command that is beyond `limits.<what>_per_second`, and with it whoever does not stop.
    func overran(_ id: String?, _ what: String, wait: Int64, now: NIODeadline) {
        switch flood.refused(wait: wait, now: now) {
        case .refuse: refuse(id, .rateLimited(wait, what))
        case .pause(let time):
            refuse(id, .rateLimited(max(wait, time.nanoseconds / 1_000_000), what))
            connection?.pauseReading()
            eventLoop.assumeIsolated().scheduleTask(in: time) {
                self.flood.pauseEnded()
                if self.phase == .open { self.resumeReading() }
            }
        case .close:
            refuse(id, .rateLimited(wait, what))
            leave(code: 4029, reason: "too many requests")
        }
    }
}

extension ChatError {
    /// More than the limit of `limits.<what>_per_second`.
    static func rateLimited(_ wait: Int64, _ what: String) -> ChatError {
        ChatError(
            "rate_limited",
            "Too many \(what) at once (limits.\(what)_per_second, limits.\(what)_per_user): wait and go on.",
            retryAfterMilliseconds: wait)
    }
}
