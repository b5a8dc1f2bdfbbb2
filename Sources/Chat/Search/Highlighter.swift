/// Finds where the words of a search stand in a text, as UTF-16 offsets: what a browser counts in.
struct Highlighter {
    /// Ranges of one message, at the most.
    static let maximumRanges = 64

    private let terms: SearchTerms
    /// The phrases by their first word.
    private let phrases: [String: [[String]]]

    init(_ terms: SearchTerms) {
        self.terms = terms
        phrases = Dictionary(grouping: terms.phrases.filter { !$0.isEmpty }) { $0[0] }
    }

    /// The ranges in their order, none touching another.
    func ranges(in text: String) -> [Range<Int>] {
        guard !terms.isEmpty else { return [] }
        let tokens = TextScanner.scan(text, into: Sink(sought: Set(terms.characters)))
        var found = tokens.found
        for start in tokens.words.indices {
            for phrase in phrases[tokens.words[start].text] ?? [] {
                let candidate = tokens.words[start...].prefix(phrase.count)
                guard candidate.count == phrase.count, let last = candidate.last,
                    zip(candidate, phrase).allSatisfy({ $0.text == $1 })
                else { continue }
                found.append(tokens.words[start].range.lowerBound..<last.range.upperBound)
            }
        }
        if !terms.mentions.isEmpty {
            Mentions.forEach(in: text, where: terms.mentions.contains) { found.append($1) }
        }
        return Self.joined(found)
    }

    private static func joined(_ ranges: [Range<Int>]) -> [Range<Int>] {
        var joined: [Range<Int>] = []
        for range in ranges.sorted(by: { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) }) {
            if let last = joined.last, range.lowerBound <= last.upperBound {
                joined[joined.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
            } else if joined.count < maximumRanges {
                joined.append(range)
            } else {
                break
            }
        }
        return joined
    }

    private struct Sink: TokenSink {
        let sought: Set<String>
        var words: [(text: String, range: Range<Int>)] = []
        var found: [Range<Int>] = []

        init(sought: Set<String>) { self.sought = sought }

        mutating func word(_ utf8: ArraySlice<UInt8>, at range: Range<Int>, isLoneCharacter: Bool) {
            words.append((String(decoding: utf8, as: UTF8.self), range))
        }

        mutating func character(_ utf8: ArraySlice<UInt8>, at range: Range<Int>) {
            if !sought.isEmpty, sought.contains(String(decoding: utf8, as: UTF8.self)) { found.append(range) }
        }
    }
}
