/// One parser of what peers send: where to begin, and what one input does. A trap, or a broken promise, is the finding.
struct FuzzTarget {
    let name: String
    /// Inputs from which others are made.
    let seeds: [[UInt8]]
    let run: ([UInt8]) -> Void
}
