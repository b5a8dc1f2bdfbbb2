/// The end that a ``TLSHandler`` in direct mode calls instead of the pipeline, on the channel's event loop.
public protocol TLSPlaintextReceiver: AnyObject {
    /// Takes decrypted bytes. The memory is valid during the call only and may be changed in place.
    func tlsReceived(_ plaintext: UnsafeMutableRawBufferPointer)
    /// All plaintext of this burst of reading was handed over.
    func tlsReadCompleted()
    /// The peer sends nothing more: by close_notify (`truncated` is `false`) or by a bare end of the stream, in which
    /// case the connection closes by itself. After close_notify the receiver closes when it has written all.
    func tlsInputEnded(truncated: Bool)
    /// `true`: the kernel took everything handed down so far, after ``TLSHandler/hasUnsentBytes`` had been `true`.
    ///
    /// `false`: something TLS itself had to say, such as an alert, got stuck. A block found by
    /// ``TLSHandler/flushDirect()`` is not reported, since its caller can look.
    func tlsWritabilityChanged(isWritable: Bool)
    /// The channel is gone; the last call. The error is `nil` after an orderly close.
    func tlsClosed(error: TLSError?)
}
