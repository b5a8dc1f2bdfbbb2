/// Checks UTF-8 that comes in pieces and fails at the first byte that cannot be right (RFC 3629, section 4).
struct UTF8Validator {
    /// Continuation bytes still to come.
    private var missing: UInt8 = 0
    /// The bounds of the next continuation byte; narrower after E0, ED, F0 and F4.
    private var lower: UInt8 = 0x80
    private var upper: UInt8 = 0xBF

    /// Whether the bytes so far end with a whole scalar.
    var isComplete: Bool { missing == 0 }

    /// Takes the next bytes; `false` at the first one that cannot be part of UTF-8.
    mutating func consume(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let count = bytes.count
        var offset = 0
        while offset < count {
            if missing > 0 {
                let byte = bytes[offset]
                guard byte >= lower, byte <= upper else { return false }
                offset += 1
                missing -= 1
                lower = 0x80
                upper = 0xBF
                continue
            }
            // Chat is mostly ASCII: eight bytes a step.
            while count - offset >= 8 {
                let word = bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
                guard word & 0x8080_8080_8080_8080 == 0 else { break }
                offset += 8
            }
            guard offset < count else { break }
            let byte = bytes[offset]
            offset += 1
            guard byte >= 0x80 else { continue }
            guard start(with: byte) else { return false }
        }
        return true
    }

    /// Forgets what came before.
    mutating func reset() {
        self = UTF8Validator()
    }

    private mutating func start(with byte: UInt8) -> Bool {
        switch byte {
        case 0xC2...0xDF: missing = 1
        case 0xE0: (missing, lower) = (2, 0xA0)
        case 0xED: (missing, upper) = (2, 0x9F)
        case 0xE1...0xEF: missing = 2
        case 0xF0: (missing, lower) = (3, 0x90)
        case 0xF1...0xF3: missing = 3
        case 0xF4: (missing, upper) = (3, 0x8F)
        default: return false
        }
        return true
    }
}
