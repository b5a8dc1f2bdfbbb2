import Chat
import Logging
import ServiceLifecycle

/// The first to hear of a shutdown: refuses new sockets and closes those that there are with 1012.
struct DrainService: Service {
    let node: ParleyNode

    func run() async throws {
        try await gracefulShutdown()
        node.status.stopping()
        node.logger.info("stopping")
        try await node.chat.hub.drain(
            retryAfterMilliseconds: node.configuration.server.drainDelay.milliseconds)
    }
}
