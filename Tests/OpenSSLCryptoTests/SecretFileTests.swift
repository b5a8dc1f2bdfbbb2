import Foundation
import TestTools
import Testing

@testable import OpenSSLCrypto

@Suite("Files of secrets")
struct SecretFileTests {
    let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    @Test("is created once, for its owner alone, and read back")
    func create() throws {
        let file = SecretFile(path: directory.file("secret"))
        #expect(try file.read() == nil)
        #expect(try create(file, "first"))
        #expect(try !create(file, "second"))
        #expect(try text(file) == "first")
        #expect(try directory.mode(of: "secret") == 0o600)
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["secret"])
    }

    @Test("is replaced as a whole and leaves nothing beside it")
    func replace() throws {
        let file = SecretFile(path: directory.file("secret"))
        for content in ["a", "", String(repeating: "b", count: 100_000)] {
            try Array(content.utf8).withUnsafeBytes { try file.replace($0) }
            #expect(try text(file) == content)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["secret"])
    }

    @Test("is not read while others may", arguments: [0o640, 0o604, 0o660, 0o644, 0o610])
    func wide(mode: Int) throws {
        let file = SecretFile(path: directory.file("secret"))
        _ = try create(file, "x")
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file.path)
        let error = try #require(throws: CryptoError.self) { try file.read() }
        #expect(error.reason.contains("chmod 600 \(file.path)"))
    }

    @Test("is not read when it is too long, a directory or a link")
    func odd() throws {
        let file = SecretFile(path: directory.file("secret"))
        _ = try create(file, "four")
        #expect(throws: CryptoError.self) { try file.read(maximumBytes: 3) }
        #expect(throws: CryptoError.self) { try SecretFile(path: directory.path).read() }
        try FileManager.default.createSymbolicLink(atPath: directory.file("link"), withDestinationPath: file.path)
        #expect(throws: CryptoError.self) { try SecretFile(path: directory.file("link")).read() }
    }

    @Test("says where it cannot be written")
    func nowhere() throws {
        let file = SecretFile(path: directory.file("none/secret"))
        let error = try #require(throws: CryptoError.self) { try create(file, "x") }
        #expect(error.reason.contains(file.path))
    }

    private func create(_ file: SecretFile, _ text: String) throws -> Bool {
        try Array(text.utf8).withUnsafeBytes { try file.create($0) }
    }

    private func text(_ file: SecretFile) throws -> String? {
        try file.read()?.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
    }
}
