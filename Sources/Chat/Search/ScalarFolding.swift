import Foundation

/// What a scalar becomes before words are compared: compatibility forms opened (full width, ligatures, circled
/// numbers), case folded, and the marks that people leave out dropped (accents, Hebrew points, Arabic vowels).
///
/// The table is made on first use, in some ten milliseconds, so that scanning a text asks nothing of Foundation.
struct ScalarFolding: Sendable {
    static let shared = ScalarFolding()

    /// A scalar that opens to more than this stays as it is: one character must not become a sentence.
    static let maximumScalars = 4

    /// Where scalars are that fold to something else. Han, Hangul syllables and Yi do not.
    private static let ranges: [ClosedRange<UInt32>] = [
        0x00A0...0x33FF, 0xA640...0xABFF, 0xF900...0xFFEF, 0x10400...0x104FF, 0x10C80...0x10CFF, 0x118A0...0x118FF,
        0x16E40...0x16E7F, 0x1D400...0x1D7FF, 0x1E900...0x1E95F, 0x1F100...0x1F16F, 0x1FBF0...0x1FBF9,
        0x2F800...0x2FA1F,
    ]

    /// Letters with a stroke, and joined ones, that Unicode takes for letters of their own and people type without.
    private static let letters: [Unicode.Scalar: String] = [
        "ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t", "æ": "ae", "œ": "oe",
    ]

    private let targets: [UInt32: [Unicode.Scalar]]

    private init() {
        var targets: [UInt32: [Unicode.Scalar]] = [:]
        for value in Self.ranges.joined() {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let folded = Self.folded(scalar)
            if folded != [scalar], folded.count <= Self.maximumScalars { targets[value] = folded }
        }
        self.targets = targets
    }

    /// What the scalar becomes, nothing for a mark that is dropped; nil when it stays as it is.
    func callAsFunction(_ scalar: Unicode.Scalar) -> [Unicode.Scalar]? {
        let value = scalar.value
        if (0x3400..<0xA640).contains(value) || (0xAC00..<0xF900).contains(value) { return nil }
        return targets[value]
    }

    private static func folded(_ scalar: Unicode.Scalar) -> [Unicode.Scalar] {
        String(scalar).decomposedStringWithCompatibilityMapping.unicodeScalars.flatMap { part in
            isDropped(part.value) ? [] : caseFolded(part)
        }
    }

    /// Through upper case, so that ß meets SS, and the final sigma the other one.
    private static func caseFolded(_ scalar: Unicode.Scalar) -> [Unicode.Scalar] {
        let upper = scalar.properties.uppercaseMapping.unicodeScalars
        let lower = upper.flatMap { Array($0.properties.lowercaseMapping.unicodeScalars) }
        return lower.flatMap { scalar in letters[scalar].map { Array($0.unicodeScalars) } ?? [scalar] }
    }

    private static func isDropped(_ value: UInt32) -> Bool {
        switch value {
        case 0x0300...0x036F, 0x0483...0x0489, 0x1AB0...0x1AFF, 0x1DC0...0x1DFF, 0x20D0...0x20FF, 0xFE20...0xFE2F,
            0x0591...0x05BD, 0x05BF, 0x05C1...0x05C2, 0x05C4...0x05C5, 0x05C7,  // Hebrew points
            0x0610...0x061A, 0x0640, 0x064B...0x065F, 0x0670, 0x06D6...0x06DC, 0x06DF...0x06E4, 0x06E7...0x06E8,
            0x06EA...0x06ED:  // Arabic vowels, the stretching stroke
            true
        default: false
        }
    }
}
