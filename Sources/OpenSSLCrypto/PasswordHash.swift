/// A password as it is stored: scrypt with its costs, salt and result in one PHC string,
/// `$scrypt$ln=15,r=8,p=1$salt$hash`.
package struct PasswordHash: Sendable {
    private static let saltByteCount = 16
    private static let hashByteCount = 32

    /// The costs that made this hash.
    package let scrypt: Scrypt
    private let salt: [UInt8]
    private let hash: [UInt8]

    /// Hashes a password under a fresh salt; blocks for as long as `scrypt` costs.
    package init(password: String, scrypt: Scrypt = .standard) throws {
        let salt = try RandomBytes.make(count: Self.saltByteCount)
        let derived = try Self.derive(password, scrypt: scrypt, salt: salt, count: Self.hashByteCount)
        self.scrypt = scrypt
        self.salt = salt
        self.hash = derived.withUnsafeBytes { Array($0) }
    }

    /// Reads a PHC string; throws ``CryptoError`` when it is not one of scrypt or when its costs are out of bounds.
    package init(phc: String) throws {
        let fields = phc.split(separator: "$", omittingEmptySubsequences: false)
        guard fields.count == 5, fields[0].isEmpty, fields[1] == "scrypt",
            let scrypt = Self.costs(fields[2]),
            let salt = Self.decode(fields[3]), (8...64).contains(salt.count),
            let hash = Self.decode(fields[4]), (16...64).contains(hash.count)
        else { throw CryptoError(.passwordHash, "not a PHC string of scrypt with bearable costs") }
        self.scrypt = scrypt
        self.salt = salt
        self.hash = hash
    }

    /// The PHC string to store.
    package var phc: String {
        let costs = "ln=\(scrypt.logarithmicCost),r=\(scrypt.blockSize),p=\(scrypt.parallelism)"
        let salt = salt.withUnsafeBytes { Base64Alphabet.standard.encode($0) }
        let hash = hash.withUnsafeBytes { Base64Alphabet.standard.encode($0) }
        return "$scrypt$\(costs)$\(salt)$\(hash)"
    }

    /// Says whether `password` made this hash; blocks for as long as the stored costs ask.
    package func verify(_ password: String) throws -> Bool {
        let derived = try Self.derive(password, scrypt: scrypt, salt: salt, count: hash.count)
        return derived.withUnsafeBytes { derived in hash.withUnsafeBytes { constantTimeEquals($0, derived) } }
    }

    /// Says whether a hash made now would cost more than this one did.
    package func needsRehash(for wanted: Scrypt = .standard) -> Bool {
        wanted.logarithmicCost > scrypt.logarithmicCost || wanted.blockSize > scrypt.blockSize
            || wanted.parallelism > scrypt.parallelism || hash.count < Self.hashByteCount
    }

    private static func derive(
        _ password: String, scrypt: Scrypt, salt: [UInt8], count: Int
    ) throws -> SecretBytes {
        var password = password
        return try password.withUTF8 {
            try scrypt.derive(password: UnsafeRawBufferPointer($0), salt: salt, count: count)
        }
    }

    private static func costs(_ text: Substring) -> Scrypt? {
        let costs = text.split(separator: ",", omittingEmptySubsequences: false)
        guard costs.count == 3, let logarithmicCost = cost("ln=", costs[0]), let blockSize = cost("r=", costs[1]),
            let parallelism = cost("p=", costs[2])
        else { return nil }
        return Scrypt(logarithmicCost: logarithmicCost, blockSize: blockSize, parallelism: parallelism)
    }

    /// A decimal without sign or leading zero, so that each hash has one spelling.
    private static func cost(_ name: String, _ text: Substring) -> Int? {
        let digits = text.dropFirst(name.count)
        guard text.hasPrefix(name), (1...9).contains(digits.utf8.count), digits.first != "0",
            digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { return nil }
        return Int(digits)
    }

    private static func decode(_ text: Substring) -> [UInt8]? {
        guard text.utf8.count <= 100 else { return nil }
        return Array(text.utf8).withUnsafeBytes { Base64Alphabet.standard.decode($0) }
    }
}

extension PasswordHash: CustomStringConvertible, CustomReflectable {
    package var description: String { "<password hash>" }

    /// Empty, so that dumping a structure does not show the hash in it.
    package var customMirror: Mirror { Mirror(self, children: []) }
}
