import Glibc
import NIOCore

/// The descriptor below a channel, for writes that need not go through NIO.
///
/// NIO owns it and closes it: whoever keeps this forgets it before it can be closed, since another connection may have
/// the same number a moment later.
struct TLSSocket {
    private let descriptor: NIOBSDSocket.Handle

    /// The channel's socket; nil for one that has none, such as an `EmbeddedChannel`.
    init?(_ context: ChannelHandlerContext) {
        let operations = context.pipeline.syncOperations
        guard
            let descriptor = try? operations.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self, { $0 })
        else { return nil }
        self.descriptor = descriptor
    }

    /// Gives bytes to the kernel and returns how many it took. None is also the answer to an error: NIO meets the same
    /// error when it is given what is left.
    func send(_ bytes: UnsafeRawBufferPointer) -> Int {
        let flags = CInt(MSG_NOSIGNAL) | CInt(MSG_DONTWAIT)
        return max(0, Glibc.send(descriptor, bytes.baseAddress, bytes.count, flags))
    }
}
