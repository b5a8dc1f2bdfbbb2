import TestTools

/// Makes inputs out of others, the same ones for the same seed.
struct Mutator: RandomNumberGenerator {
    private var noise: SeededGenerator

    init(seed: UInt64) { noise = SeededGenerator(seed: seed) }

    mutating func next() -> UInt64 { noise.next() }

    /// One of the seeds after some changes, at the most 128 KiB long.
    mutating func input(from seeds: [[UInt8]]) -> [UInt8] {
        var bytes = seeds.randomElement(using: &self) ?? []
        for _ in 0..<Int.random(in: 0...8, using: &self) { change(&bytes, seeds) }
        return Array(bytes.prefix(128 << 10))
    }

    private mutating func change(_ bytes: inout [UInt8], _ seeds: [[UInt8]]) {
        let place = Int.random(in: 0...bytes.count, using: &self)
        let length = min(Int.random(in: 0...16, using: &self), bytes.count - place)
        switch Int.random(in: 0..<9, using: &self) {
        case 0 where place < bytes.count: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &self)
        case 1 where place < bytes.count: bytes[place] = .random(in: .min ... .max, using: &self)
        case 2 where place < bytes.count:
            bytes[place] = [0, 1, 0x7D, 0x7E, 0x7F, 0x80, 0x81, 0xFE, 0xFF].randomElement(using: &self) ?? 0
        case 3: bytes.removeSubrange(place..<place + length)
        case 4: bytes.insert(contentsOf: bytes[place..<place + length], at: place)
        case 5:
            bytes.insert(contentsOf: (0..<length).map { _ in UInt8.random(in: .min ... .max, using: &self) }, at: place)
        case 6:
            let other = seeds.randomElement(using: &self) ?? []
            let start = Int.random(in: 0...other.count, using: &self)
            bytes.replaceSubrange(place..., with: other[start...])
        case 7: bytes.removeSubrange(place...)
        default:
            let run = Int.random(in: 0...2000, using: &self)
            bytes.insert(contentsOf: repeatElement(bytes.randomElement(using: &self) ?? 0x41, count: run), at: place)
        }
    }
}
