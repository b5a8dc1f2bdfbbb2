/// The modules of a code under one mask (ISO/IEC 18004, sections 6.3, 7.7 to 7.10).
struct QRMatrix {
    let size: Int
    private(set) var dark: [[Bool]]
    private var isFunction: [[Bool]]

    init(_ version: QRVersion, _ codewords: [UInt8], mask: Int) {
        size = version.size
        dark = Array(repeating: Array(repeating: false, count: version.size), count: version.size)
        isFunction = dark
        drawFunctions(version)
        drawFormat(mask)
        drawVersion(version)
        drawCodewords(codewords, mask: mask)
    }

    private mutating func set(_ x: Int, _ y: Int, _ isDark: Bool) {
        guard (0..<size).contains(x), (0..<size).contains(y) else { return }
        dark[y][x] = isDark
        isFunction[y][x] = true
    }

    private mutating func drawFunctions(_ version: QRVersion) {
        for index in 0..<size {
            set(6, index, index % 2 == 0)
            set(index, 6, index % 2 == 0)
        }
        for (x, y) in [(3, 3), (size - 4, 3), (3, size - 4)] {
            for dy in -4...4 {
                for dx in -4...4 {
                    let distance = max(abs(dx), abs(dy))
                    set(x + dx, y + dy, distance != 2 && distance != 4)
                }
            }
        }
        let places = version.alignments
        for (row, y) in places.enumerated() {
            for (column, x) in places.enumerated() {
                let last = places.count - 1
                // The three corners with finder patterns.
                if (row, column) == (0, 0) || (row, column) == (0, last) || (row, column) == (last, 0) { continue }
                for dy in -2...2 { for dx in -2...2 { set(x + dx, y + dy, max(abs(dx), abs(dy)) != 1) } }
            }
        }
    }

    /// Level M and the mask, under a BCH(15, 5) code, at both places.
    private mutating func drawFormat(_ mask: Int) {
        var remainder = mask
        for _ in 0..<10 { remainder = remainder << 1 ^ (remainder >> 9) * 0x537 }
        let bits = (mask << 10 | remainder) ^ 0x5412
        func bit(_ index: Int) -> Bool { bits >> index & 1 == 1 }
        for index in 0..<6 { set(8, index, bit(index)) }
        set(8, 7, bit(6))
        set(8, 8, bit(7))
        set(7, 8, bit(8))
        for index in 9..<15 { set(14 - index, 8, bit(index)) }
        for index in 0..<8 { set(size - 1 - index, 8, bit(index)) }
        for index in 8..<15 { set(8, size - 15 + index, bit(index)) }
        set(8, size - 8, true)
    }

    /// From version 7 on: the version under a BCH(18, 6) code, at both places.
    private mutating func drawVersion(_ version: QRVersion) {
        guard version.number >= 7 else { return }
        var remainder = version.number
        for _ in 0..<12 { remainder = remainder << 1 ^ (remainder >> 11) * 0x1F25 }
        let bits = version.number << 12 | remainder
        for index in 0..<18 {
            let (far, near) = (size - 11 + index % 3, index / 3)
            set(far, near, bits >> index & 1 == 1)
            set(near, far, bits >> index & 1 == 1)
        }
    }

    /// In columns of two from the right, up and down in turns, past the vertical timing pattern.
    private mutating func drawCodewords(_ codewords: [UInt8], mask: Int) {
        var index = 0
        var right = size - 1
        while right >= 1 {
            if right == 6 { right = 5 }
            for step in 0..<size {
                let isUpward = (right + 1) & 2 == 0
                let y = isUpward ? size - 1 - step : step
                for x in [right, right - 1] where !isFunction[y][x] {
                    var isDark = false
                    if index < codewords.count * 8 {
                        isDark = codewords[index / 8] >> UInt8(7 - index % 8) & 1 == 1
                        index += 1
                    }
                    dark[y][x] = isDark != Self.isMasked(mask, x, y)
                }
            }
            right -= 2
        }
    }

    private static func isMasked(_ mask: Int, _ x: Int, _ y: Int) -> Bool {
        switch mask {
        case 0: (x + y) % 2 == 0
        case 1: y % 2 == 0
        case 2: x % 3 == 0
        case 3: (x + y) % 3 == 0
        case 4: (x / 3 + y / 2) % 2 == 0
        case 5: x * y % 2 + x * y % 3 == 0
        case 6: (x * y % 2 + x * y % 3) % 2 == 0
        default: ((x + y) % 2 + x * y % 3) % 2 == 0
        }
    }

    /// How hard the code is to read (section 7.8.3): runs, blocks, false finders, imbalance.
    var penalty: Int {
        let columns = (0..<size).map { x in dark.map { $0[x] } }
        var total = 0
        for line in dark + columns { total += Self.runPenalty(line) + Self.finderPenalty(line) }
        for y in 0..<size - 1 {
            for x in 0..<size - 1 {
                let value = dark[y][x]
                if value == dark[y][x + 1], value == dark[y + 1][x], value == dark[y + 1][x + 1] { total += 3 }
            }
        }
        let count = dark.reduce(0) { $0 + $1.count { $0 } }
        return total + abs(count * 20 - size * size * 10) / (size * size) * 10
    }

    private static func runPenalty(_ line: [Bool]) -> Int {
        var (penalty, run) = (0, 1)
        for (previous, next) in zip(line, line.dropFirst() + [!(line.last ?? false)]) {
            if previous == next {
                run += 1
            } else {
                if run >= 5 { penalty += run - 2 }
                run = 1
            }
        }
        return penalty
    }

    private static func finderPenalty(_ line: [Bool]) -> Int {
        let finder = [true, false, true, true, true, false, true]
        let light = [false, false, false, false]
        var penalty = 0
        for start in 0...line.count - 11 {
            let window = line[start..<start + 11]
            if window.elementsEqual(finder + light) || window.elementsEqual(light + finder) { penalty += 40 }
        }
        return penalty
    }
}
