import Foundation
import Identity
import OpenSSLCrypto
import ParleyServer
import TestSupport
import TestTools
import Testing

@Suite("The doctor")
struct DoctorTests {
    private let directory: TemporaryDirectory
    private let certificates: String

    init() throws {
        directory = try TemporaryDirectory()
        certificates = directory.file("certs")
        try FileManager.default.createDirectory(atPath: certificates, withIntermediateDirectories: true)
        _ = try DevelopmentCertificates.make(in: certificates)
    }

    private func findings(_ settings: [String: String] = [:], clock: WallClock = .system) throws -> [Finding] {
        let overrides = ["data.directory": directory.file("data")].merging(settings) { $1 }
        return Doctor(
            try ParleyConfiguration.load(file: nil, environment: [:], overrides: overrides), clock: clock
        ).examine()
    }

    private func severity(_ check: Finding.Check, _ findings: [Finding]) -> Set<Finding.Severity> {
        Set(findings.filter { $0.check == check }.map(\.severity))
    }

    private var pair: [String: String] {
        ["tls.certificate": certificates + "/dev-cert.pem", "tls.private_key": certificates + "/dev-key.pem"]
    }

    @Test("looks at everything once, and each finding that is not well says what to do")
    func everything() throws {
        let found = try findings(["limits.connections": "100"])
        #expect(Set(found.map(\.check)) == Set(Finding.Check.ofHost))
        #expect(found.allSatisfy { ($0.severity == .ok) == $0.remedy.isEmpty && !$0.message.isEmpty })
        #expect(!found.contains { $0.severity == .failed })
        #expect(severity(.certificate, found) == [.warning] && severity(.origins, found) == [.warning])
    }

    @Test("fails for files that others may read, with the command that mends it")
    func permissions() throws {
        let data = directory.file("data")
        try FileManager.default.createDirectory(
            atPath: data, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        _ = try KeyRing(path: data + "/keys.json")
        #expect(severity(.permissions, try findings()) == [.ok])
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: data + "/keys.json")
        let found = try findings().filter { $0.check == .permissions }
        #expect(found.map(\.severity) == [.failed] && found[0].remedy == "chmod 600 \(data)/keys.json")
    }

    @Test("examines the certificate's name, time and chain")
    func certificate() throws {
        let good = try findings(pair)
        // Its authority is one of development.
        #expect(severity(.certificate, good) == [.warning])
        let other = try findings(pair.merging(["server.public_url": "https://chat.example.org"]) { $1 })
        #expect(severity(.certificate, other) == [.failed, .warning])
        #expect(other.contains { $0.message.contains("not for chat.example.org") })
        let later = WallClock { WallClock.system.now + 20 * 365 * 86_400_000 }
        #expect(try findings(pair, clock: later).contains { $0.message.contains("has expired") })
        let earlier = WallClock { WallClock.system.now - 365 * 86_400_000 }
        #expect(try findings(pair, clock: earlier).contains { $0.message.contains("not valid yet") })
        let none = try findings(["tls.certificate": "/dev/null", "tls.private_key": "/dev/null"])
        #expect(severity(.certificate, none) == [.failed])
    }

    @Test("finds clocks, limits, origins and databases that cannot be right")
    func others() throws {
        #expect(severity(.clock, try findings(clock: WallClock { 0 })) == [.failed])
        #expect(severity(.openFiles, try findings(["limits.connections": "1000000"])) != [])
        let origins = [
            "server.public_url": "https://chat.example.org", "server.allowed_origins": "https://other.example.org",
        ]
        #expect(severity(.origins, try findings(origins)) == [.failed])
        let data = directory.file("data")
        try FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: true)
        try Data(repeating: 7, count: 10_000).write(to: URL(fileURLWithPath: data + "/parley.sqlite3"))
        #expect(severity(.database, try findings()) == [.failed])
    }

    @Test("ends with 0, 1 and 78")
    func command() async throws {
        let data = directory.file("data")
        let good = try await ParleyExecutable.run(["doctor", "--json"], data: data)
        #expect([0, 1].contains(good.status) && good.output.contains("\"check\":\"database\""))
        try FileManager.default.createDirectory(
            atPath: data, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
        #expect(try await ParleyExecutable.run(["doctor"], data: data).status == 1)
        let bad = directory.file("bad.yaml")
        try Data("nonsense: 1\n".utf8).write(to: URL(fileURLWithPath: bad))
        let refused = try await ParleyExecutable.run(["doctor", "--config", bad], data: data)
        #expect(refused.status == 78 && refused.errors.contains("nonsense"))
    }
}
