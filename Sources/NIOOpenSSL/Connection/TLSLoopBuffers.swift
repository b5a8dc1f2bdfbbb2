import NIOCore
import Synchronization

/// What the connections of one event loop share: the BIO, the output buffer, the memory plaintext is read into.
///
/// Found once per connection, never per record. Bound to its event loop.
final class TLSLoopBuffers {
    /// The plaintext of one TLS record at most (RFC 8446 section 5.1).
    static let recordBytes = 16 * 1024
    private static let plaintextBytes = 64 * 1024
    private static let outputBytes = 64 * 1024
    /// An output buffer that grew beyond this is replaced after use.
    private static let maximumOutputBytes = 512 * 1024

    let bio: ByteBufferBIO
    /// Ciphertext that `outputOwner` made and has not handed down yet. Unique while nobody below holds it.
    var output: ByteBuffer
    /// Whose bytes `output` holds. Unretained: a connection takes its bytes out before it goes.
    @exclusivity(unchecked) private var outputOwner: Unmanaged<TLSConnection>?
    private let plaintext: UnsafeMutableRawBufferPointer
    /// Memory in which small writes of a pipeline are joined into one record.
    let gathering: UnsafeMutableRawBufferPointer
    private var isPlaintextLent = false
    private let key: ObjectIdentifier

    private init?(_ key: ObjectIdentifier) {
        guard let bio = ByteBufferBIO() else { return nil }
        self.bio = bio
        self.key = key
        output = ByteBufferAllocator().buffer(capacity: Self.outputBytes)
        plaintext = .allocate(byteCount: Self.plaintextBytes, alignment: 64)
        gathering = .allocate(byteCount: Self.recordBytes, alignment: 64)
    }

    deinit {
        Self.registry.withLock { if $0[key]?.buffers == nil { $0[key] = nil } }
        bio.destroy()
        plaintext.deallocate()
        gathering.deallocate()
    }

    /// Lends the loop's plaintext memory, or fresh memory when it is in use: a receiver that writes to another socket
    /// can make NIO drain that socket's input inside the call.
    func lendPlaintext() -> (memory: UnsafeMutableRawBufferPointer, isShared: Bool) {
        if isPlaintextLent { return (.allocate(byteCount: Self.plaintextBytes, alignment: 64), false) }
        isPlaintextLent = true
        return (plaintext, true)
    }

    /// Takes back what ``lendPlaintext()`` gave.
    func returnPlaintext(_ memory: UnsafeMutableRawBufferPointer, isShared: Bool) {
        if isShared { isPlaintextLent = false } else { memory.deallocate() }
    }

    /// Makes the output buffer the connection's. Bytes of another connection that has not handed them down yet move to
    /// that connection.
    @inline(__always)
    func claimOutput(for connection: TLSConnection) {
        if outputOwner?.toOpaque() == Unmanaged.passUnretained(connection).toOpaque() { return }
        changeOwner(to: connection)
    }

    @inline(never)
    private func changeOwner(to connection: TLSConnection) {
        if let owner = outputOwner, output.readableBytes > 0 {
            owner._withUnsafeGuaranteedRef { $0.strandOutput(&output) }
            output.clear()
        }
        outputOwner = Unmanaged.passUnretained(connection)
    }

    /// Forgets a connection that is going away, and the bytes it left.
    func release(_ connection: TLSConnection) {
        guard outputOwner?.toOpaque() == Unmanaged.passUnretained(connection).toOpaque() else { return }
        outputOwner = nil
        output.clear()
    }

    /// Takes the output buffer out, so that bytes on their way down are nobody's any more: what happens inside the
    /// channel's flush may bring other connections to write.
    func takeOutput() -> ByteBuffer {
        var taken = Self.noBytes
        swap(&taken, &output)
        return taken
    }

    /// Takes back the memory that was handed down, for reuse.
    ///
    /// - Returns: whether somebody below still holds it, which is how a full socket shows. A fresh buffer takes its
    ///   place then.
    func giveBack(_ taken: inout ByteBuffer) -> Bool {
        let before = taken.withVeryUnsafeBytes { $0.baseAddress }
        // Moves to new memory of the same capacity when the old is shared.
        taken.clear()
        let isHeld = taken.withVeryUnsafeBytes { $0.baseAddress } != before
        if output.capacity == 0 {
            output =
                (Self.outputBytes...Self.maximumOutputBytes).contains(taken.capacity)
                ? taken : ByteBufferAllocator().buffer(capacity: Self.outputBytes)
        }
        return isHeld
    }

    /// A buffer without memory.
    static let noBytes = ByteBuffer()

    private struct Entry: @unchecked Sendable { weak var buffers: TLSLoopBuffers? }
    private static let registry = Mutex<[ObjectIdentifier: Entry]>([:])

    /// The buffers of an event loop; to be called on it. `nil` when OpenSSL cannot make a BIO.
    static func of(_ eventLoop: any EventLoop) -> TLSLoopBuffers? {
        eventLoop.preconditionInEventLoop()
        let key = ObjectIdentifier(eventLoop)
        if let found = registry.withLock({ $0[key] })?.buffers { return found }
        guard let made = TLSLoopBuffers(key) else { return nil }
        let entry = Entry(buffers: made)
        registry.withLock { $0[key] = entry }
        return made
    }
}
