import FoundationEssentials
import OpenSSLCrypto

/// The JSON of `keys.json`: reads it strictly and writes it.
struct KeyRingFile: Codable {
    struct Key: Codable {
        var kid: String
        var createdAt: Int64
        var retiredAt: Int64?
        var access: String
        var refresh: String
    }

    private static let version = 1
    private var version: Int
    private var current: String
    private var keys: [Key]

    init(_ ring: KeyRingSnapshot) {
        version = Self.version
        current = ring.current.id.text
        keys = ring.keys.map { key in
            Key(
                kid: key.id.text, createdAt: key.createdAt, retiredAt: key.retiredAt,
                access: key.access.withUnsafeBytes { Base64URL.encode($0) },
                refresh: key.refresh.withUnsafeBytes { Base64URL.encode($0) })
        }
    }

    /// The bytes of the file.
    func encoded() throws -> SecretBytes {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        return SecretBytes(copying: try encoder.encode(self))
    }

    /// Reads the bytes of the file; throws ``Fault``.
    static func ring(of contents: SecretBytes) throws -> KeyRingSnapshot {
        let file: KeyRingFile
        do {
            let decoder = JSONDecoder()
            decoder.keyDecodingStrategy = .convertFromSnakeCase
            file = try contents.withUnsafeBytes { try decoder.decode(KeyRingFile.self, from: Data($0)) }
        } catch {
            // Foundation's message may quote the file: it is not passed on.
            throw Fault("it is not the JSON of a key ring")
        }
        guard file.version == version else { throw Fault("it has version \(file.version), not \(version)") }
        let keys = try file.keys.map { try key(of: $0) }
        guard Set(keys.map(\.id)).count == keys.count else { throw Fault("a kid is there twice") }
        guard let current = keys.first(where: { $0.id.text == file.current }), current.retiredAt == nil else {
            throw Fault("its current key is missing or retired")
        }
        let secrets = keys.flatMap { [$0.access, $0.refresh] }
        for (offset, secret) in secrets.enumerated() {
            guard !secrets[..<offset].contains(where: { isEqual($0, secret) }) else {
                throw Fault("two of its secrets are the same")
            }
        }
        return KeyRingSnapshot(current: current, keys: keys)
    }

    private static func key(of key: Key) throws -> SigningKey {
        guard let id = KeyID(key.kid) else { throw Fault("a kid is not 1 to 32 letters, digits, - and _") }
        return SigningKey(
            id: id, createdAt: key.createdAt, retiredAt: key.retiredAt,
            access: try secret(key.access, of: id), refresh: try secret(key.refresh, of: id))
    }

    private static func secret(_ text: String, of id: KeyID) throws -> SecretBytes {
        var text = text
        let wanted = SigningKey.secretByteCount
        return try text.withUTF8 { digits in
            guard Base64URL.decodedCount(ofDigits: digits.count) == wanted else {
                throw Fault("a secret of \(id) is not \(wanted) bytes in base64url")
            }
            let secret = try SecretBytes(count: wanted) { buffer in
                guard Base64URL.decode(UnsafeRawBufferPointer(digits), into: buffer) == wanted else {
                    throw Fault("a secret of \(id) is not \(wanted) bytes in base64url")
                }
            }
            if let weakness = WeakSecret(of: secret) { throw Fault("a secret of \(id) \(weakness)") }
            return secret
        }
    }

    private static func isEqual(_ left: SecretBytes, _ right: SecretBytes) -> Bool {
        left.withUnsafeBytes { left in right.withUnsafeBytes { constantTimeEquals(left, $0) } }
    }

    /// What is wrong with the file, without its contents.
    struct Fault: Error {
        let reason: String

        init(_ reason: String) {
            self.reason = reason
        }
    }
}
