import Chat
import Testing

@Suite("Names of users and rooms")
struct IdentifierTests {
    @Test(
        "a username keeps its rule",
        arguments: ["a", "0", "alice", "a.b-c_d", "9-", "a..", String(repeating: "a", count: 32)])
    func goodUser(name: String) {
        #expect(UserID(name)?.description == name)
    }

    @Test(
        "anything else is no username",
        arguments: [
            "", "A", "aB", ".a", "-a", "_a", "a b", "a/b", "a\n", "a\0", "é", "aé", "a@b", "а", "ａ", "a\u{301}", "１",
            String(repeating: "a", count: 33),
        ])
    func badUser(name: String) { #expect(UserID(name) == nil) }

    @Test(
        "a slug keeps its rule",
        arguments: ["a", "7", "general", "a_b-c", "dm-x", "0__", String(repeating: "z", count: 64)])
    func goodRoom(slug: String) { #expect(RoomID(slug)?.description == slug) }

    @Test(
        "anything else is no slug",
        arguments: [
            "", "-a", "_a", "a.b", "A", "a b", "a\t", "ä", "a/..", "a%20", "a\u{200B}",
            String(repeating: "z", count: 65),
        ])
    func badRoom(slug: String) { #expect(RoomID(slug) == nil) }

    @Test("every byte is judged, first and later")
    func everyByte() {
        let letters = Set("abcdefghijklmnopqrstuvwxyz0123456789".utf8)
        for byte in UInt8(0)...127 {
            let character = String(UnicodeScalar(byte))
            let isLetter = letters.contains(byte)
            #expect((UserID(character) != nil) == isLetter)
            #expect((RoomID(character) != nil) == isLetter)
            #expect((UserID("a" + character) != nil) == (isLetter || Set("._-".utf8).contains(byte)))
            #expect((RoomID("a" + character) != nil) == (isLetter || Set("_-".utf8).contains(byte)))
        }
    }

    @Test(
        "slugs of direct rooms are told by their start",
        arguments: [("dm-a", true), ("dm-", true), ("dma", false), ("a-dm-", false)])
    func direct(slug: String, isReserved: Bool) throws {
        #expect(try #require(RoomID(slug)).isReservedForDirect == isReserved)
    }

    @Test("names sort by their bytes")
    func order() {
        #expect((["b", "a-b", "a", "a_b", "10", "9"] as [RoomID]).sorted() == ["10", "9", "a", "a-b", "a_b", "b"])
        #expect(UserID(stored: "a") < UserID(stored: "a.b"))
    }
}
