/// A version: how large the code is, how much it holds, and how its bytes are protected.
struct QRVersion {
    static let highest = 15
    /// ISO/IEC 18004, table 9, level M: error correction codewords of a block, and blocks.
    private static let correction = [10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24]
    private static let blockCounts = [1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10]

    let number: Int

    init(_ number: Int) { self.number = number }

    var size: Int { 17 + 4 * number }

    /// Bits of the length that stands in front of the bytes.
    private var lengthBits: Int { number < 10 ? 8 : 16 }
    private var correctionCount: Int { Self.correction[number - 1] }
    private var blockCount: Int { Self.blockCounts[number - 1] }

    /// All codewords that there are modules for.
    var rawCount: Int {
        var modules = (16 * number + 128) * number + 64
        if number >= 2 {
            let alignments = number / 7 + 2
            modules -= (25 * alignments - 10) * alignments - 55
            if number >= 7 { modules -= 36 }
        }
        return modules / 8
    }

    private var dataCount: Int { rawCount - correctionCount * blockCount }

    func holds(_ count: Int) -> Bool { 4 + lengthBits + 8 * count <= 8 * dataCount }

    /// Centres of the alignment patterns, on both axes (annex E).
    var alignments: [Int] {
        guard number > 1 else { return [] }
        let count = number / 7 + 2
        let step = (number * 8 + count * 3 + 5) / (count * 4 - 4) * 2
        return [6] + (0..<count - 1).map { size - 7 - $0 * step }.reversed()
    }

    /// Mode, length, bytes, terminator and padding (section 7.4).
    func codewords(of bytes: [UInt8]) -> [UInt8] {
        var bits: [Bool] = []
        func append(_ value: Int, _ count: Int) {
            for bit in stride(from: count - 1, through: 0, by: -1) { bits.append(value >> bit & 1 == 1) }
        }
        append(0b0100, 4)
        append(bytes.count, lengthBits)
        for byte in bytes { append(Int(byte), 8) }
        append(0, min(4, dataCount * 8 - bits.count))
        append(0, (8 - bits.count % 8) % 8)
        var words = stride(from: 0, to: bits.count, by: 8).map { start in
            bits[start..<start + 8].reduce(UInt8(0)) { $0 << 1 | ($1 ? 1 : 0) }
        }
        var padding: UInt8 = 0xEC
        while words.count < dataCount {
            words.append(padding)
            padding ^= 0xEC ^ 0x11
        }
        return words
    }

    /// Splits the data into blocks, adds each one's error correction, and takes the columns (section 7.6).
    func interleaved(_ data: [UInt8]) -> [UInt8] {
        let shortCount = dataCount / blockCount
        let longBlocks = dataCount % blockCount
        var blocks: [ArraySlice<UInt8>] = []
        var start = 0
        for index in 0..<blockCount {
            let count = shortCount + (index >= blockCount - longBlocks ? 1 : 0)
            blocks.append(data[start..<start + count])
            start += count
        }
        let corrections = blocks.map { ReedSolomon.remainder(of: $0, count: correctionCount) }
        var words: [UInt8] = []
        for offset in 0...shortCount {
            for block in blocks where offset < block.count { words.append(block[block.startIndex + offset]) }
        }
        for offset in 0..<correctionCount { for correction in corrections { words.append(correction[offset]) } }
        return words
    }
}
