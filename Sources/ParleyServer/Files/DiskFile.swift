import Foundation
import NIOCore

/// An open file of the store. Its calls block.
///
/// Whoever opened it closes it; one job at a time uses it, which is why it may be passed between threads.
final class DiskFile: @unchecked Sendable {
    private var descriptor: Int32

    /// Opens the file at `path` with the flags of open(2). Throws ``FileStoreError``.
    init(_ path: String, _ flags: Int32) throws {
        descriptor = open(path, flags | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw FileStoreError.last("open") }
    }

    deinit { close() }

    /// Closes the file; again does nothing.
    func close() {
        guard descriptor >= 0 else { return }
        _ = Foundation.close(descriptor)
        descriptor = -1
    }

    /// Appends all the bytes.
    func write(_ bytes: UnsafeRawBufferPointer) throws {
        var rest = bytes
        while !rest.isEmpty {
            let count = Foundation.write(descriptor, rest.baseAddress, rest.count)
            if count < 0 {
                guard errno == EINTR else { throw FileStoreError.last("write") }
            } else {
                rest = UnsafeRawBufferPointer(rebasing: rest[count...])
            }
        }
    }

    /// Up to `count` bytes from `offset`, fewer at the file's end.
    func read(at offset: Int64, count: Int) throws -> ByteBuffer {
        var buffer = ByteBufferAllocator().buffer(capacity: count)
        while buffer.readableBytes < count {
            let done = buffer.readableBytes
            let got = buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: count - done) { bytes in
                max(0, pread(descriptor, bytes.baseAddress, count - done, off_t(offset) + off_t(done)))
            }
            if got == 0 { break }
        }
        return buffer
    }

    /// Waits until the disk has what was written.
    func synchronize() throws {
        guard fsync(descriptor) == 0 else { throw FileStoreError.last("fsync") }
    }
}
