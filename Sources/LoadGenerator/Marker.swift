/// What a message of the load carries in its text: when it was sent and by which socket, as `@@<20 digits>@@<6 digits>`.
struct Marker: Equatable {
    static let length = 30

    /// Nanoseconds of the monotonic clock.
    var sentAt: UInt64
    /// The number of the socket that sent it.
    var sender: Int

    /// Reads a marker at the start of `bytes`; nil where there is none.
    @inline(__always)
    init?(_ bytes: UnsafeRawBufferPointer, at offset: Int) {
        guard offset >= 0, bytes.count - offset >= Self.length else { return nil }
        let at = UInt16(truncatingIfNeeded: 0x4040)
        guard bytes.loadUnaligned(fromByteOffset: offset, as: UInt16.self) == at,
            bytes.loadUnaligned(fromByteOffset: offset + 22, as: UInt16.self) == at,
            let high = Self.eightDigits(bytes.loadUnaligned(fromByteOffset: offset + 2, as: UInt64.self)),
            let middle = Self.eightDigits(bytes.loadUnaligned(fromByteOffset: offset + 10, as: UInt64.self)),
            let low = Self.digits(bytes, offset + 18, 4), let sender = Self.digits(bytes, offset + 24, 6)
        else { return nil }
        let (scaled, overflow) = high.multipliedReportingOverflow(by: 1_000_000_000_000)
        let (sentAt, carry) = scaled.addingReportingOverflow(middle * 10_000 + low)
        guard !overflow, !carry else { return nil }
        self.sentAt = sentAt
        self.sender = Int(sender)
    }

    /// Where the first marker could start, at or after `start`; nil where no two signs follow each other.
    static func firstCandidate(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
        var index = start
        while index + length <= bytes.count {
            if bytes[index] == UInt8(ascii: "@"), bytes[index + 1] == UInt8(ascii: "@") { return index }
            index += 1
        }
        return nil
    }

    /// Writes a number as decimal digits with leading zeros, each exclusive-or the byte that `mask` gives its place.
    static func write(
        _ number: UInt64, digits: Int, into bytes: UnsafeMutableRawBufferPointer, at offset: Int, mask: [UInt8]
    ) {
        var rest = number
        for place in stride(from: offset + digits - 1, through: offset, by: -1) {
            bytes[place] = (0x30 + UInt8(truncatingIfNeeded: rest % 10)) ^ mask[place & 3]
            rest /= 10
        }
    }

    /// Eight decimal digits in one word, the first in its lowest byte: checked and joined without a loop, since this runs
    /// for each of a million deliveries a second.
    @inline(__always)
    private static func eightDigits(_ word: UInt64) -> UInt64? {
        let word = UInt64(littleEndian: word)
        let high: UInt64 = 0xF0F0_F0F0_F0F0_F0F0
        let zeros: UInt64 = 0x3030_3030_3030_3030
        guard word & high == zeros, (word &+ 0x0606_0606_0606_0606) & high == zeros else { return nil }
        var value = word &- zeros
        value = (value &* 10 &+ (value >> 8)) & 0x00FF_00FF_00FF_00FF
        value = (value &* 100 &+ (value >> 16)) & 0x0000_FFFF_0000_FFFF
        return (value &* 10_000 &+ (value >> 32)) & 0xFFFF_FFFF
    }

    @inline(__always)
    private static func digits(_ bytes: UnsafeRawBufferPointer, _ offset: Int, _ count: Int) -> UInt64? {
        var value: UInt64 = 0
        for index in offset..<offset + count {
            let digit = bytes[index] &- 0x30
            guard digit < 10 else { return nil }
            value = value &* 10 &+ UInt64(digit)
        }
        return value
    }
}
