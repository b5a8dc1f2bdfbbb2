import OpenSSLCrypto

/// The key that the audit log is chained and signed with: 32 random bytes in a file of their own.
struct AuditKey: Sendable {
    private static let byteCount = 32
    private let secret: SecretBytes

    /// Reads the file, or makes it; blocks.
    ///
    /// Throws ``IdentityError`` with the code `key_ring_unusable` when the file cannot be used, and when there is none
    /// although `createsWhenMissing` is false. With `replacesUnusable` such a file is put aside and a new one made.
    static func open(
        path: String, createsWhenMissing: Bool, replacesUnusable: Bool
    ) throws -> (key: AuditKey, isNew: Bool) {
        let file = SecretFile(path: path)
        var found: SecretBytes?
        do {
            found = try read(file)
        } catch let error as IdentityError where replacesUnusable && error.code == .keyRingUnusable {
            try KeyRing.putAside(path)
        }
        if let found { return (AuditKey(secret: found), false) }
        guard createsWhenMissing || replacesUnusable else { throw unusable("\(path) is missing") }
        let made = try SecretBytes(randomCount: byteCount)
        guard try made.withUnsafeBytes({ try file.create($0) }) else { throw unusable("\(path) was just made") }
        return (AuditKey(secret: made), true)
    }

    private static func read(_ file: SecretFile) throws -> SecretBytes? {
        let found: SecretBytes?
        do {
            found = try file.read()
        } catch let error as CryptoError {
            throw unusable(error.reason)
        }
        if let found, found.count != byteCount || WeakSecret(of: found) != nil {
            throw unusable("\(file.path) does not hold \(byteCount) random bytes")
        }
        return found
    }

    /// A context for one task; throws `CryptoError`.
    func tagger() throws -> AuditTagger { AuditTagger(hmac: try HMACSHA256(key: secret)) }

    private static func unusable(_ reason: String) -> IdentityError {
        IdentityError(
            .keyRingUnusable,
            """
            \(reason); restore it from a backup, or start anew with 'parley serve --new-keys': the audit log so far \
            can then no longer be verified
            """)
    }
}

/// Makes and checks the tags of entries and signatures, on one thread.
struct AuditTagger {
    fileprivate let hmac: HMACSHA256

    func tag(of entry: AuditEntry, after previous: AuditLink) -> [UInt8] { tag(entry.message(after: previous.tag)) }

    /// The signature of a place; `purpose` keeps a head from passing for a checkpoint.
    func signature(of link: AuditLink, purpose: String) -> [UInt8] {
        tag(Array("parley-audit-\(purpose)-1 \(link.id) ".utf8) + link.tag)
    }

    func isSigned(_ link: AuditLink, purpose: String, _ signature: [UInt8]) -> Bool {
        constantTimeEquals(self.signature(of: link, purpose: purpose), signature)
    }

    private func tag(_ message: [UInt8]) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: HMACSHA256.tagByteCount) { buffer, count in
            message.withUnsafeBytes { hmac.authenticate($0, into: UnsafeMutableRawBufferPointer(buffer)) }
            count = HMACSHA256.tagByteCount
        }
    }
}
