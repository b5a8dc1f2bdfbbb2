import NIOCore
import Testing

@testable import WebSocketTransport

@Suite("Receive buffers that live for one read")
struct TransientReceiveAllocatorTests {
    /// The pool as a channel keeps it, and what it gives for reads of so many bytes each.
    private func capacities(ofReads counts: [Int], pool: inout NIOPooledRecvBufferAllocator) -> [Int] {
        counts.map { count in
            let (buffer, _) = pool.buffer(allocator: ByteBufferAllocator()) { $0.writeRepeatingByte(1, count: count) }
            pool.record(actualReadBytes: count)
            return buffer.capacity
        }
    }

    @Test("a channel keeps its first buffer, of sixteen bytes, and none of the later ones")
    func keepsNone() {
        var pool = NIOPooledRecvBufferAllocator(capacity: 1, recvAllocator: TransientReceiveAllocator())
        #expect(capacities(ofReads: [16, 300, 300, 300], pool: &pool) == [16, 1024, 1024, 1024])
        #expect(pool.count == 1)

        // Whoever asks with a size that fits the kept buffer gets that one: it is the first.
        pool.recvAllocator = FixedSizeRecvByteBufferAllocator(capacity: 1)
        #expect(capacities(ofReads: [1], pool: &pool) == [16])
    }

    @Test("buffers grow while reads fill them, and shrink again")
    func grows() {
        var pool = NIOPooledRecvBufferAllocator(capacity: 1, recvAllocator: TransientReceiveAllocator())
        let reads = [16, 1024, 2048, 4096, 8192, 16_384, 32_768, 65_536, 65_536]
        #expect(capacities(ofReads: reads, pool: &pool) == reads)
        #expect(capacities(ofReads: Array(repeating: 100, count: 20), pool: &pool).last == 1024)
    }
}
