import COpenSSL
import Synchronization

/// The rotating keys that seal stateless session tickets (RFC 5077, RFC 8446 section 4.6.1).
///
/// A ticket is sealed with the newest key and opened with the newest or the one before, so resumption survives one
/// rotation. Share one instance over reloads of a certificate, so that it survives those too. The keys live in memory
/// only: a stolen disk opens no recorded session.
public final class TLSTicketKeys: Sendable {
    /// One generation: the name that travels in the ticket, the cipher's key and the MAC's key.
    struct Generation: @unchecked Sendable {
        static let nameBytes = 16
        static let cipherKeyBytes = 32
        static let macKeyBytes = 32

        /// `nil` when the random generator failed.
        init?(madeAt: ContinuousClock.Instant) {
            let count = Self.nameBytes + Self.cipherKeyBytes + Self.macKeyBytes
            bytes = .allocate(byteCount: count, alignment: 16)
            self.madeAt = madeAt
            if RAND_priv_bytes(bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), CInt(count)) != 1 {
                bytes.deallocate()
                return nil
            }
        }

        let bytes: UnsafeMutableRawBufferPointer
        let madeAt: ContinuousClock.Instant

        var name: UnsafeRawBufferPointer { .init(rebasing: bytes[..<Self.nameBytes]) }
        var cipherKey: UnsafeRawBufferPointer {
            .init(rebasing: bytes[Self.nameBytes..<Self.nameBytes + Self.cipherKeyBytes])
        }
        var macKey: UnsafeRawBufferPointer { .init(rebasing: bytes[(Self.nameBytes + Self.cipherKeyBytes)...]) }

        func destroy() {
            OPENSSL_cleanse(bytes.baseAddress, bytes.count)
            bytes.deallocate()
        }
    }

    struct State: Sendable {
        var current: Generation?
        var previous: Generation?
    }

    /// Whether the key is to seal a new ticket or to open one, and which key serves.
    enum Choice: Equatable { case current, previous, none }

    /// How long a key seals new tickets; it opens old ones for as long again.
    public let rotation: Duration
    private let state: Mutex<State>
    private let now: @Sendable () -> ContinuousClock.Instant

    /// Fresh random keys that rotate after the given time, 12 hours by default.
    public convenience init(rotation: Duration = .seconds(12 * 3600)) {
        self.init(rotation: rotation, now: { ContinuousClock.now })
    }

    init(rotation: Duration, now: @escaping @Sendable () -> ContinuousClock.Instant) {
        self.rotation = rotation
        self.now = now
        state = Mutex(State())
    }

    deinit {
        state.withLock {
            $0.current?.destroy()
            $0.previous?.destroy()
        }
    }

    /// Runs the body with the key for a new ticket; `nil` when the random generator failed.
    func withSealingKey<T: Sendable>(_ body: (Generation) -> T) -> T? {
        state.withLock { state in
            turn(&state)
            return state.current.map(body)
        }
    }

    /// Runs the body with the key of that name, if it is still held.
    func withOpeningKey<T: Sendable>(named name: UnsafeRawBufferPointer, _ body: (Generation, Choice) -> T) -> T? {
        state.withLock { state in
            turn(&state)
            if let current = state.current, current.name.elementsEqual(name) { return body(current, .current) }
            if let previous = state.previous, previous.name.elementsEqual(name) { return body(previous, .previous) }
            return nil
        }
    }

    private func turn(_ state: inout State) {
        let time = now()
        if let previous = state.previous, previous.madeAt.duration(to: time) >= rotation * 2 {
            previous.destroy()
            state.previous = nil
        }
        guard let current = state.current else {
            state.current = Generation(madeAt: time)
            return
        }
        let age = current.madeAt.duration(to: time)
        guard age >= rotation, let next = Generation(madeAt: time) else { return }
        state.previous?.destroy()
        if age >= rotation * 2 {
            current.destroy()
            state.previous = nil
        } else {
            state.previous = current
        }
        state.current = next
    }
}
