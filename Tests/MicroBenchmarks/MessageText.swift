import TestTools

/// Texts as people write them, as far as a search can tell: words of a Zipf distribution, a tenth in Chinese.
struct MessageText {
    private static let vocabulary = 50_000
    private static let characters = 3000
    private let weights: [Double]
    private let characterWeights: [Double]
    private var noise = SeededGenerator(seed: 7)

    init() {
        weights = Self.cumulated(Self.vocabulary)
        characterWeights = Self.cumulated(Self.characters)
    }

    /// The kinds of query that are measured, common words first.
    static let queries: [(name: String, query: @Sendable (inout MessageText) -> String)] = [
        ("a common word", { word($0.random(below: 10)) }),
        ("a word of the middle", { word(100 + $0.random(below: 900)) }),
        ("a rare word", { word(20_000 + $0.random(below: 30_000)) }),
        ("a word that nobody wrote", { _ in "nothing" }),
        ("two common words", { word($0.random(below: 10)) + " " + word(10 + $0.random(below: 10)) }),
        ("a common and a rare word", { word($0.random(below: 10)) + " " + word(20_000 + $0.random(below: 1000)) }),
        ("a phrase of common words", { "\"" + word($0.random(below: 5)) + " " + word($0.random(below: 5)) + "\"" }),
        (
            "a phrase of words of the middle",
            { "\"" + word(20 + $0.random(below: 80)) + " " + word(20 + $0.random(below: 80)) + "\"" }
        ),
        ("two Chinese characters", { $0.han(2) }),
        ("one Chinese character", { $0.han(1) }),
        ("a word from: an author", { word($0.random(below: 10)) + " from:user-\($0.random(below: 500))" }),
        ("from: an author", { "from:user-\($0.random(below: 500))" }),
        ("a word before: a day", { word($0.random(below: 10)) + " before:2023-11-\(15 + $0.random(below: 10))" }),
        ("a word in: a room", { word($0.random(below: 10)) + " in:room-\(4 * $0.random(below: 50))" }),
        ("links", { _ in "has:link" }),
        ("files", { _ in "has:file" }),
        ("a word and has:file", { word(100 + $0.random(below: 900)) + " has:file" }),
    ]

    /// The next message.
    mutating func next() -> String {
        if random(below: 10) == 0 { return han(4 + random(below: 20)) }
        var words = (0..<4 + random(below: 16)).map { _ in Self.word(pick(weights)) }
        if random(below: 50) == 0 { words.append("https://example.com/" + Self.word(pick(weights))) }
        return words.joined(separator: " ")
    }

    /// Chinese characters.
    mutating func han(_ count: Int) -> String {
        var text = String.UnicodeScalarView()
        for _ in 0..<count {
            if let scalar = Unicode.Scalar(0x4E00 + UInt32(pick(characterWeights))) { text.append(scalar) }
        }
        return String(text)
    }

    mutating func random(below bound: Int) -> Int { Int(noise.next() % UInt64(bound)) }

    /// A word of five letters for each number.
    private static func word(_ number: Int) -> String {
        var (text, rest) = ("", number)
        for _ in 0..<5 {
            text.append(["ka", "lo", "mi", "ne", "tu", "sa", "ro", "vi", "de", "po"][rest % 10])
            rest /= 10
        }
        return text
    }

    private mutating func pick(_ weights: [Double]) -> Int {
        let sought = Double(noise.next() >> 11) / Double(1 << 53) * (weights.last ?? 0)
        var (low, high) = (0, weights.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if weights[middle] < sought { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private static func cumulated(_ count: Int) -> [Double] {
        var sum = 0.0
        return (1...count).map { rank in
            sum += 1 / Double(rank)
            return sum
        }
    }
}
