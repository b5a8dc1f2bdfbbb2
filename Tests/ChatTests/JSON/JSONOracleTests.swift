import TestTools
import Testing

@testable import Chat

@Suite("The JSON reader beside Foundation's")
struct JSONOracleTests {
    @Test("reads the same values from random texts", arguments: 0..<20 as Range<UInt64>)
    func values(seed: UInt64) throws {
        var random = RandomJSON(seed: seed)
        for _ in 0..<150 {
            let text = random.text()
            let ours = try JSON(parsing: text)
            let theirs = try #require(FoundationOracle.read(text), "Foundation refuses \(text)")
            #expect(FoundationOracle.isSame(ours, theirs), "\(text)")
        }
    }

    @Test("takes and refuses the same damaged texts", arguments: 100..<120 as Range<UInt64>)
    func damaged(seed: UInt64) throws {
        var random = RandomJSON(seed: seed)
        var refused = 0
        for _ in 0..<200 {
            let text = random.damaged(random.text())
            let theirs = FoundationOracle.read(text)
            do {
                let ours = try JSON(parsing: text)
                #expect(theirs.map { FoundationOracle.isSame(ours, $0) } == true, "we take \(text)")
            } catch let failure as JSONReader.Failure {
                refused += 1
                // Where we are stricter: Foundation also takes a comma before the end of an array.
                let isStricter =
                    ["a member's name stands twice", "the number is too large"].contains(failure.reason)
                    || text.utf8.dropFirst(failure.offset).first == UInt8(ascii: "]")
                #expect(theirs == nil || isStricter, "we refuse \(text): \(failure.reason)")
            }
        }
        #expect(refused > 50)
    }

    @Test("never traps on noise", arguments: [UInt64(1), 2, 3])
    func noise(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let alphabet = Array(#"{}[]",:\u0dD8c/ 19.eE+-truefalsn"#.utf8)
        for _ in 0..<20_000 {
            let count = Int.random(in: 0...40, using: &generator)
            let bytes: [UInt8] = (0..<count).map { _ in
                Bool.random(using: &generator)
                    ? UInt8.random(in: 0...255, using: &generator) : alphabet.randomElement(using: &generator) ?? 0
            }
            _ = bytes.withUnsafeBytes { try? JSONReader.read($0) }
        }
    }

    @Test("never traps on a text that is cut anywhere")
    func cut() throws {
        let text = Array(#"{"a":[1.5e3,-2,"\ud83d\ude00\n\u00e9€"],"b":{"c":null,"d":[true,false]}}"#.utf8)
        for end in 0..<text.count {
            let part = Array(text[..<end])
            #expect(throws: JSONReader.Failure.self) { try part.withUnsafeBytes { try JSONReader.read($0) } }
        }
        _ = try text.withUnsafeBytes { try JSONReader.read($0) }
    }
}
