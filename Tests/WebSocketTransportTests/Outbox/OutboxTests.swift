import NIOCore
import NIOEmbedded
import Testing

@testable import WebSocketTransport

@Suite("Outbox")
struct OutboxTests {
    /// An outbox over a recording sink, and the owner that it tells.
    private final class Fixture: OutboxOwner {
        let loop = EmbeddedEventLoop()
        let flusher: TickFlusher
        let sink = RecordingSink()
        let outbox: Outbox
        var emptied = 0
        var blocked = 0

        init(limitBytes: Int = 256 * 1024) {
            flusher = .current(for: loop)
            outbox = Outbox(flusher: flusher, sink: sink, limitBytes: limitBytes, now: .now())
            outbox.owner = self
        }

        func outboxEmptied() { emptied += 1 }
        func outboxBlocked() { blocked += 1 }

        /// Appends the whole of a fresh shared buffer.
        @discardableResult
        func share(_ byteCount: Int, _ filler: UInt8 = 0x61) -> Bool {
            let buffer = Self.buffer(byteCount, filler)
            flusher.keepAlive(buffer)
            return outbox.append(buffer, buffer.range)
        }

        static func buffer(_ byteCount: Int, _ filler: UInt8 = 0x61) -> FrameBuffer {
            [UInt8](repeating: filler, count: byteCount).withUnsafeBytes { FrameBuffer(text: $0) }
        }

        func privately(_ text: String) {
            Array(text.utf8).withUnsafeBytes { outbox.append(copying: $0) }
        }

        deinit { outbox.detach() }
    }

    private static func frame(_ byteCount: Int, _ filler: UInt8 = 0x61) -> [UInt8] {
        Fixture.buffer(byteCount, filler).withUnsafeBytes { Array($0) }
    }

    @Test("Nothing goes out before the end of the tick, and then in one record and one flush")
    func oneFlush() {
        let fixture = Fixture()
        fixture.share(10)
        fixture.privately("ack")
        fixture.share(20, 0x62)
        #expect(fixture.sink.records.isEmpty)
        fixture.loop.run()
        let ack = Array("ack".utf8).withUnsafeBytes { FrameBuffer(text: $0).withUnsafeBytes { Array($0) } }
        #expect(fixture.sink.records == [Self.frame(10) + ack + Self.frame(20, 0x62)])
        #expect(fixture.sink.flushes == 1)
        #expect(fixture.outbox.pendingBytes == 0)
        fixture.loop.run()
        #expect(fixture.sink.flushes == 1)
    }

    @Test("Many regions spill over the inline ones and keep their order")
    func manyRegions() {
        let fixture = Fixture()
        var expected: [UInt8] = []
        for index in 0..<20 {
            fixture.share(3, UInt8(index))
            fixture.privately("p\(index)")
            expected += Self.frame(3, UInt8(index))
            expected += Array("p\(index)".utf8).withUnsafeBytes { FrameBuffer(text: $0).withUnsafeBytes { Array($0) } }
        }
        fixture.loop.run()
        #expect(fixture.sink.bytes == expected)
        #expect(fixture.sink.flushes == 1)
    }

    @Test("Neighbours in one buffer become one region")
    func neighbours() {
        var list = RegionList()
        let memory = UnsafeMutableRawPointer.allocate(byteCount: 100, alignment: 1)
        defer { memory.deallocate() }
        for index in 0..<10 { list.append(memory + index * 10, 10) }
        #expect(list.only?.count == 100)
        list.append(memory, 5)
        #expect(list.only == nil)
        for index in 1..<9 { list.append(memory + index * 11, 5) }
        var total = 0
        list.forEach { total += $0.count }
        #expect(total == 145)
    }

    @Test("Records have at most 16 KiB; a large frame is cut, small ones are joined up to the brim")
    func records() {
        let fixture = Fixture()
        fixture.share(100)
        fixture.share(40_000)
        fixture.loop.run()
        #expect(fixture.sink.bytes == Self.frame(100) + Self.frame(40_000))
        #expect(fixture.sink.records.allSatisfy { $0.count <= 16 * 1024 })
        #expect(fixture.sink.records.count == 3)
        #expect(fixture.sink.flushes == 1)
    }

