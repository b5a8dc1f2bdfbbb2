import NIOCore

/// Receive buffers that live for one read, so that a socket that is silent holds none.
///
/// NIO keeps a channel's first buffer for as long as the channel lives, 2 KiB of the 20 that an idle socket took. Here
/// that first one has sixteen bytes, and NIO is told that the next may be larger, so that it asks for a new one each time
/// and lets go of it. That holds for a pool of one, hence for one read at a time (`maxMessagesPerRead`); buffers that
/// grow while reads fill them make up for it.
struct TransientReceiveAllocator: RecvByteBufferAllocator {
    static let firstByteCount = 16

    private var sizes = AdaptiveRecvByteBufferAllocator(minimum: 1024, initial: 1024, maximum: 65_536)
    private var hasRead = false

    func buffer(allocator: ByteBufferAllocator) -> ByteBuffer {
        hasRead ? sizes.buffer(allocator: allocator) : allocator.buffer(capacity: Self.firstByteCount)
    }

    mutating func record(actualReadBytes: Int) -> Bool {
        if hasRead { _ = sizes.record(actualReadBytes: actualReadBytes) }
        hasRead = true
        return true
    }

    /// Sets a channel up before its first read; a channel that has no such options stays as it is.
    static func install(on channel: any Channel) throws {
        guard let options = channel.syncOptions else { return }
        try options.setOption(.maxMessagesPerRead, value: 1)
        try options.setOption(.recvAllocator, value: TransientReceiveAllocator())
    }
}
