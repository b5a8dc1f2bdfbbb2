@testable import WebSocketTransport

/// Stands in for the TLS end of a socket: hands on what is written, and plays a kernel that takes a bounded number of
/// bytes. Loop-bound.
final class FakeSink: RecordSink {
    /// Bytes that the kernel still takes; what comes after them stays unsent.
    var kernelRoom = Int.max
    private(set) var isReading = true
    private var unflushed: [UInt8] = []
    private var unsent: [UInt8] = []
    private let onWrite: (Int) -> Void
    private let onBytes: ([UInt8]) -> Void
    private let onReadingResumed: () -> Void
    private let onClose: () -> Void

    init(
        onWrite: @escaping (Int) -> Void, onBytes: @escaping ([UInt8]) -> Void,
        onReadingResumed: @escaping () -> Void, onClose: @escaping () -> Void
    ) {
        self.onWrite = onWrite
        self.onBytes = onBytes
        self.onReadingResumed = onReadingResumed
        self.onClose = onClose
    }

    var hasUnsentBytes: Bool { !unsent.isEmpty }

    func writeDirect(_ plaintext: UnsafeRawBufferPointer) {
        onWrite(plaintext.count)
        unflushed.append(contentsOf: plaintext)
    }

    func flushDirect() {
        unsent.append(contentsOf: unflushed)
        unflushed.removeAll()
        take()
    }

    /// The kernel takes that many bytes more. True when it has all that was handed down.
    func makeRoom(_ bytes: Int) -> Bool {
        kernelRoom = bytes
        take()
        return unsent.isEmpty
    }

    private func take() {
        let count = min(kernelRoom, unsent.count)
        if kernelRoom != .max { kernelRoom -= count }
        guard count > 0 else { return }
        let taken = Array(unsent[..<count])
        unsent.removeFirst(count)
        onBytes(taken)
    }

    func closeDirect() { onClose() }

    func abort() { onClose() }

    func pauseReading() { isReading = false }

    func resumeReading() {
        isReading = true
        onReadingResumed()
    }
}
