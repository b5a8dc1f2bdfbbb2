import Testing

@testable import ParleyServer

@Suite("Byte ranges")
struct ByteRangeTests {
    @Test(
        "are read as RFC 9110 section 14 has them, for a file of ten bytes",
        arguments: [
            (nil, .whole), ("bytes=0-9", .part(0..<10)), ("bytes=0-0", .part(0..<1)), ("bytes=9-9", .part(9..<10)),
            ("bytes=2-", .part(2..<10)), ("bytes=-3", .part(7..<10)), ("bytes=-10", .part(0..<10)),
            ("bytes=-11", .part(0..<10)), ("bytes=5-100", .part(5..<10)), ("Bytes=1-2", .part(1..<3)),
            ("bytes=0-99999999999999999999999", .part(0..<10)), ("bytes=0-9223372036854775807", .part(0..<10)),
            ("bytes=10-", .unsatisfiable), ("bytes=10-10", .unsatisfiable), ("bytes=-0", .unsatisfiable),
            ("bytes=99999999999999999999999-", .unsatisfiable),
            // What makes no sense, or asks for several parts, is as if it was not there.
            ("bytes=5-4", .whole), ("bytes=-", .whole), ("bytes=", .whole), ("bytes", .whole), ("", .whole),
            ("items=0-1", .whole), ("bytes=0-1,3-4", .whole), ("bytes=a-b", .whole), ("bytes=--1", .whole),
            ("bytes=+1-2", .whole), ("bytes= 0-1", .whole), ("bytes=0x1-2", .whole), ("bytes=1-2-3", .whole),
            ("bytes=-99999999999999999999999", .part(0..<10)),
        ] as [(String?, ByteRange)])
    func table(field: String?, wanted: ByteRange) { #expect(ByteRange(field, size: 10) == wanted) }

    @Test("an empty file has no part", arguments: ["bytes=0-", "bytes=0-0", "bytes=-1"])
    func empty(field: String) { #expect(ByteRange(field, size: 0) == .unsatisfiable) }
}
