/// Takes the mask off a client's payload (RFC 6455, section 5.3).
package enum Masking {
    /// Unmasks in place, eight bytes at a time, and turns the key so that it fits the payload's next byte.
    ///
    /// The key's lowest byte belongs to the payload's next one.
    package static func remove(_ key: inout UInt32, from bytes: UnsafeMutableRawBufferPointer) {
        guard let start = bytes.baseAddress else { return }
        let wide = (UInt64(key) << 32 | UInt64(key)).littleEndian
        let count = bytes.count
        var offset = 0
        // Through the pointer, without the buffer's check of each access, the compiler makes vectors of this.
        while offset &+ 8 <= count {
            let word = start.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            start.storeBytes(of: word ^ wide, toByteOffset: offset, as: UInt64.self)
            offset &+= 8
        }
        while offset < count {
            bytes[offset] ^= UInt8(truncatingIfNeeded: key)
            key = key >> 8 | key << 24
            offset += 1
        }
    }
}
