import Testing

@testable import Chat

@Suite("The JSON reader")
struct JSONReaderTests {
    @Test(
        "reads every form of RFC 8259",
        arguments: [
            ("null", JSON.null), ("true", .bool(true)), ("false", .bool(false)), (" \t\r\n0 \n", .integer(0)),
            ("-0", .integer(0)), ("-1", .integer(-1)), ("9223372036854775807", .integer(.max)),
            ("-9223372036854775808", .integer(.min)), ("9223372036854775808", .real(9_223_372_036_854_775_808)),
            ("1.5", .real(1.5)), ("-0.25", .real(-0.25)), ("1e3", .real(1000)), ("1E+3", .real(1000)),
            ("25e-2", .real(0.25)), ("0.0", .real(0)), ("0e0", .real(0)), ("1.0", .real(1)),
            (#""""#, .string("")), (#""a b""#, .string("a b")), (#""é€😀""#, .string("é€😀")),
            (#""\"\\\/\b\f\n\r\t""#, .string("\"\\/\u{8}\u{C}\n\r\t")), (#""\u0041\u00e9\u20AC""#, .string("Aé€")),
            (#""\uD83D\uDE00""#, .string("😀")), (#""\ud800\udc00""#, .string("\u{10000}")),
            (#""\udbff\udfff""#, .string("\u{10FFFF}")), (#""\u0000""#, .string("\0")),
            (#""\u007f""#, .string("\u{7F}")),
            (#""\uFFFF""#, .string("\u{FFFF}")), ("\"\u{7F}\"", .string("\u{7F}")),
            ("\"\u{FEFF}\"", .string("\u{FEFF}")),
            ("[]", .array([])), ("[ ]", .array([])),
            ("[1,[2],{}]", .array([.integer(1), .array([.integer(2)]), .object(.init())])),
            ("{}", .object(.init())), ("{ }", .object(.init())),
            (#"{ "b" : 1 , "a" : [ null ] }"#, .object(.init([("b", .integer(1)), ("a", .array([.null]))]))),
            (#"{"":""}"#, .object(.init([("", .string(""))]))),
            (#"{"\u0061":1,"b":2}"#, .object(.init([("a", .integer(1)), ("b", .integer(2))]))),
        ])
    func good(text: String, value: JSON) throws {
        #expect(try JSON(parsing: text) == value)
    }

    @Test(
        "refuses what RFC 8259 does not allow",
        arguments: [
            "", " ", "nul", "nulll", "True", "tru", "fals", "+1", "01", "-", "-01", "00", "1.", ".5", "1.e1", "1e",
            "1e+",
            "1 2", "1,", "0x10", "NaN", "Infinity", "-Infinity", "1_000", "--1", "1e1.5", "1e999", "-1e999",
            "\"", "\"abc", "\"\\\"", #""\x""#, #""\u12""#, #""\u12G4""#, #""\u""#, #""\U0041""#, "'a'", "\"a\nb\"",
            "\"a\tb\"",
            "\"\0\"", "\"\u{1F}\"", "\"a\"b", "[", "]", "[1", "[1,", "[1,]", "[,1]", "[1 2]", "[1,,2]", "(1)", "{", "}",
            "{1:2}", "{a:1}", #"{"a"}"#, #"{"a":}"#, #"{"a":1,}"#, #"{,"a":1}"#, #"{"a":1 "b":2}"#, #"{"a" 1}"#,
            #"{"a":1,"b"}"#, #"{"a"::1}"#, "[1}", #"{"a":1]"#, "{}{}", "// c\n1", "/* */1", "1 // c", "\u{FEFF}1",
            "\u{A0}1",
            "\u{B}1",
        ])
    func bad(text: String) {
        #expect(throws: JSONReader.Failure.self) { try JSON(parsing: text) }
    }

    @Test(
        "refuses a surrogate without its pair",
        arguments: [
            #""\ud800""#, #""\ud800x""#, #""\udc00""#, #""\ud800\n""#, #""\ud800\ud800""#, #""\ud800\u0041""#,
            #""\udfff\ud800""#, #""\ud800\"#, #""\ud800\u"#, #""\ud800\udc0"#,
        ])
    func loneSurrogate(text: String) {
        #expect(throws: JSONReader.Failure.self) { try JSON(parsing: text) }
    }

    @Test(
        "refuses a name that stands twice, however it is written",
        arguments: [#"{"a":1,"a":2}"#, #"{"a":1,"b":2,"\u0061":3}"#, #"{"x":{"":1,"":2}}"#, #"{"a":1,"A":2,"a":3}"#])
    func duplicate(text: String) {
        #expect(throws: JSONReader.Failure.self) { try JSON(parsing: text) }
    }

    @Test("finds a name that stands twice among many", arguments: [2, 8, 9, 16, 17, 500])
    func duplicateAmongMany(count: Int) throws {
        let members = (0..<count).map { "\"m\($0)\":\($0)" }
        let object = try JSON(parsing: "{\(members.joined(separator: ","))}")
        #expect(object.names == (0..<count).map { "m\($0)" })
        for twice in [0, count / 2, count - 1] {
            let text = "{\((members + ["\"m\(twice)\":0"]).joined(separator: ","))}"
            #expect(throws: JSONReader.Failure.self) { try JSON(parsing: text) }
        }
    }

    @Test("takes an object of thousands of members in one event loop's moment")
    func wideObject() throws {
        // 64 KiB of shortest members: a reader that compares each name with all before needs tens of millions of steps.
        let text = "{\((0..<7000).map { "\"\(String($0, radix: 36))\":0" }.joined(separator: ","))}"
        let start = ContinuousClock.now
        #expect(try JSON(parsing: text).names.count == 7000)
        let elapsed = ContinuousClock.now - start
        #expect(elapsed < .milliseconds(500))
    }

    @Test("nests to its limit and no further")
    func depth() throws {
        func nested(_ depth: Int, _ open: String, _ close: String) -> String {
            String(repeating: open, count: depth) + "0" + String(repeating: close, count: depth)
        }
        let limit = JSONReader.maximumDepth
        for (open, close) in [("[", "]"), (#"{"a":"#, "}")] {
            _ = try JSON(parsing: nested(limit, open, close))
            #expect(throws: JSONReader.Failure.self) { try JSON(parsing: nested(limit + 1, open, close)) }
        }
        #expect(throws: JSONReader.Failure.self) { try JSON(parsing: String(repeating: "[", count: 60_000)) }
    }

    @Test("tells where it stopped")
    func place() {
        #expect(throws: JSONReader.Failure(reason: "no value starts with this character", offset: 4)) {
            try JSON(parsing: "[1, x]")
        }
    }
}
