import Chat
import Foundation
import NIOCore
import OpenSSLCrypto

/// An upload on its way to the disk, under a name of its own until it is complete. Its calls block.
///
/// One job at a time uses it, which is why it may be passed between threads.
final class IncomingFile: @unchecked Sendable {
    /// What a complete upload turned out to be.
    struct Content: Sendable {
        let digest: String
        let size: Int64
        let type: String
        let pixels: FileInfo.Pixels?
    }

    /// Where it is.
    let path: String
    private let file: DiskFile
    private let hasher: SHA256Hasher
    private var size: Int64 = 0

    /// Makes the file. Throws ``FileStoreError`` and `CryptoError`.
    init(path: String) throws {
        self.path = path
        hasher = try SHA256Hasher()
        file = try DiskFile(path, O_CREAT | O_EXCL | O_RDWR)
    }

    /// Appends bytes.
    func append(_ bytes: ByteBuffer) throws {
        try bytes.withUnsafeReadableBytes { bytes in
            try hasher.update(bytes)
            try file.write(bytes)
        }
        size += Int64(bytes.readableBytes)
    }

    /// Flushes the file to the disk and says what it is.
    func finish() throws -> Content {
        try file.synchronize()
        let type = FileType.sniffed(try read(0, FileType.headBytes))
        let pixels = try ImageHeader(read: read).pixels(of: type)
        return Content(digest: try hasher.finish().hexadecimal, size: size, type: type, pixels: pixels)
    }

    /// Closes the file and removes it, unless it has moved away.
    func discard() {
        file.close()
        unlink(path)
    }

    private func read(_ offset: Int64, _ count: Int) throws -> [UInt8] {
        Array(try file.read(at: offset, count: count).readableBytesView)
    }
}
