package import NIOCore
import Synchronization

/// One event loop's flush pass: every socket that was appended to in a tick is written once, at its end.
///
/// The first ``touch(_:)`` of a tick enqueues the pass behind whatever the loop still has to read, so that hundreds of
/// frames meet in one record and one system call. Loop-bound; whoever needs it for longer keeps the reference.
package final class TickFlusher {
    /// The loop that everything here happens on.
    package let eventLoop: any EventLoop

    var arena = FrameArena()
    private(set) lazy var wheel = ConnectionWheel(eventLoop: eventLoop)
    private let scratch = UnsafeMutableRawBufferPointer.allocate(
        byteCount: RecordJoiner.recordByteCount, alignment: 16)
    @exclusivity(unchecked) private var touched: ContiguousArray<Unmanaged<Outbox>?> = []
    private var passing: ContiguousArray<Unmanaged<Outbox>?> = []
    private var kept: ContiguousArray<FrameBuffer> = []
    private var deferred: [() -> Void] = []
    @exclusivity(unchecked) private var isScheduled = false
    private var isPassing = false
    /// Connections that are to be ended, see ``end(_:)``.
    private var endings = CircularBuffer<() -> Void>()
    private var isEnding = false
    /// Connections ended in one go. Each costs a record, some system calls and what NIO does to let go of a channel,
    /// about 40 µs in all: a thousand in one tick held up everybody else for that many milliseconds.
    private static let endingSlice = 16

    private struct Weak: @unchecked Sendable { weak var flusher: TickFlusher? }
    private struct Strong: @unchecked Sendable { let flusher: TickFlusher }

    /// A flusher keeps its loop alive, so that an identifier here never means another loop than the one it named.
    private static let all = Mutex<[ObjectIdentifier: Weak]>([:])

    /// The flusher of the loop that runs this; takes a lock, so once per socket or shard, never per frame.
    package static func current(for eventLoop: any EventLoop) -> TickFlusher {
        eventLoop.preconditionInEventLoop()
        let loop = UncheckedLoop(eventLoop: eventLoop)
        return all.withLock { table in
            let key = ObjectIdentifier(loop.eventLoop)
            if let flusher = table[key]?.flusher { return Strong(flusher: flusher) }
            let flusher = TickFlusher(eventLoop: loop.eventLoop)
            table[key] = Weak(flusher: flusher)
            return Strong(flusher: flusher)
        }.flusher
    }

    private init(eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
    }

    /// Retains a shared buffer until this tick's pass has run: once per buffer and tick, before its regions are
    /// appended.
    package func keepAlive(_ buffer: FrameBuffer) {
        kept.append(buffer)
        schedule()
    }

    /// Puts an outbox on the list of this tick's pass. Appending does it.
    func touch(_ outbox: Outbox) {
        outbox.isTouched = true
        touched.append(Unmanaged.passUnretained(outbox))
        schedule()
    }

    /// Takes an outbox that goes away off the list.
    func forget(_ outbox: Outbox) {
        let address = Unmanaged.passUnretained(outbox).toOpaque()
        for index in touched.indices where touched[index]?.toOpaque() == address { touched[index] = nil }
        for index in passing.indices where passing[index]?.toOpaque() == address { passing[index] = nil }
    }

    /// Runs `work` now, or after the pass if one is running: nobody's list changes while it is walked.
    func afterPass(_ work: @escaping () -> Void) {
        if isPassing { deferred.append(work) } else { work() }
    }

    /// Runs `work`, which ends a connection, after the pass and a few others: when many end at once, the event loop's
    /// other work comes in between.
    func end(_ work: @escaping () -> Void) {
        endings.append(work)
        guard !isEnding else { return }
        isEnding = true
        eventLoop.assumeIsolated().execute { self.endSlice() }
    }

    private func endSlice() {
        for _ in 0..<Self.endingSlice {
            guard let work = endings.popFirst() else { break }
            work()
        }
        isEnding = !endings.isEmpty
        guard isEnding else { return }
        // A task that is due at once would run in the same tick; a moment later lets the sockets be read first.
        eventLoop.assumeIsolated().scheduleTask(in: .microseconds(100)) { self.endSlice() }
    }

    /// Runs `work` when the pass at the end of this tick is through.
    func atEndOfPass(_ work: @escaping () -> Void) {
        deferred.append(work)
        schedule()
    }

    /// Whether a buffer lives until the end of the tick, for the debug check of ``Outbox/append(_:_:)``.
    func keeps(_ buffer: FrameBuffer) -> Bool {
        kept.reversed().contains { $0 === buffer }
    }

    private func schedule() {
        guard !isScheduled else { return }
        isScheduled = true
        eventLoop.assumeIsolated().execute { self.pass() }
    }

    private func pass() {
        isScheduled = false
        isPassing = true
        let now = NIODeadline.now()
        swap(&touched, &passing)
        var index = 0
        while index < passing.count {
            if let outbox = passing[index]?.takeUnretainedValue() {
                outbox.flush(scratch: scratch, now: now)
            }
            index += 1
        }
        passing.removeAll(keepingCapacity: true)
        kept.removeAll(keepingCapacity: true)
        arena.reset()
        isPassing = false
        let work = deferred
        deferred.removeAll()
        for item in work { item() }
    }

    deinit {
        scratch.deallocate()
        let key = ObjectIdentifier(eventLoop)
        Self.all.withLock { table in
            if table[key]?.flusher == nil { table[key] = nil }
        }
    }
}

/// Carries a loop's reference into the table's lock.
private struct UncheckedLoop: @unchecked Sendable {
    let eventLoop: any EventLoop
}
