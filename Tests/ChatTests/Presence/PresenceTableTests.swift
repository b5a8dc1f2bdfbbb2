import NIOCore
import Testing

@testable import Chat

@Suite("The table of presence")
struct PresenceTableTests {
    /// A table of two event loops with a delay of five seconds, and a clock that a test puts forward.
    private struct Scene {
        var table = PresenceTable(shardCount: 2, offlineDelay: .seconds(5))
        var milliseconds: Int64 = 1_000_000

        private var now: NIODeadline { .uptimeNanoseconds(UInt64(milliseconds) * 1_000_000) }

        mutating func report(_ user: UserID, _ shard: Int, _ status: PresenceStatus, isRevoked: Bool = false) {
            table.reported(user, shard: shard, status, isRevoked: isRevoked, at: milliseconds, now: now)
        }

        mutating func told(after wait: Int64 = 0) -> [PresenceChange] {
            milliseconds += wait
            return table.changes(at: milliseconds, now: now).sorted { $0.user < $1.user }
        }

        mutating func status(_ user: UserID) -> PresenceStatus? {
            table.presence(of: user, at: milliseconds)?.status
        }
    }

    private func change(_ user: UserID, _ status: PresenceStatus, _ time: Int64) -> PresenceChange {
        PresenceChange(user: user, presence: Presence(status: status, lastSeen: time))
    }

    @Test("tells the first socket and the end of the last one, after the delay, with the time at which it went")
    func comingAndGoing() {
        var scene = Scene()
        #expect(scene.told() == [])
        scene.report("ann", 0, .online)
        #expect(scene.told() == [change("ann", .online, 1_000_000)])
        scene.report("ann", 1, .online)
        #expect(scene.told(after: 1000) == [])
        scene.report("ann", 0, .offline)
        #expect(scene.told(after: 10_000) == [])
        scene.report("ann", 1, .offline)
        #expect(scene.told(after: 4999) == [])
        #expect(scene.status("ann") == .online)
        #expect(scene.told(after: 1) == [change("ann", .offline, 1_011_000)])
        #expect(scene.told(after: 100_000) == [])
        #expect(scene.status("ann") == .offline)
    }

    @Test("a reload within the delay is not told")
    func reload() {
        var scene = Scene()
        scene.report("ann", 0, .online)
        _ = scene.told()
        for _ in 0..<3 {
            scene.report("ann", 0, .offline)
            #expect(scene.told(after: 4000) == [])
            scene.report("ann", 1, .online)
            #expect(scene.told(after: 100) == [])
            scene.report("ann", 1, .offline)
            #expect(scene.told(after: 4000) == [])
            scene.report("ann", 0, .online)
            #expect(scene.told(after: 10_000) == [])
        }
    }

    @Test("the best of all sockets counts, over the event loops")
    func best() {
        var scene = Scene()
        scene.report("ann", 0, .away)
        #expect(scene.told() == [change("ann", .away, 1_000_000)])
        scene.report("ann", 1, .online)
        #expect(scene.told(after: 5) == [change("ann", .online, 1_000_005)])
        scene.report("ann", 0, .online)
        scene.report("ann", 1, .away)
        #expect(scene.told(after: 5) == [])
        scene.report("ann", 0, .offline)
        #expect(scene.told(after: 5) == [change("ann", .away, 1_000_010)])
    }

    @Test("what was taken back before a tick is not told, unless someone was told of it meanwhile")
    func takenBack() {
        var scene = Scene()
        scene.report("ann", 0, .online)
        _ = scene.told()
        scene.report("ann", 0, .away)
        scene.report("ann", 0, .online)
        #expect(scene.table.hasChanges)
        #expect(scene.told() == [])
        scene.report("ann", 0, .away)
        #expect(scene.status("ann") == .away)
        scene.report("ann", 0, .online)
        #expect(scene.told() == [change("ann", .online, 1_000_000)])
    }

    @Test("someone who was revoked is offline at once")
    func revoked() {
        var scene = Scene()
        scene.report("ann", 0, .online)
        scene.report("ann", 1, .online)
        _ = scene.told()
        scene.report("ann", 0, .offline, isRevoked: true)
        #expect(scene.told(after: 1) == [])
        scene.report("ann", 1, .offline, isRevoked: true)
        #expect(scene.told(after: 1) == [change("ann", .offline, 1_000_001)])
    }

    @Test("someone who came and went between two ticks is told of once at the most, when the delay is over")
    func moment() {
        var scene = Scene()
        scene.report("ann", 0, .online)
        scene.report("ann", 0, .offline)
        #expect(scene.told() == [])
        #expect(scene.told(after: 6000) == [])
        #expect(scene.table.unsaved == ["ann": 1_000_000])
    }

    @Test("many go in the order in which their delay ends, and the table forgets them")
    func many() {
        var scene = Scene()
        let users = (0..<3000).map { UserID(stored: "u\($0)") }
        for user in users { scene.report(user, 0, .online) }
        #expect(scene.told().count == 3000)
        for user in users {
            scene.report(user, 0, .offline)
            scene.milliseconds += 1
        }
        var told: [UserID] = []
        while let end = scene.table.nextGraceEnd {
            scene.milliseconds = Int64(end.uptimeNanoseconds / 1_000_000)
            told += scene.told().map(\.user)
        }
        #expect(told == users)
        #expect(scene.table.unsaved.count == 3000)
        scene.table.saved(scene.table.unsaved)
        #expect(scene.table.unsaved.isEmpty && scene.table.presence(of: users[0], at: 0) == nil)
    }

    @Test("at the end everyone who is here counts as seen now, and who was gone as seen then")
    func end() {
        var scene = Scene()
        scene.report("ann", 0, .online)
        scene.report("bob", 1, .away)
        _ = scene.told()
        scene.milliseconds += 50
        scene.report("bob", 1, .offline)
        #expect(scene.table.lastSeenAtEnd(1_009_000) == ["ann": 1_009_000, "bob": 1_000_050])
    }

    @Test("a time that has moved on while it was stored is stored again")
    func saving() {
        var scene = Scene()
        scene.report("ann", 0, .online)
        _ = scene.told()
        let saving = scene.table.unsaved
        scene.milliseconds += 10
        scene.report("ann", 0, .offline, isRevoked: true)
        _ = scene.told()
        scene.table.saved(saving)
        #expect(scene.table.unsaved == ["ann": 1_000_010])
    }
}
