import Glibc
import OpenSSLCrypto
import Synchronization

/// The signing keys: kept in `keys.json` for its owner alone, published to readers as an immutable snapshot.
///
/// What changes the ring blocks on the disk and publishes only what is durable.
package final class KeyRing: Sendable {
    private let file: SecretFile
    private let clock: WallClock
    private let published: Mutex<KeyRingSnapshot>
    // Held over the disk, by writers alone.
    private let writing = Mutex<Void>(())

    /// Reads the ring, or makes the file on the first start; blocks on the disk.
    ///
    /// Throws ``IdentityError`` with the code `key_ring_unusable`, and what to do as its reason, when the file can be
    /// read by others, cannot be understood or holds keys that are too short or well known, and when there is none
    /// although `createsWhenMissing` is false. With `replacesUnusable`, a file that cannot be used is put aside, its
    /// name ending in `.unusable`, and a new one is made.
    package init(
        path: String, createsWhenMissing: Bool = true, replacesUnusable: Bool = false, clock: WallClock = .system
    ) throws {
        let file = SecretFile(path: path)
        self.file = file
        self.clock = clock
        var ring = try replacesUnusable ? Self.readOrPutAside(file) : Self.read(file)
        if ring == nil, createsWhenMissing || replacesUnusable {
            let key = try SigningKey.random(createdAt: clock.now)
            let made = KeyRingSnapshot(current: key, keys: [key])
            // Another process may have been first: then the file's ring is the one.
            ring = try Self.create(file, made) ? made : Self.read(file)
        }
        guard let ring else {
            throw Self.unusable("\(path) is missing: \(Self.remedy)")
        }
        published = Mutex(ring)
    }

    /// The keys of this moment; cheap, from any thread.
    package var snapshot: KeyRingSnapshot { published.withLock { $0 } }

    /// Makes a new key that signs from now on; the one before verifies until ``dropOutlived(after:)`` takes it out.
    @discardableResult
    package func rotate() throws -> SigningKey {
        try change { ring, now in
            let key = try SigningKey.random(createdAt: now)
            let others = ring.keys.map { $0.id == ring.current.id ? $0.retired(at: now) : $0 }
            return KeyRingSnapshot(current: key, keys: [key] + others)
        }.current
    }

    /// Takes a key out, so that nothing it signed is good any more; a new one is made when it was the current one.
    ///
    /// Throws ``IdentityError`` with the code `key_not_found` for a key that the ring does not have.
    package func retire(_ id: KeyID) throws {
        try change { ring, now in
            guard ring.key(id) != nil else { throw IdentityError(.keyNotFound, "there is no key \(id)") }
            let others = ring.keys.filter { $0.id != id }
            guard ring.current.id == id else { return KeyRingSnapshot(current: ring.current, keys: others) }
            let key = try SigningKey.random(createdAt: now)
            return KeyRingSnapshot(current: key, keys: [key] + others)
        }
    }

    /// Takes out the retired keys whose last token has expired: those retired longer than `lifetime` ago, but for
    /// those of `living`, whose sessions began under a longer lifetime.
    package func dropOutlived(after lifetime: Duration, keeping living: Set<KeyID> = []) throws {
        let end = clock.now - lifetime.milliseconds
        let isOutlived: @Sendable (SigningKey) -> Bool = { key in
            key.retiredAt.map { $0 < end } ?? false && !living.contains(key.id)
        }
        guard snapshot.keys.contains(where: isOutlived) else { return }
        try change { ring, _ in
            KeyRingSnapshot(current: ring.current, keys: ring.keys.filter { !isOutlived($0) })
        }
    }

    /// Reads the file again, after someone else changed it; a bad file throws and the ring stays as it was.
    package func reload() throws {
        try writing.withLock { _ in
            guard let ring = try Self.read(file) else { throw Self.unusable("\(file.path) is missing") }
            published.withLock { $0 = ring }
        }
    }

    @discardableResult
    private func change(
        _ body: (KeyRingSnapshot, _ now: Int64) throws -> KeyRingSnapshot
    ) throws -> KeyRingSnapshot {
        try writing.withLock { _ in
            let ring = try body(snapshot, clock.now)
            try KeyRingFile(ring).encoded().withUnsafeBytes { try file.replace($0) }
            published.withLock { $0 = ring }
            return ring
        }
    }

    private static func create(_ file: SecretFile, _ ring: KeyRingSnapshot) throws -> Bool {
        do {
            return try KeyRingFile(ring).encoded().withUnsafeBytes { try file.create($0) }
        } catch let error as CryptoError {
            throw unusable(error.reason)
        }
    }

    private static func read(_ file: SecretFile) throws -> KeyRingSnapshot? {
        do {
            return try file.read().map { try KeyRingFile.ring(of: $0) }
        } catch let error as CryptoError {
            throw unusable(error.reason)
        } catch let fault as KeyRingFile.Fault {
            throw unusable(
                """
                \(file.path) cannot be used: \(fault.reason); \(remedy)
                """)
        }
    }

    private static let remedy =
        "restore it from a backup, or start anew with 'parley serve --new-keys', which ends every session"

    private static func readOrPutAside(_ file: SecretFile) throws -> KeyRingSnapshot? {
        do {
            return try read(file)
        } catch let error as IdentityError where error.code == .keyRingUnusable {
            try putAside(file.path)
            return nil
        }
    }

    /// Moves a file that cannot be used out of the way, where it can be looked at.
    static func putAside(_ path: String) throws {
        guard rename(path, path + ".unusable") == 0 else {
            throw unusable("\(path) cannot be put aside: \(String(cString: strerror(errno)))")
        }
    }

    private static func unusable(_ reason: String, line: UInt = #line) -> IdentityError {
        IdentityError(.keyRingUnusable, reason, line: line)
    }
}
