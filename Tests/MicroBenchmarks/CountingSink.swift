import WebSocketTransport

/// A TLS end that takes everything and keeps nothing.
final class CountingSink: RecordSink {
    /// Records that were written.
    private(set) var records = 0
    let hasUnsentBytes = false

    func writeDirect(_ plaintext: UnsafeRawBufferPointer) { records += 1 }
    func flushDirect() {}
    func closeDirect() {}
    func abort() {}
    func pauseReading() {}
    func resumeReading() {}
}
