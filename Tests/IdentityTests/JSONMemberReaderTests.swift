import TestTools
import Testing

@testable import Identity

@Suite("The reader of claims")
struct JSONMemberReaderTests {
    @Test("reads texts and integers, with white space between them")
    func reads() throws {
        #expect(try read("{}").isEmpty)
        #expect(try read(" { } \r\n").isEmpty)
        #expect(
            try read(#"{"a":"x","b":0,"c":123456789012345,"":""}"#)
                == [.text("a", "x"), .integer("b", 0), .integer("c", 123_456_789_012_345), .text("", "")])
        #expect(
            try read("\t{ \"a\" :\r\n\"x y\" , \"é\" : 7 }\n") == [.text("a", "x y"), .integer("é", 7)])
    }

    @Test(
        "refuses what is not JSON",
        arguments: [
            "", " ", "{", "}", "[]", "1", "null", "{}{}", "{}x", "{},", #"{"a"}"#, #"{"a":}"#, #"{"a":1,}"#,
            #"{,"a":1}"#, #"{"a":1 "b":2}"#, #"{"a":1,,"b":2}"#, #"{a:1}"#, #"{'a':1}"#, #"{"a":01}"#, #"{"a":00}"#,
            #"{"a":1x}"#, #"{"a":+1}"#, #"{"a":.5}"#, #"{"a":"x}"#, #"{"a":"x\"}"#, #"{"a":"\u0078"}"#,
            #"{"\u0061":1}"#, #"{"a":"x"# + "\n\"}", "{\"a\":\"\u{0}\"}", "\u{FEFF}{}", #"{"a":1}//"#, #"{"a":1"#,
            #"{"a":"x""#, #"{"a":"x","#, #"{"a":"x",}"#, #"{"a":nul}"# + "x",
        ])
    func refuses(_ json: String) {
        #expect(throws: TokenDefect.self) { try read(json) }
    }

    @Test(
        "refuses values of other types",
        arguments: [
            "-1", "1.0", "1e3", "1E3", "true", "false", "null", "[]", "{}", #"["x"]"#, "1234567890123456",
            "99999999999999999999999999",
        ])
    func types(_ value: String) {
        #expect(throws: TokenDefect(.badClaim)) { try read(#"{"a":\#(value)}"#) }
    }

    @Test("refuses every beginning of an object, and never traps on noise")
    func noise() {
        let whole = Array(#"{"iss":"parley","iat":1700000000,"sub":"alice"}"#.utf8)
        for end in 0..<whole.count {
            #expect(throws: TokenDefect.self) { try read(String(decoding: whole[..<end], as: UTF8.self)) }
        }
        var generator = SeededGenerator(seed: 8259)
        let alphabet = Array("{}[]\",:\\0123456789.eE+-truefalsn \n\u{0}a".utf8)
        for _ in 0..<50_000 {
            let count = Int.random(in: 0...24, using: &generator)
            let bytes = (0..<count).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &generator)] }
            _ = try? read(String(decoding: bytes, as: UTF8.self))
        }
        for _ in 0..<20_000 {
            var bytes = whole
            bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
            bytes.withUnsafeBytes { _ = try? members($0) }
        }
    }

    private enum Member: Equatable {
        case text(String, String)
        case integer(String, Int64)
    }

    private func read(_ json: String) throws -> [Member] {
        try Array(json.utf8).withUnsafeBytes { try members($0) }
    }

    private func members(_ json: UnsafeRawBufferPointer) throws -> [Member] {
        var reader = JSONMemberReader(json, badSyntax: .badJSON, badValue: .badClaim)
        var members: [Member] = []
        while let (name, value) = try reader.next() {
            let name = String(decoding: name.bytes, as: UTF8.self)
            switch value {
            case .text(let text): members.append(.text(name, String(decoding: text.bytes, as: UTF8.self)))
            case .integer(let integer): members.append(.integer(name, integer))
            }
        }
        #expect(try reader.next() == nil)
        return members
    }
}
