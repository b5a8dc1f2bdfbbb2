import Synchronization

/// What the routes that tell about health need to know of the process.
final class ServerStatus: Sendable {
    private let draining = Atomic<Bool>(false)
    private let ready = Atomic<Bool>(false)
    private let reloads = Atomic<Int>(0)
    private let boundPort = Atomic<Int>(0)
    private let failedReloads = Atomic<Int>(0)

    /// Whether the listener is open.
    var isReady: Bool { ready.load(ordering: .relaxed) && !isDraining }
    /// Whether the server is about to stop.
    var isDraining: Bool { draining.load(ordering: .relaxed) }
    /// How often a certificate was loaded again, and how often that failed.
    var certificateReloads: (succeeded: Int, failed: Int) {
        (reloads.load(ordering: .relaxed), failedReloads.load(ordering: .relaxed))
    }

    /// The port of the listener, 0 before it is open.
    var port: Int { boundPort.load(ordering: .relaxed) }

    func listening(port: Int) {
        boundPort.store(port, ordering: .relaxed)
        ready.store(true, ordering: .relaxed)
    }
    func stopping() { draining.store(true, ordering: .relaxed) }
    func certificateReloaded(_ succeeded: Bool) {
        if succeeded {
            reloads.add(1, ordering: .relaxed)
        } else {
            failedReloads.add(1, ordering: .relaxed)
        }
    }
}
