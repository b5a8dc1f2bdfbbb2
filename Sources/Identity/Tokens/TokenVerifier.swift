import OpenSSLCrypto

/// Checks and signs tokens with the keys of one snapshot, on one thread.
///
/// A check reads the bytes in place; what it allocates is the user's name, when that is longer than 15 characters.
final class TokenVerifier {
    /// Room for the parts of a token of the longest issuer and audience.
    private static let roomBytes = 1024

    private struct Keys {
        let key: SigningKey
        let access: HMACSHA256
        let refresh: HMACSHA256

        func hmac(for use: TokenUse) -> HMACSHA256 {
            switch use {
            case .access: access
            case .refresh: refresh
            }
        }
    }

    let ring: KeyRingSnapshot
    private let keys: [Keys]
    // Where header and payload are decoded.
    private let room = UnsafeMutableRawBufferPointer.allocate(byteCount: roomBytes, alignment: 16)

    /// Prepares two contexts a key; throws `CryptoError`.
    init(ring: KeyRingSnapshot) throws {
        self.ring = ring
        keys = try ring.keys.map { key in
            Keys(key: key, access: try HMACSHA256(key: key.access), refresh: try HMACSHA256(key: key.refresh))
        }
    }

    deinit { room.deallocate() }

    /// How many signatures its keys computed so far, for tests of what a token costs.
    var computedTags: Int { keys.reduce(0) { $0 + $1.access.computedTags + $1.refresh.computedTags } }

    /// Length, form, key, signature, claims, in this order; `now` in seconds since 1970.
    func verify(
        _ token: UnsafeRawBufferPointer, use: TokenUse, expected: ClaimSet.Expectation, now: Int64
    ) throws(TokenDefect) -> ClaimSet {
        guard !token.isEmpty else { throw TokenDefect(.absent) }
        guard token.count <= min(expected.maximumTokenBytes, Self.roomBytes) else { throw TokenDefect(.tooLong) }
        let jws = try CompactJWS(token)
        try jws.verifySignature(try hmac(for: jws.header, use: use))
        let payload = try CompactJWS.decode(jws.payload, into: room)
        return try ClaimSet(payload, use: use, expected: expected, now: now)
    }

    /// Appends the signature part to `text`, which holds the two others; false when the key is not of this ring.
    func sign(_ text: inout [UInt8], with key: SigningKey, use: TokenUse) -> Bool {
        guard let entry = keys.first(where: { $0.key === key }) else { return false }
        var tag: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        withUnsafeMutableBytes(of: &tag) { tag in
            text.withUnsafeBytes { entry.hmac(for: use).authenticate($0, into: tag) }
            text.append(UInt8(ascii: "."))
            Base64URL.encode(UnsafeRawBufferPointer(tag), into: &text)
        }
        return true
    }

    private func hmac(for header: UnsafeRawBufferPointer, use: TokenUse) throws(TokenDefect) -> HMACSHA256 {
        // Tokens of ours start with exactly the header that their key always writes.
        for entry in keys where header.elementsEqual(entry.key.header(for: use)) { return entry.hmac(for: use) }
        let read = try JWSHeader(try CompactJWS.decode(header, into: room))
        guard let algorithm = read.algorithm, algorithm == "HS256" else { throw TokenDefect(.wrongAlgorithm) }
        guard let type = read.type, type == use.type else { throw TokenDefect(.wrongType) }
        guard let id = read.key, let entry = keys.first(where: { id.bytes.elementsEqual($0.key.id.text.utf8) }) else {
            throw TokenDefect(.unknownKey)
        }
        return entry.hmac(for: use)
    }
}
