import FoundationEssentials
import ParleyClient
import Testing

@Suite struct JSONValueTests {
    @Test(
        "Any JSON survives a round trip",
        arguments: [
            "null", "true", "0", "-9007199254740993", "9223372036854775807", "1.5", "\"\"", "\"\\u0000é😀\"", "[]", "{}",
            #"[1,[2,{"a":null}],"x",false]"#, #"{"a_b":{"cD":[0.25]}}"#,
        ])
    func roundTrip(text: String) throws {
        let value = try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
        let again = try JSONDecoder().decode(JSONValue.self, from: JSONEncoder().encode(value))
        #expect(value == again)
    }

    @Test("Members and elements are found by name and index")
    func access() {
        let value: JSONValue = ["a": [1, 2.5, "x", true, nil], "b": ["c": -3]]
        #expect(value["a"]?[0]?.integer == 1)
        #expect(value["a"]?[1]?.number == 2.5)
        #expect(value["a"]?[2]?.string == "x")
        #expect(value["a"]?[3]?.bool == true)
        #expect(value["a"]?[4] == .null)
        #expect(value["a"]?[5] == nil)
        #expect(value["b"]?["c"]?.integer == -3)
        #expect(value["b"]?[0] == nil)
        #expect(value[0]?["a"] == nil)
    }
}
