import Chat
import Testing

@Suite("The JSON writer")
struct JSONWriterTests {
    private func written(_ body: (inout JSONWriter) -> Void) -> String {
        var writer = JSONWriter()
        body(&writer)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    @Test("puts commas where they belong, at every depth")
    func commas() {
        let text = written { writer in
            writer.object { writer in
                writer.member("a", 1)
                writer.name("b")
                writer.array { writer in
                    writer.value("x")
                    writer.object { _ in }
                    writer.array { writer in writer.null() }
                    writer.value(true)
                    writer.json(Array("[1,2]".utf8))
                }
                writer.name("c")
                writer.object { writer in writer.member("d", false) }
                writer.member("e", String?.none)
                writer.member("f", String?("g"))
                writer.member("at", time: 0)
            }
        }
        #expect(
            text == #"{"a":1,"b":["x",{},[null],true,[1,2]],"c":{"d":false},"e":null,"f":"g","#
                + #""at":"1970-01-01T00:00:00.000Z"}"#)
    }

    @Test(
        "escapes what must be escaped and nothing else",
        arguments: [
            ("", #""""#), ("plain", #""plain""#), ("\"", #""\"""#), ("\\", #""\\""#), ("/", #""/""#),
            ("\n\t\r", #""\n\t\r""#),
            ("\u{0}\u{8}\u{1F}", #""\u0000\u0008\u001f""#), ("\u{7F}é€😀", #""\u007fé€😀""#),
            ("a\"b\\c\nd", #""a\"b\\c\nd""#), ("\"\"", #""\"\"""#), ("\u{2028}", "\"\u{2028}\""),
        ])
    func escapes(text: String, json: String) {
        #expect(written { $0.value(text) } == json)
        #expect(written { writer in writer.object { $0.member(text, 1) } } == "{\(json):1}")
    }

    @Test(
        "writes integers of every size", arguments: [0, 1, 9, 10, 99, -1, -9, -10, Int64.max, Int64.min])
    func integers(number: Int64) {
        #expect(written { $0.value(number) } == String(number))
    }

    @Test("starts anew after a reset")
    func reset() {
        var writer = JSONWriter()
        writer.value(1)
        writer.reset()
        writer.value(2)
        #expect(writer.bytes == Array("2".utf8))
    }

    @Test(
        "what it writes comes back the same through our reader and through Foundation",
        arguments: 200..<215 as Range<UInt64>)
    func roundTrip(seed: UInt64) throws {
        var random = RandomJSON(seed: seed)
        for _ in 0..<100 {
            let value = try JSON(parsing: random.text())
            #expect(try JSON(parsing: value.encoded) == value)
            let theirs = try #require(FoundationOracle.read(value.encoded), "\(value.encoded)")
            #expect(FoundationOracle.isSame(value, theirs), "\(value.encoded)")
        }
    }
}
