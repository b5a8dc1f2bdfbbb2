import COpenSSL

/// The BIO through which libssl reads the network's buffer and fills the event loop's output buffer.
///
/// Its state is plain memory, set up just before one libssl call and void after it: no reference counting, no
/// allocation and no copy but libssl's own. One BIO serves all connections of an event loop, since only one of them is
/// inside libssl at a time.
struct ByteBufferBIO {
    /// Where libssl reads and writes during one call.
    struct Window {
        var input: UnsafeRawPointer?
        var inputCount = 0
        var output: UnsafeMutableRawPointer?
        var outputCapacity = 0
        var outputCount = 0
    }

    let pointer: OpaquePointer
    let window: UnsafeMutablePointer<Window>

    init?() {
        guard let method = Self.method, let bio = BIO_new(method) else { return nil }
        pointer = bio
        window = .allocate(capacity: 1)
        window.initialize(to: Window())
        BIO_set_data(bio, window)
        BIO_set_init(bio, 1)
    }

    /// To be called when no connection uses the BIO any more.
    func destroy() {
        BIO_free(pointer)
        window.deinitialize(count: 1)
        window.deallocate()
    }

    private static func window(of bio: OpaquePointer?) -> UnsafeMutablePointer<Window>? {
        BIO_get_data(bio)?.assumingMemoryBound(to: Window.self)
    }

    /// Written once, read by libssl only.
    private nonisolated(unsafe) static let method: OpaquePointer? = {
        let type = BIO_get_new_index()
        guard type != -1, let method = BIO_meth_new(type | BIO_TYPE_SOURCE_SINK, "ByteBuffer") else { return nil }
        BIO_meth_set_read(method) { bio, target, capacity in
            COpenSSL_BIO_clear_retry_flags(bio)
            guard let window = ByteBufferBIO.window(of: bio), let target, capacity > 0 else { return 0 }
            let count = min(Int(capacity), window.pointee.inputCount)
            guard count > 0, let source = window.pointee.input else {
                COpenSSL_BIO_set_retry_read(bio)
                return -1
            }
            UnsafeMutableRawPointer(target).copyMemory(from: source, byteCount: count)
            window.pointee.input = source + count
            window.pointee.inputCount -= count
            return CInt(truncatingIfNeeded: count)
        }
        BIO_meth_set_write(method) { bio, source, length in
            COpenSSL_BIO_clear_retry_flags(bio)
            guard let window = ByteBufferBIO.window(of: bio), let source, length > 0 else { return 0 }
            // A full window is "try again": the caller enlarges it and calls libssl anew.
            let count = min(Int(length), window.pointee.outputCapacity - window.pointee.outputCount)
            guard count > 0, let target = window.pointee.output else {
                COpenSSL_BIO_set_retry_write(bio)
                return -1
            }
            (target + window.pointee.outputCount).copyMemory(from: source, byteCount: count)
            window.pointee.outputCount += count
            return CInt(truncatingIfNeeded: count)
        }
        BIO_meth_set_ctrl(method) { _, command, _, _ in command == BIO_CTRL_FLUSH ? 1 : 0 }
        return method
    }()
}
