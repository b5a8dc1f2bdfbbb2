import Foundation
import OpenSSLCrypto
import TestTools
import Testing

@testable import Identity

@Suite("The key ring")
struct KeyRingTests {
    private let directory: TemporaryDirectory
    private let clock = ManualClock()
    private var path: String { directory.file("keys.json") }

    init() throws { directory = try TemporaryDirectory() }

    @Test("is made on the first start, for its owner alone, and read on the next")
    func create() throws {
        let first = try open()
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? NSNumber
        #expect(mode?.intValue == 0o600)
        let second = try open()
        #expect(first.snapshot.current.id == second.snapshot.current.id)
        #expect(bytes(first.snapshot.current.access) == bytes(second.snapshot.current.access))
        #expect(bytes(first.snapshot.current.refresh) == bytes(second.snapshot.current.refresh))
        #expect(bytes(first.snapshot.current.access) != bytes(first.snapshot.current.refresh))
        #expect(first.snapshot.current.access.count == 32)
        #expect(first.snapshot.current.createdAt == clock.now)
    }

    @Test("is not made when it should have been there")
    func missing() throws {
        #expect(throws: IdentityError(.keyRingUnusable, "")) {
            try KeyRing(path: path, createsWhenMissing: false, clock: clock.wallClock)
        }
    }

    @Test(
        "is refused while group or others may read it, with the command that mends it",
        arguments: [0o640, 0o604, 0o644, 0o666])
    func permissions(mode: Int) throws {
        _ = try open()
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        let error = try #require(throws: IdentityError.self) { try open() }
        #expect(error.code == .keyRingUnusable)
        #expect(error.reason.contains("chmod 600"))
    }

    private static let good = "0123456789abcdefghijklmnopqrstuvwxyzABCDEF1"
    private static let other = "x123456789abcdefghijklmnopqrstuvwxyzABCDEF0"

    static func key(_ kid: String = "one", access: String = other, refresh: String? = nil, more: String = "") -> String
    {
        let refresh = refresh ?? "y123456789abcdefghijklmnopqrstuvwxyzABCDEF0"
        return #"{"kid":"\#(kid)","created_at":1,"access":"\#(access)","refresh":"\#(refresh)"\#(more)}"#
    }

    static func file(version: Int = 1, current: String = "one", _ keys: String...) -> String {
        #"{"version":\#(version),"current":"\#(current)","keys":[\#(keys.joined(separator: ","))]}"#
    }

    @Test("reads a file that someone wrote by the rules")
    func handWritten() throws {
        try write(Self.file(Self.key()))
        let ring = try open()
        #expect(ring.snapshot.current.id.text == "one")
        #expect(ring.snapshot.current.createdAt == 1)
    }

    @Test(
        "refuses a file that it cannot use, and says what to do",
        arguments: [
            "", "{", "[]", "null", "not JSON at all", file(version: 2, key()), file(current: "two", key()), file(),
            file(key(), key()), file(key("bad kid")), file(key("")), file(key(access: "AAAA")),
            file(key(access: String(repeating: "A", count: 43))), file(key(access: String(other.dropLast()))),
            file(key(access: other + "=")), file(key(access: good)),
            file(key(access: other, refresh: other)), file(key(more: #","retired_at":5"#)),
            file(key(), key("two")), #"{"version":1,"current":"one","keys":[{"kid":"one"}]}"#,
        ])
    func unusable(_ text: String) throws {
        try write(text)
        let error = try #require(throws: IdentityError.self) { try open() }
        #expect(error.code == .keyRingUnusable)
        #expect(error.reason.contains(path))
        #expect(error.reason.contains("backup"))
        // Secrets are not quoted.
        #expect(!error.reason.contains("123456789abc"))
        #expect(try String(contentsOfFile: path, encoding: .utf8) == text)
    }

    @Test("gets a new current key by rotation, which is durable, and keeps the old one for a lifetime")
    func rotate() throws {
        let ring = try open()
        let old = ring.snapshot.current.id
        clock.advance(by: .seconds(10))
        let new = try ring.rotate()
        #expect(ring.snapshot.current.id == new.id)
        #expect(ring.snapshot.key(old)?.retiredAt == clock.now)
        #expect(try open().snapshot.keys.map(\.id) == [new.id, old])
        clock.advance(by: .seconds(100))
        try ring.dropOutlived(after: .seconds(100))
        #expect(ring.snapshot.keys.count == 2)
        clock.advance(by: .milliseconds(1))
        try ring.dropOutlived(after: .seconds(100))
        #expect(ring.snapshot.keys.map(\.id) == [new.id])
        #expect(try open().snapshot.keys.map(\.id) == [new.id])
    }

    @Test("loses a retired key at once, and makes another when it was the current one")
    func retire() throws {
        let ring = try open()
        let first = ring.snapshot.current.id
        try ring.retire(first)
        #expect(ring.snapshot.key(first) == nil)
        let second = ring.snapshot.current.id
        let third = try ring.rotate().id
        try ring.retire(second)
        #expect(try open().snapshot.keys.map(\.id) == [third])
        #expect(throws: IdentityError(.keyNotFound, "")) { try ring.retire(second) }
    }

    @Test("takes a changed file on reload and keeps its keys when the file is bad")
    func reload() throws {
        let ring = try open()
        try open().rotate()
        let changed = try open().snapshot.current.id
        #expect(ring.snapshot.current.id != changed)
        try ring.reload()
        #expect(ring.snapshot.current.id == changed)
        try write("{")
        #expect(throws: IdentityError.self) { try ring.reload() }
        #expect(ring.snapshot.current.id == changed)
    }

    private func open() throws -> KeyRing { try KeyRing(path: path, clock: clock.wallClock) }

    private func write(_ text: String) throws {
        try Data(text.utf8).write(to: URL(filePath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
    }

    private func bytes(_ secret: SecretBytes) -> [UInt8] { secret.withUnsafeBytes { Array($0) } }
}
