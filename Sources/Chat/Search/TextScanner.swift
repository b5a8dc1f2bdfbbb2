/// Cuts a text into the tokens of the search index, in one pass and without looking back.
///
/// Letters and digits of any script make words; what stands between them is left out. Scripts without spaces give
/// overlapping pairs of characters, so that any two neighbours are found; Hangul too, because endings join on to words.
struct TextScanner<Sink: TokenSink> {
    /// Scalars of a word, at the most; a longer one is cut into several.
    private static var maximumWordScalars: Int { 64 }
    /// Scalars of one character with its marks, at the most; further marks are left out.
    private static var maximumUnitScalars: Int { 8 }

    private var sink: Sink
    private let folding = ScalarFolding.shared
    /// The UTF-16 offset of the scalar that is looked at, and of the one behind it.
    private var offset = 0
    private var end = 0

    private var word: [UInt8] = []
    private var wordScalars = 0
    private var wordStart = 0
    private var wordEnd = 0

    /// The bytes of the last two characters of a run, side by side; `firstBytes` of the first, 0 when there is one only.
    private var pair: [UInt8] = []
    private var firstBytes = 0
    private var firstStart = 0
    private var secondStart = 0
    private var secondEnd = 0
    private var secondScalars = 0
    /// The second character while it is a single scalar, for Hangul that comes in parts.
    private var secondScalar: UInt32 = 0

    private init(_ sink: Sink) { self.sink = sink }

    /// Gives the tokens of the text to the sink and returns the sink.
    static func scan(_ text: String, into sink: Sink) -> Sink {
        var scanner = TextScanner(sink)
        for scalar in text.unicodeScalars {
            scanner.end = scanner.offset + (scalar.value > 0xFFFF ? 2 : 1)
            scanner.read(scalar)
            scanner.offset = scanner.end
        }
        scanner.separate()
        return scanner.sink
    }

    private mutating func read(_ scalar: Unicode.Scalar) {
        if scalar.isASCII {
            take(ascii: UInt8(truncatingIfNeeded: scalar.value))
        } else if let parts = folding(scalar) {
            if parts.isEmpty, wordEnd == offset, !word.isEmpty { wordEnd = end }
            for part in parts { take(part) }
        } else {
            take(scalar)
        }
    }

    private mutating func take(ascii byte: UInt8) {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): append(byte)
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): append(byte | 0x20)
        default: separate()
        }
    }

    private mutating func take(_ scalar: Unicode.Scalar) {
        if scalar.isASCII { return take(ascii: UInt8(truncatingIfNeeded: scalar.value)) }
        switch ScalarClass(scalar) {
        case .word:
            // The folding table leaves out rare scripts; those that have cases fold here.
            if scalar.properties.isUppercase {
                for lower in scalar.properties.lowercaseMapping.unicodeScalars { append(lower) }
            } else {
                append(scalar)
            }
        case .digit(let digit): append(UInt8(ascii: "0") + digit)
        case .unit: begin(scalar)
        case .mark: mark(scalar)
        case .symbol:
            separate()
            sink.word(ArraySlice(UTF8.bytes(of: scalar)), at: offset..<end, isLoneCharacter: false)
        case .ignored: break
        case .separator: separate()
        }
    }

    private mutating func separate() {
        endWord()
        endRun()
    }

    // MARK: Words

    private mutating func append(_ byte: UInt8) {
        startWord()
        word.append(byte)
        endScalar()
    }

    private mutating func append(_ scalar: Unicode.Scalar) {
        startWord()
        word.append(contentsOf: UTF8.bytes(of: scalar))
        endScalar()
    }

    private mutating func startWord() {
        if !pair.isEmpty { endRun() }
        if word.isEmpty { wordStart = offset }
    }

    private mutating func endScalar() {
        wordScalars += 1
        wordEnd = end
        if wordScalars == Self.maximumWordScalars { endWord() }
    }

    private mutating func endWord() {
        guard !word.isEmpty else { return }
        sink.word(word[...], at: wordStart..<wordEnd, isLoneCharacter: false)
        word.removeAll(keepingCapacity: true)
        wordScalars = 0
    }

    // MARK: Runs of characters without spaces

    private mutating func begin(_ scalar: Unicode.Scalar) {
        endWord()
        if let syllable = composed(with: scalar.value) {
            pair.removeSubrange(firstBytes...)
            pair.append(contentsOf: UTF8.bytes(of: syllable))
            secondScalar = syllable.value
            secondEnd = end
            return
        }
        if !pair.isEmpty {
            giveSecond()
            if firstBytes > 0 {
                sink.word(pair[...], at: firstStart..<secondEnd, isLoneCharacter: false)
                pair.removeSubrange(..<firstBytes)
            }
            firstBytes = pair.count
            firstStart = secondStart
        }
        pair.append(contentsOf: UTF8.bytes(of: scalar))
        secondStart = offset
        secondEnd = end
        secondScalars = 1
        secondScalar = scalar.value
    }

    private mutating func mark(_ scalar: Unicode.Scalar) {
        if !pair.isEmpty {
            secondEnd = end
            secondScalar = 0
            guard secondScalars < Self.maximumUnitScalars else { return }
            secondScalars += 1
            pair.append(contentsOf: UTF8.bytes(of: scalar))
        } else if !word.isEmpty {
            append(scalar)
        }
    }

    private mutating func endRun() {
        guard !pair.isEmpty else { return }
        giveSecond()
        let start = firstBytes > 0 ? firstStart : secondStart
        sink.word(pair[...], at: start..<secondEnd, isLoneCharacter: firstBytes == 0)
        pair.removeAll(keepingCapacity: true)
        firstBytes = 0
        secondScalar = 0
    }

    private mutating func giveSecond() { sink.character(pair[firstBytes...], at: secondStart..<secondEnd) }

    /// The Hangul syllable that the scalar makes with the character before it (The Unicode Standard, 3.12).
    private func composed(with scalar: UInt32) -> Unicode.Scalar? {
        guard !pair.isEmpty else { return nil }
        if (0x1100...0x1112).contains(secondScalar), (0x1161...0x1175).contains(scalar) {
            return Unicode.Scalar(0xAC00 + ((secondScalar - 0x1100) * 21 + scalar - 0x1161) * 28)
        }
        if (0xAC00...0xD7A3).contains(secondScalar), (secondScalar - 0xAC00) % 28 == 0,
            (0x11A8...0x11C2).contains(scalar)
        {
            return Unicode.Scalar(secondScalar + scalar - 0x11A7)
        }
        return nil
    }
}

extension UTF8 {
    /// The bytes of a scalar.
    fileprivate static func bytes(of scalar: Unicode.Scalar) -> Unicode.UTF8.EncodedScalar {
        // Nil is for values outside UTF-8, which no scalar has.
        Unicode.UTF8.encode(scalar) ?? Unicode.UTF8.encodedReplacementCharacter
    }
}