    @Test("No more than 64 KiB are handed down before the kernel took the last of them")
    func rounds() {
        let fixture = Fixture()
        fixture.sink.kernelRoom = 1000
        fixture.share(200_000)
        fixture.loop.run()
        #expect(fixture.sink.bytes.count == 64 * 1024)
        #expect(fixture.outbox.isBlocked)
        #expect(fixture.blocked == 1)
        #expect(fixture.outbox.pendingBytes == 200_010 - 64 * 1024)
        fixture.sink.take()
        fixture.outbox.kernelTookAll()
        fixture.loop.run()
        #expect(fixture.sink.bytes == Self.frame(200_000))
        #expect(!fixture.outbox.isBlocked)
        #expect(fixture.outbox.pendingBytes == 0)
        #expect(fixture.outbox.backlog.capacity == 0)
    }

    @Test("A blocked socket keeps order between its backlog and what comes later")
    func blockedOrder() {
        let fixture = Fixture()
        fixture.sink.kernelRoom = 0
        fixture.share(5, 1)
        fixture.loop.run()
        for index in UInt8(2)..<8 {
            fixture.share(5, index)
            fixture.loop.run()
        }
        #expect(fixture.sink.bytes == Self.frame(5, 1))
        fixture.sink.take()
        fixture.outbox.kernelTookAll()
        fixture.share(5, 8)
        fixture.loop.run()
        #expect(fixture.sink.bytes == (1...8).flatMap { Self.frame(5, $0) })
    }

    @Test("Over the limit an append is refused and appends nothing; when it is empty, that is told once")
    func limit() {
        let fixture = Fixture(limitBytes: 1000)
        fixture.sink.kernelRoom = 0
        #expect(fixture.share(500))
        fixture.loop.run()
        #expect(fixture.share(500))
        #expect(fixture.share(480))
        #expect(!fixture.share(400))
        #expect(fixture.outbox.pendingBytes == 504 + 484)
        fixture.loop.run()
        #expect(fixture.emptied == 0)
        fixture.sink.take()
        fixture.outbox.kernelTookAll()
        fixture.loop.run()
        #expect(fixture.emptied == 1)
        #expect(fixture.outbox.takeOwedDrained())
        #expect(!fixture.outbox.takeOwedDrained())
        #expect(fixture.share(400))
        fixture.loop.run()
        #expect(fixture.emptied == 1)
    }

    @Test("A private frame is always taken; over the limit it asks for the drained call")
    func privateOverLimit() {
        let fixture = Fixture(limitBytes: 100)
        fixture.sink.kernelRoom = 0
        fixture.privately(String(repeating: "x", count: 300))
        #expect(fixture.outbox.isOverLimit)
        fixture.loop.run()
        fixture.sink.take()
        fixture.outbox.kernelTookAll()
        fixture.loop.run()
        #expect(fixture.emptied == 1)
        #expect(fixture.outbox.takeOwedDrained())
        #expect(!fixture.outbox.isOverLimit)
    }

    @Test("A passing region is dropped by a socket that is blocked or full, without more ado")
    func passing() {
        let fixture = Fixture(limitBytes: 1000)
        let buffer = Fixture.buffer(10)
        fixture.flusher.keepAlive(buffer)
        fixture.outbox.appendPassing(buffer, buffer.range)
        fixture.loop.run()
        #expect(fixture.sink.bytes == Self.frame(10))
        fixture.sink.kernelRoom = 0
        fixture.share(10)
        fixture.loop.run()
        fixture.flusher.keepAlive(buffer)
        fixture.outbox.appendPassing(buffer, buffer.range)
        fixture.loop.run()
        #expect(fixture.outbox.pendingBytes == 0)
        fixture.sink.take()
        fixture.outbox.kernelTookAll()
        fixture.loop.run()
        #expect(fixture.sink.bytes == Self.frame(10) + Self.frame(10))
        #expect(fixture.emptied == 0)
    }

    @Test("Muted, it drops what waits and later appends, and still sends control frames")
    func mute() {
        let fixture = Fixture()
        fixture.sink.kernelRoom = 0
        fixture.share(5, 1)
        fixture.loop.run()
        fixture.share(5, 2)
        fixture.loop.run()
        fixture.share(5, 3)
        fixture.outbox.mute()
        #expect(fixture.outbox.pendingBytes == 0)
        #expect(fixture.share(5, 4))
        fixture.privately("late")
        fixture.outbox.append(control: .close, UnsafeRawBufferPointer(start: nil, count: 0))
        fixture.loop.run()
        fixture.sink.take()
        fixture.outbox.kernelTookAll()
        fixture.loop.run()
        #expect(fixture.sink.bytes == Self.frame(5, 1) + [0x88, 0])
    }

