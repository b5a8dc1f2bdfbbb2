import CommonPasswords

/// The passwords that attackers try first; it lies in the binary, sorted, and is searched there.
enum CommonPasswordList {
    private static let newline = UInt8(ascii: "\n")

    /// How many there are.
    static var count: Int { text.count { $0 == newline } }

    /// Says whether a password is one of them, whatever its case; 14 comparisons and no memory of its own.
    static func contains(_ password: String) -> Bool {
        var wanted = password.lowercased()
        return wanted.withUTF8 { wanted in
            let text = text
            var (low, high) = (text.startIndex, text.endIndex)
            while low < high {
                let middle = low + (high - low) / 2
                let start = text[low..<middle].lastIndex(of: newline).map { $0 + 1 } ?? low
                let end = text[middle..<high].firstIndex(of: newline) ?? high
                let line = text[start..<end]
                if line.elementsEqual(wanted) { return true }
                if line.lexicographicallyPrecedes(wanted) { low = end + 1 } else { high = start }
            }
            return false
        }
    }

    private static var text: UnsafeRawBufferPointer {
        let start = UnsafeRawPointer(CommonPasswords_start())
        return UnsafeRawBufferPointer(start: start, count: UnsafeRawPointer(CommonPasswords_end()) - start)
    }
}
