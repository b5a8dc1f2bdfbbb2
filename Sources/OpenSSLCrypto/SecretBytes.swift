import COpenSSL

/// Bytes that nobody may see in a core file: outside Swift's arrays, never copied, zeroed on release.
package final class SecretBytes: Sendable {
    // Written only before the initialiser returns.
    private nonisolated(unsafe) let storage: UnsafeMutableRawBufferPointer

    /// Makes `count` bytes that `fill` writes.
    package init(count: Int, initializingWith fill: (UnsafeMutableRawBufferPointer) throws -> Void) rethrows {
        storage = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 16)
        storage.initializeMemory(as: UInt8.self, repeating: 0)
        try fill(storage)
    }

    /// Copies `bytes`; zeroing the original is up to its owner.
    package convenience init(copying bytes: some Collection<UInt8>) {
        self.init(count: bytes.count) { $0.copyBytes(from: bytes) }
    }

    /// Makes `count` bytes of fresh randomness.
    package convenience init(randomCount count: Int) throws {
        try self.init(count: count) { try RandomBytes.fill($0) }
    }

    deinit {
        OPENSSL_cleanse(storage.baseAddress, storage.count)
        storage.deallocate()
    }

    /// How many bytes there are.
    package var count: Int { storage.count }

    /// Lends the bytes for the length of `body`.
    package func withUnsafeBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        defer { withExtendedLifetime(self) {} }
        return try body(UnsafeRawBufferPointer(storage))
    }
}

extension SecretBytes: CustomStringConvertible, CustomReflectable {
    package var description: String { "<\(count) secret bytes>" }

    /// Empty, so that dumping a structure does not show the secret in it.
    package var customMirror: Mirror { Mirror(self, children: []) }
}
