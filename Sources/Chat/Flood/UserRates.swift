import NIOCore

/// What one user may do in a second, over all sockets, event loops and HTTP requests.
final class UserRates: Sendable {
    let messages: SharedTokenBucket
    let commands: SharedTokenBucket

    init(limits: ChatLimits) {
        messages = SharedTokenBucket(rate: limits.userMessagesPerSecond, burst: limits.userMessagesPerSecond * 3)
        commands = SharedTokenBucket(rate: limits.userCommandsPerSecond, burst: limits.userCommandsPerSecond * 3)
    }

    func isFull(now: NIODeadline) -> Bool { messages.isFull(now: now) && commands.isFull(now: now) }
}
