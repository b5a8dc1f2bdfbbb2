import Testing

@testable import LoadGenerator

@Suite struct MarkerTests {
    private func marker(_ text: String, at offset: Int = 0) -> Marker? {
        Array(text.utf8).withUnsafeBytes { Marker($0, at: offset) }
    }

    @Test("A marker gives time and sender")
    func valid() throws {
        let read = try #require(marker("@@00000012345678901234@@000042xxxx"))
        #expect(read.sentAt == 12_345_678_901_234)
        #expect(read.sender == 42)
        #expect(marker("ab@@18446744073709551615@@999999", at: 2)?.sentAt == .max)
    }

    @Test(
        "Anything else is none",
        arguments: [
            "", "@@", "@@00000012345678901234@@00004", "@00000012345678901234@@000042x",
            "@@0000001234567890123x@@000042",
            "@@x0000012345678901234@@000042", "@@00000012345/78901234@@000042", "@@00000012345:78901234@@000042",
            "@@00000012345678901234@x000042", "@@00000012345678901234@@00004:", "@@18446744073709551616@@000000",
            "@@99999999999999999999@@000000",
        ])
    func invalid(text: String) {
        #expect(marker(text) == nil)
    }

    @Test("No offset traps", arguments: [-1, 1, 5, 1000, Int.max])
    func offsets(offset: Int) {
        #expect(marker("@@00000012345678901234@@000042", at: offset) == nil)
    }

    @Test(
        "What is written is read again",
        arguments: [0, 1, 99_999_999, 100_000_000, 1_763_913_600_123_456_789] as [UInt64])
    func roundTrip(time: UInt64) {
        var bytes = Array("@@--------------------@@000007".utf8)
        bytes.withUnsafeMutableBytes { Marker.write(time, digits: 20, into: $0, at: 2, mask: [0, 0, 0, 0]) }
        let read = bytes.withUnsafeBytes { Marker($0, at: 0) }
        #expect(read?.sentAt == time)
        #expect(read?.sender == 7)
    }
}
