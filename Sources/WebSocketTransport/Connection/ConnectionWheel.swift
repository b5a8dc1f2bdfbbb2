import NIOCore

/// One timer per event loop for the heartbeats and close deadlines of all its sockets.
///
/// A wheel of 64 slots, one tick each: a socket lies in the slot of its next visit, which then says when the next one
/// is. Traffic does not move it; a visit that comes too early just asks for a later one. A thousand idle sockets cost
/// forty visits a second. Visits come in slices, so that ten thousand pings at once do not hold the loop.
final class ConnectionWheel {
    /// Where a socket lies.
    struct Place {
        fileprivate var slot = -1
        fileprivate var index = 0
    }

    private static let slotCount = 64
    private static let sliceCount = 256

    private let eventLoop: any EventLoop
    private var slots: [ContiguousArray<Unmanaged<WebSocketConnection>>]
    private var count = 0
    private var tick: TimeAmount = .seconds(1)
    private var position = 0
    private var positionTime = NIODeadline.now()
    private var isArmed = false

    init(eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
        slots = Array(repeating: [], count: Self.slotCount)
    }

    /// Visits `connection` after `delay`, rounded up to a tick; replaces an earlier plan. A delay beyond the wheel comes
    /// to an early visit.
    func schedule(_ connection: WebSocketConnection, in delay: TimeAmount) {
        remove(connection)
        arm(resolution: connection.resolution)
        let ahead = (NIODeadline.now() + delay - positionTime).nanoseconds
        let ticks = min(max(1, (ahead + tick.nanoseconds - 1) / tick.nanoseconds), Int64(Self.slotCount - 1))
        let slot = (position + Int(ticks)) % Self.slotCount
        connection.place = Place(slot: slot, index: slots[slot].count)
        slots[slot].append(Unmanaged.passUnretained(connection))
        count += 1
    }

    /// Forgets a socket; it must be called before the socket goes away.
    func remove(_ connection: WebSocketConnection) {
        let place = connection.place
        guard place.slot >= 0 else { return }
        connection.place = Place()
        count -= 1
        let last = slots[place.slot].removeLast()
        guard place.index < slots[place.slot].count else { return }
        slots[place.slot][place.index] = last
        last._withUnsafeGuaranteedRef { $0.place.index = place.index }
    }

    /// Starts the timer, and makes it finer when a socket with shorter spans comes: only tests have those.
    private func arm(resolution: TimeAmount) {
        if count == 0, !isArmed {
            tick = resolution
            positionTime = .now()
        } else if resolution < tick {
            tick = resolution
        }
        guard !isArmed else { return }
        isArmed = true
        scheduleTick(in: tick)
    }

    private func scheduleTick(in delay: TimeAmount) {
        eventLoop.assumeIsolated().scheduleTask(in: delay) { self.ticked() }
    }

    private func ticked() {
        let now = NIODeadline.now()
        var budget = Self.sliceCount
        while true {
            // A visit plans at least one tick ahead of this slot, so that the slot empties.
            while let connection = slots[position].last?.takeUnretainedValue() {
                guard budget > 0 else { return scheduleTick(in: .milliseconds(1)) }
                budget -= 1
                remove(connection)
                if let delay = connection.visited(at: now) { schedule(connection, in: delay) }
            }
            guard positionTime + tick <= now else { break }
            position = (position + 1) % Self.slotCount
            positionTime = positionTime + tick
        }
        guard count > 0 else {
            isArmed = false
            return
        }
        scheduleTick(in: max(.nanoseconds(0), positionTime + tick - now))
    }
}
