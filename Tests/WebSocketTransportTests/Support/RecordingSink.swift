@testable import WebSocketTransport

/// Stands in for the TLS end: keeps records, and plays a kernel that takes a bounded number of bytes.
final class RecordingSink: RecordSink {
    private(set) var records: [[UInt8]] = []
    private(set) var flushes = 0
    private(set) var calls: [String] = []
    /// What the kernel still takes; the rest stays unsent.
    var kernelRoom = Int.max
    private(set) var unsent = 0
    private var unflushed = 0
    /// Runs inside the next flush, as a channel that fails below a write does.
    var duringFlush: (() -> Void)?

    var bytes: [UInt8] { records.flatMap { $0 } }
    var hasUnsentBytes: Bool { unsent > 0 }

    func writeDirect(_ plaintext: UnsafeRawBufferPointer) {
        records.append(Array(plaintext))
        unflushed += plaintext.count
    }

    func flushDirect() {
        flushes += 1
        let taken = min(kernelRoom, unflushed)
        kernelRoom -= taken
        unsent += unflushed - taken
        unflushed = 0
        let action = duringFlush
        duringFlush = nil
        action?()
    }

    /// The kernel takes everything that was handed down, and has room for as much again as it is told.
    func take(thenRoomFor room: Int = .max) {
        unsent = 0
        kernelRoom = room
    }

    func clear() {
        records = []
        flushes = 0
        calls = []
    }

    func closeDirect() { calls.append("close") }
    func abort() { calls.append("abort") }
    func pauseReading() { calls.append("pause") }
    func resumeReading() { calls.append("resume") }
}
