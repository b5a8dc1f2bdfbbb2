import Foundation
import OpenSSLCrypto
import TestSupport
import TestTools
import Testing

@Suite("A server and its key file")
struct KeyFileStartTests {
    private static let random = "mZ3x0vJ8kq1Yw7cT5uRfLhN2sPbQdGaXeIoC4tV6yHs"

    /// A key file with this access secret.
    private static func file(_ access: String) -> String {
        """
        {"version":1,"current":"one","keys":[{"kid":"one","created_at":1,"access":"\(access)","refresh":"\(random)"}]}
        """
    }

    @Test(
        "does not start with one that others may read, that is short, well known, made up or none, and says what to do",
        arguments: [
            // The key of RFC 7515 appendix A.1, cut to the length of a secret.
            (0o600, file("AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr8"), "published"),
            (0o600, file("AyM1SysPpbyDfgZld3umjw"), "32 bytes"), (0o600, file(""), "32 bytes"),
            (0o600, file(Base64URL.encode(Array("this is no key but some sentence".utf8))), "a text"),
            (0o600, file(String(repeating: "A", count: 43)), "few different bytes"),
            (0o600, file(Base64URL.encode((0..<32).map { UInt8($0) })), "only count"),
            (0o600, file(random), "the same"), (0o600, "", "JSON"), (0o600, "{", "JSON"),
            (0o640, file("n8Q2wE5rT7yU1iO3pA6sD9fG4hJ0kLzXcVbNm-QwErT"), "chmod 600"),
            (0o604, file("n8Q2wE5rT7yU1iO3pA6sD9fG4hJ0kLzXcVbNm-QwErT"), "chmod 600"),
        ])
    func refused(_ mode: Int, _ text: String, _ word: String) async throws {
        let directory = try TemporaryDirectory()
        let data = directory.file("data")
        try FileManager.default.createDirectory(
            atPath: data, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        let path = data + "/keys.json"
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        let refusal = try await #require(throws: DidNotStart.self) { try await ServerProcess.start(data: data) }
        #expect(refusal.end == ServerProcess.End(status: 1, wasKilled: false))
        let words = refusal.log.joined(separator: "\n")
        #expect(words.contains(path) && words.contains(word), "\(words)")
        // No secret of the file is told, and the file is left as it was.
        for secret in text.split(separator: "\"") where secret.utf8.count == 43 { #expect(!words.contains(secret)) }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == text)
        // Nor does a command that needs no server work with it.
        let listed = try await ParleyExecutable.run(["key", "list", "--json"], data: data)
        #expect(listed.status == 1 && listed.output.isEmpty && listed.errors.contains(word))
    }
}
