import NIOConcurrencyHelpers
import NIOCore

/// The fan-out: one shard for each event loop, told of each commit in one hop.
package final class Hub: Sendable {
    let shards: [HubShard]
    private let shardOfLoop: [ObjectIdentifier: HubShard]

    init(
        eventLoops: [any EventLoop], board: PresenceBoard, socketGraceMilliseconds: Int64,
        now: @escaping @Sendable () -> Int64
    ) {
        let shards = eventLoops.enumerated().map { index, loop in
            HubShard(
                index: index, eventLoop: loop, board: board, socketGraceMilliseconds: socketGraceMilliseconds, now: now)
        }
        self.shards = shards
        shardOfLoop = Dictionary(uniqueKeysWithValues: shards.map { (ObjectIdentifier($0.eventLoop), $0) })
    }

    var shardCount: Int { shards.count }

    func shard(of loop: any EventLoop) -> HubShard {
        guard let shard = shardOfLoop[ObjectIdentifier(loop)] else {
            preconditionFailure("the event loop is none of the hub's")
        }
        return shard
    }

    func deliver(_ batch: CommitBatch) {
        for shard in shards { shard.eventLoop.execute { shard.apply(batch) } }
    }

    /// Starts the sweep, once a second on each event loop, that closes sockets whose access token has run out.
    package func start() {
        for shard in shards { shard.eventLoop.execute { shard.startSweeping() } }
    }

    /// Mutes the sockets, which drops what waits for them, then closes them in slices. Returns how many they were when
    /// every event loop has reported: from then on none of them is sent anything but its Close frame.
    package func close(_ selection: SocketSelection, code: UInt16, reason: String) async throws -> Int {
        try await sum { $0.close(selection, code: code, reason: reason) }
    }

    /// Tells the sockets of a login that its access token was renewed.
    package func extend(session: String, accessExpiresAt: Int64) {
        for shard in shards {
            shard.eventLoop.execute { shard.extend(session: session, accessExpiresAt: accessExpiresAt) }
        }
    }

    /// Tells the sockets of a user that the account has another role now.
    package func tellRole(_ role: String, of user: UserID) {
        for shard in shards { shard.eventLoop.execute { shard.tellRole(role, of: user) } }
    }

    /// Closes the sockets whose access token and its grace have run out; done by itself once a second.
    package func sweep() async throws {
        for shard in shards { try await shard.eventLoop.submit { shard.sweep() }.get() }
    }

    /// Announces the restart to every socket and closes it with 1012. Returns when all Close frames are under way.
    package func drain(retryAfterMilliseconds: Int64) async throws {
        _ = try await sum { $0.drain(retryAfterMilliseconds: retryAfterMilliseconds) }
    }

    /// Sockets that are connected.
    package func socketCount() async throws -> Int {
        try await sum { shard in shard.eventLoop.makeSucceededFuture(shard.socketCount) }
    }

    /// What was delivered since the start, over all event loops.
    package func statistics() async throws -> HubStatistics {
        var total = HubStatistics()
        for shard in shards {
            total.add(try await shard.eventLoop.submit { shard.statistics }.get())
        }
        return total
    }

    private func sum(_ body: @escaping @Sendable (HubShard) -> EventLoopFuture<Int>) async throws -> Int {
        let parts = shards.map { shard in shard.eventLoop.flatSubmit { body(shard) } }
        var total = 0
        for part in parts { total += try await part.get() }
        return total
    }
}
