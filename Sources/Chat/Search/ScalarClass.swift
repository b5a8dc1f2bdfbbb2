/// What a folded scalar is to the scanner of words.
enum ScalarClass: Equatable {
    /// Part of a word.
    case word
    /// A decimal digit of any script, as its value.
    case digit(UInt8)
    /// A character of a script that is written without spaces between words, or (Hangul) with endings joined on.
    case unit
    /// A mark that belongs to what stands before it.
    case mark
    /// An emoji or another symbol, a word by itself.
    case symbol
    /// Nothing that anybody sees: a joiner, a direction mark, a skin tone.
    case ignored
    /// What stands between words.
    case separator

    /// The class by the scalar's Unicode properties.
    init(_ scalar: Unicode.Scalar) {
        let value = scalar.value
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .letterNumber,
            .otherNumber:
            self = Self.isUnit(value) ? .unit : .word
        case .decimalNumber:
            let number = scalar.properties.numericValue ?? -1
            self = (0...9).contains(number) ? .digit(UInt8(number)) : .word
        case .nonspacingMark, .spacingMark, .enclosingMark:
            self = Self.isVariationSelector(value) ? .ignored : .mark
        case .otherSymbol: self = .symbol
        case .modifierSymbol: self = (0x1F3FB...0x1F3FF).contains(value) ? .ignored : .separator
        // A zero-width space stands between words of Thai or Khmer.
        case .format: self = value == 0x200B ? .separator : .ignored
        default: self = .separator
        }
    }

    private static func isVariationSelector(_ value: UInt32) -> Bool {
        (0xFE00...0xFE0F).contains(value) || (0xE0100...0xE01EF).contains(value)
    }

    private static func isUnit(_ value: UInt32) -> Bool {
        switch value {
        case 0x0E00...0x0EFF,  // Thai, Lao
            0x1000...0x109F,  // Myanmar
            0x1100...0x11FF,  // Hangul Jamo
            0x1780...0x17FF,  // Khmer
            0x1950...0x19DF,  // Tai Le, New Tai Lue
            0x1A20...0x1AAF,  // Tai Tham
            0x2E80...0x2FDF,  // Han radicals
            0x3005...0x3007, 0x3021...0x3029, 0x3031...0x303C,  // Han iteration marks and numerals
            0x3040...0x318F,  // Hiragana, Katakana, Bopomofo, Hangul compatibility Jamo
            0x31A0...0x31BF, 0x31F0...0x31FF,  // Bopomofo, Katakana extensions
            0x3400...0x4DBF, 0x4E00...0xA4CF,  // Han, Yi
            0xA960...0xA97F,  // Hangul Jamo
            0xA9E0...0xA9FF, 0xAA60...0xAA7F,  // Myanmar
            0xAA80...0xAADF,  // Tai Viet
            0xAC00...0xD7FF,  // Hangul
            0xF900...0xFAFF,  // Han, compatibility
            0xFF66...0xFFDC,  // half-width Katakana and Hangul
            0x16FE0...0x18DFF,  // Tangut, Nushu
            0x1AFF0...0x1B16F, 0x1B170...0x1B2FF,  // Kana, Nushu
            0x20000...0x3FFFD:  // Han
            true
        default: false
        }
    }
}
