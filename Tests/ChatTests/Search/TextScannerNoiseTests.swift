import TestTools
import Testing

@testable import Chat

@Suite("Noise in front of the search index")
struct TextScannerNoiseTests {
    /// A text of random scalars, of every plane, with a weight on those that make words and marks.
    private func noise(_ generator: inout SeededGenerator, scalars count: Int) -> String {
        let ranges: [ClosedRange<UInt32>] = [
            0...0x7F, 0...0x7F, 0x80...0x24F, 0x300...0x36F, 0x370...0x1FFF, 0x0E00...0x0EFF, 0x1100...0x11FF,
            0x2000...0x33FF, 0x3040...0x30FF, 0x4E00...0x9FFF, 0xAC00...0xD7A3, 0xF900...0xFFFF, 0x10000...0x1FFFF,
            0x20000...0x10FFFF,
        ]
        var text = String.UnicodeScalarView()
        while text.count < count {
            let value = ranges.randomElement(using: &generator).map { UInt32.random(in: $0, using: &generator) }
            if let scalar = value.flatMap(Unicode.Scalar.init) { text.append(scalar) }
        }
        return String(text)
    }

    private func document(_ text: String) -> SearchDocument {
        SearchDocument(room: 1, author: "alice", mentions: [], text: text, hasFile: false)
    }

    @Test("any text gives clean tokens, the same every time, within its bounds", arguments: 0..<200 as Range<UInt64>)
    func clean(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let text = noise(&generator, scalars: Int.random(in: 1...300, using: &generator))
        let document = document(text)
        #expect(document == self.document(text))
        for column in [document.words, document.marks] {
            #expect(column.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x22 && $0 != 0x27 && $0 != 0x7F })
            #expect(!column.hasPrefix(" ") && !column.hasSuffix(" ") && !column.utf8.contains("  ".utf8))
        }
        let ranges = Highlighter(SearchTerms(finding: text)).ranges(in: text)
        #expect(ranges.allSatisfy { $0.lowerBound >= 0 && !$0.isEmpty && $0.upperBound <= text.utf16.count })
        #expect(zip(ranges, ranges.dropFirst()).allSatisfy { $0.upperBound < $1.lowerBound })
    }

    @Test("bytes that are no UTF-8 are read as what Swift makes of them", arguments: 0..<50 as Range<UInt64>)
    func bytes(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let bytes = (0..<500).map { _ in UInt8.random(in: 0...255, using: &generator) }
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(document(text) == document(text))
    }

    @Test(
        "8 KiB of text never become more than 96 KiB of tokens",
        arguments: [
            "x", "x ", "é", "我", "我 ", "𠮷", "👍", "ﷲ", "㌀", "㍿", "ﬃ", "ㅋ", "한", "กำ", "\u{301}", "が", "½", "@a ", "ﷺ",
            "ŉ",
        ])
    func bounded(piece: String) {
        let text = String(repeating: piece, count: 8192 / piece.utf8.count)
        let document = document(text)
        #expect(document.words.utf8.count + document.marks.utf8.count <= 96 * 1024)
    }

    @Test("8 KiB of different characters stay within the bound, too")
    func boundedVariety() {
        var text = String.UnicodeScalarView()
        for value in UInt32(0x4E00)..<0x4E00 + 2730 { if let scalar = Unicode.Scalar(value) { text.append(scalar) } }
        let document = document(String(text))
        #expect(document.words.utf8.count + document.marks.utf8.count <= 96 * 1024)
    }

    @Test("a character with a hundred marks is cut")
    func stackedMarks() {
        #expect(document("ก" + String(repeating: "\u{0E49}", count: 1000)).words.unicodeScalars.count == 8)
        #expect(document("e" + String(repeating: "\u{301}", count: 1000)).words == "e")
    }

    @Test("a text is found by any two neighbouring words of it", arguments: 0..<100 as Range<UInt64>)
    func foundByItsParts(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let text = noise(&generator, scalars: 60)
        let scalars = Array(text.unicodeScalars)
        let words = document(text).words.split(separator: " ")
        // A cut between letters and marks, or inside a pair of scalars that compose, gives other words: cut at spaces.
        let parts = String(String.UnicodeScalarView(scalars)).split(separator: " ")
        for part in parts {
            for phrase in SearchTerms(finding: String(part)).phrases {
                let joined = " " + phrase.joined(separator: " ") + " "
                #expect((" " + words.joined(separator: " ") + " ").utf8.contains(joined.utf8))
            }
        }
    }
}

extension SearchTerms {
    /// The terms of one text.
    init(finding text: String) {
        self.init()
        append(text)
    }
}
