import NIOCore
import NIOEmbedded
import Testing

@testable import WebSocketTransport

@Suite("Taking back what waits in an outbox")
struct OutboxWithdrawTests {
    /// An outbox over a sink that takes nothing, with a frame handed down that blocks it.
    private final class Fixture: OutboxOwner {
        let loop = EmbeddedEventLoop()
        let flusher: TickFlusher
        let sink = RecordingSink()
        let outbox: Outbox

        init(isBlocked: Bool = true) {
            flusher = .current(for: loop)
            outbox = Outbox(flusher: flusher, sink: sink, limitBytes: 1 << 20, now: .now())
            outbox.owner = self
            guard isBlocked else { return }
            sink.kernelRoom = 0
            share("first")
            loop.run()
        }

        func outboxEmptied() {}
        func outboxBlocked() {}

        func share(_ text: String) {
            let buffer = Array(text.utf8).withUnsafeBytes { FrameBuffer(text: $0) }
            flusher.keepAlive(buffer)
            #expect(outbox.append(buffer, buffer.range))
        }

        /// Takes back every frame that starts with a letter of `unwanted`; `r` is replaced.
        func withdraw(_ unwanted: String) {
            outbox.withdraw { payload in
                guard let first = payload.first, unwanted.utf8.contains(first) else { return .keep }
                return first == UInt8(ascii: "r") ? .replace(Array("replaced".utf8)) : .drop
            }
        }

        /// The texts that went out once the kernel takes everything.
        func drained() throws -> [String] {
            sink.take()
            outbox.kernelTookAll()
            loop.run()
            var texts: [String] = []
            let bytes = sink.bytes
            try bytes.withUnsafeBytes { bytes in
                var start = 0
                while let payload = FrameHeader.serverPayload(in: bytes, at: start) {
                    try #require(payload.upperBound <= bytes.count)
                    texts.append(String(decoding: bytes[payload].prefix(8), as: UTF8.self))
                    start = payload.upperBound
                }
                #expect(start == bytes.count)
            }
            return texts
        }

        deinit { outbox.detach() }
    }

    @Test("drops and replaces what earlier ticks could not send, at once, and keeps the rest in order")
    func backlog() throws {
        let fixture = Fixture()
        for text in ["a1", "b1", "r1", "a2", "b2"] { fixture.share(text) }
        fixture.loop.run()
        let before = fixture.outbox.pendingBytes
        fixture.withdraw("ar")
        #expect(fixture.outbox.pendingBytes == before - 4 - 4 - 4 + 10)
        #expect(try fixture.drained() == ["first", "b1", "replaced", "b2"])
        #expect(fixture.outbox.pendingBytes == 0 && fixture.outbox.backlog.capacity == 0)
    }

    @Test("frames of every length of header are walked", arguments: [125, 126, 65_535, 65_536])
    func lengths(count: Int) throws {
        let fixture = Fixture()
        let long = String(repeating: "x", count: count - 1)
        for text in ["a" + long, "b" + long, "a", "c"] { fixture.share(text) }
        fixture.loop.run()
        fixture.withdraw("a")
        #expect(try fixture.drained() == ["first", "bxxxxxxx", "c"])
    }

    @Test("what this tick brought goes out with its pass, and is judged behind it where the kernel takes no more")
    func sameTick() throws {
        let open = Fixture(isBlocked: false)
        for text in ["a1", "b1"] { open.share(text) }
        open.withdraw("a")
        open.share("a2")
        open.loop.run()
        #expect(try open.drained() == ["a1", "b1", "a2"])

        let blocked = Fixture()
        for text in ["a1", "b1"] { blocked.share(text) }
        blocked.withdraw("a")
        blocked.loop.run()
        #expect(blocked.outbox.pendingBytes == 4)
        #expect(try blocked.drained() == ["first", "b1"])
    }

    @Test("a frame whose beginning has left is finished")
    func begun() throws {
        let fixture = Fixture(isBlocked: false)
        fixture.sink.kernelRoom = 1000
        fixture.share("a" + String(repeating: "x", count: 100_000))
        fixture.share("a2")
        fixture.share("b1")
        fixture.loop.run()
        #expect(fixture.outbox.pendingBytes > 30_000)
        fixture.withdraw("a")
        #expect(try fixture.drained() == ["axxxxxxx", "b1"])
    }

    @Test("nothing happens where nothing waits, nothing is unwanted, or the outbox was muted")
    func nothing() throws {
        let empty = Fixture(isBlocked: false)
        empty.outbox.withdraw { _ in
            Issue.record("a frame was judged")
            return .drop
        }
        empty.loop.run()
        let wanted = Fixture()
        wanted.share("b1")
        wanted.loop.run()
        wanted.withdraw("a")
        #expect(try wanted.drained() == ["first", "b1"])
        let muted = Fixture()
        muted.share("b1")
        muted.loop.run()
        muted.outbox.mute()
        muted.withdraw("b")
        #expect(try muted.drained() == ["first"])
    }

    @Test("an outbox that goes away before its pass is left alone")
    func vanished() {
        let fixture = Fixture()
        fixture.share("a1")
        fixture.withdraw("a")
        fixture.outbox.detach()
        fixture.loop.run()
        #expect(fixture.outbox.pendingBytes == 0)
    }
}
