package import NIOOpenSSL

/// What the WebSocket end needs of the TLS end below it: records out, and the reins of the connection.
///
/// `TLSHandler` is the one that the server uses; tests record. Everything happens on the channel's event loop.
package protocol RecordSink: AnyObject {
    /// Encrypts now, in records of at most 16 KiB.
    func writeDirect(_ plaintext: UnsafeRawBufferPointer)
    /// Hands what was encrypted to the channel, in one write.
    func flushDirect()
    /// Whether the kernel has not yet taken everything that was handed down.
    var hasUnsentBytes: Bool { get }
    /// Ends TLS and TCP in order.
    func closeDirect()
    /// Closes at once.
    func abort()
    /// Reads no more from the peer.
    func pauseReading()
    /// Reads from the peer again.
    func resumeReading()
}

extension TLSHandler: RecordSink {}
