/// Finds the known name that a mistyped one was probably meant to be.
enum NearestName {
    /// The nearest of `known` to `name`: one that it abbreviates, else the one with the fewest edits; nil for no names.
    static func find(_ name: String, in known: [String]) -> String? {
        let abbreviated = known.filter { candidate in
            candidate.hasSuffix(".\(name)") || candidate.hasPrefix("\(name)_") || candidate.hasPrefix("\(name).")
        }
        if abbreviated.count == 1 { return abbreviated.first }
        let written = Array(name.utf8)
        return known.min { distance(written, Array($0.utf8)) < distance(written, Array($1.utf8)) }
    }

    /// The Levenshtein distance, in bytes.
    static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var previous = Array(0...right.count)
        for (row, byte) in left.enumerated() {
            var current = [row + 1]
            current.reserveCapacity(previous.count)
            for (column, other) in right.enumerated() {
                let substitution = previous[column] + (byte == other ? 0 : 1)
                current.append(min(substitution, previous[column + 1] + 1, current[column] + 1))
            }
            previous = current
        }
        return previous.last ?? left.count
    }
}
