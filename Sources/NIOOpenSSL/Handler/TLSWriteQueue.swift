import NIOCore

/// Plaintext that waits for a flush, or for the handshake.
///
/// Empty it allocates nothing, so that an idle connection pays nothing for it.
struct TLSWriteQueue {
    struct Entry {
        var plaintext: ByteBuffer
        var promise: EventLoopPromise<Void>?
    }

    private(set) var entries: [Entry] = []
    /// How many entries from the front are to be written.
    private(set) var flushedCount = 0
    private(set) var byteCount = 0

    var isEmpty: Bool { entries.isEmpty }

    mutating func append(_ plaintext: ByteBuffer, _ promise: EventLoopPromise<Void>?) {
        byteCount += plaintext.readableBytes
        entries.append(Entry(plaintext: plaintext, promise: promise))
    }

    mutating func markFlushed() { flushedCount = entries.count }

    /// Takes bytes off the front that were encrypted; promises of entries used up are handed to `done`.
    mutating func consume(_ bytes: Int, _ done: (EventLoopPromise<Void>) -> Void) {
        var rest = bytes
        var used = 0
        while used < flushedCount {
            let available = entries[used].plaintext.readableBytes
            guard available <= rest else {
                entries[used].plaintext.moveReaderIndex(forwardBy: rest)
                break
            }
            rest -= available
            if let promise = entries[used].promise { done(promise) }
            used += 1
        }
        byteCount -= bytes
        flushedCount -= used
        if used == entries.count { entries = [] } else { entries.removeFirst(used) }
    }

    /// Empties the queue and returns the promises that were in it, in order.
    mutating func removeAll() -> [EventLoopPromise<Void>] {
        let promises = entries.compactMap { $0.promise }
        self = TLSWriteQueue()
        return promises
    }
}
