/// The part of a file that a request asks for (RFC 9110 section 14).
enum ByteRange: Equatable {
    /// All of it: no range, several, or none that makes sense.
    case whole
    /// The bytes from the lower bound to before the upper one.
    case part(Range<Int64>)
    /// Nothing of the file is in the range.
    case unsatisfiable

    /// Takes the value of a `Range` field for a file of `size` bytes.
    init(_ field: String?, size: Int64) {
        self = field.flatMap { Self.parsed($0, size: size) } ?? .whole
    }

    private static func parsed(_ field: String, size: Int64) -> ByteRange? {
        let halves = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard halves.count == 2, halves[0].lowercased() == "bytes" else { return nil }
        let bounds = halves[1].split(separator: "-", omittingEmptySubsequences: false)
        guard bounds.count == 2, bounds.allSatisfy({ $0.utf8.allSatisfy(isDigit) }) else { return nil }
        switch (bounds[0].isEmpty, bounds[1].isEmpty) {
        case (true, true): return nil
        case (true, false):
            let count = min(number(bounds[1]), size)
            return count > 0 ? .part(size - count..<size) : .unsatisfiable
        case (false, let isOpen):
            let first = number(bounds[0])
            let last = isOpen ? .max : number(bounds[1])
            guard first <= last else { return nil }
            return first < size ? .part(first..<min(last, size - 1) + 1) : .unsatisfiable
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    /// A number too large for 64 bits is beyond the end of any file.
    private static func number(_ digits: Substring) -> Int64 { Int64(digits) ?? .max }
}