    @Test("The answer to the upgrade survives a mute, also when the kernel takes nothing", arguments: [false, true])
    func muteKeepsAnswer(_ isBlocked: Bool) {
        let fixture = Fixture()
        if isBlocked {
            fixture.sink.kernelRoom = 0
            fixture.share(1)
            fixture.loop.run()
        }
        let before = fixture.sink.bytes
        Array("101".utf8).withUnsafeBytes { fixture.outbox.append(answer: $0) }
        fixture.privately("hello")
        if isBlocked { fixture.loop.run() }
        fixture.outbox.mute()
        fixture.outbox.append(control: .close, UnsafeRawBufferPointer(start: nil, count: 0))
        fixture.sink.take()
        fixture.outbox.kernelTookAll()
        fixture.loop.run()
        #expect(fixture.sink.bytes == before + Array("101".utf8) + [0x88, 0])
        #expect(fixture.outbox.pendingBytes == 0)
    }

    @Test("A pong is dropped by a peer that does not read, a close is not")
    func pongs() {
        let fixture = Fixture(limitBytes: 300)
        fixture.sink.kernelRoom = 0
        fixture.share(1)
        fixture.loop.run()
        let payload = [UInt8](repeating: 0, count: 125)
        for _ in 0..<100 { payload.withUnsafeBytes { fixture.outbox.append(control: .pong, $0) } }
        #expect(fixture.outbox.pendingBytes <= 300 + 127)
        let before = fixture.outbox.pendingBytes
        fixture.outbox.append(control: .close, UnsafeRawBufferPointer(start: nil, count: 0))
        #expect(fixture.outbox.pendingBytes == before + 2)
    }

    @Test("One socket writes at most 256 KiB a pass; the others have their turn in between")
    func fairness() {
        let fixture = Fixture(limitBytes: 1 << 20)
        let other = RecordingSink()
        let second = Outbox(flusher: fixture.flusher, sink: other, limitBytes: 1000, now: .now())
        fixture.share(600_000)
        var firstTurn = 0
        other.duringFlush = { firstTurn = fixture.sink.bytes.count }
        let buffer = Fixture.buffer(10)
        fixture.flusher.keepAlive(buffer)
        #expect(second.append(buffer, buffer.range))
        fixture.loop.run()
        #expect(firstTurn == 256 * 1024)
        #expect(fixture.sink.bytes == Self.frame(600_000))
        second.detach()
    }

    @Test("Shared bytes are read until the pass has run and let go of after it")
    func lifetime() {
        let fixture = Fixture()
        weak var watched: FrameBuffer?
        do {
            let buffer = Fixture.buffer(10)
            watched = buffer
            fixture.flusher.keepAlive(buffer)
            _ = fixture.outbox.append(buffer, buffer.range)
        }
        #expect(watched != nil)
        fixture.loop.run()
        #expect(watched == nil)
        #expect(fixture.sink.bytes == Self.frame(10))
    }

    @Test("A channel that fails below a write empties the outbox, in any kind of flush", arguments: [10, 100_000])
    func failsBelowWrite(_ byteCount: Int) {
        let fixture = Fixture()
        fixture.sink.duringFlush = { fixture.outbox.detach() }
        fixture.share(byteCount)
        fixture.share(byteCount)
        fixture.loop.run()
        #expect(fixture.sink.flushes == 1)
        #expect(fixture.outbox.pendingBytes == 0)
        #expect(fixture.share(10))
        fixture.loop.run()
        #expect(fixture.sink.flushes == 1)
    }

    @Test("An outbox may go away with its name on the list")
    func goesAway() {
        let fixture = Fixture()
        var outbox: Outbox? = Outbox(flusher: fixture.flusher, sink: fixture.sink, limitBytes: 1000, now: .now())
        let buffer = Fixture.buffer(10)
        fixture.flusher.keepAlive(buffer)
        _ = outbox?.append(buffer, buffer.range)
        outbox = nil
        fixture.share(3)
        fixture.loop.run()
        #expect(fixture.sink.bytes == Self.frame(3))
    }

    @Test("What is told during a pass is told after it, when appends are for the next one")
    func deferral() {
        let fixture = Fixture(limitBytes: 100)
        fixture.sink.duringFlush = {
            fixture.flusher.afterPass { fixture.share(4) }
        }
        fixture.share(3)
        fixture.loop.run()
        #expect(fixture.sink.bytes == Self.frame(3) + Self.frame(4))
        #expect(fixture.sink.flushes == 2)
    }
}
