import Foundation
import ParleyClient
import ParleyServer
import TestSupport
import TestTools
import Testing

@testable import Identity

@Suite("The second factor in the command line")
struct SecondFactorCommandTests {
    @Test("parley totp enable draws the QR code, takes a code of the app, and gives recovery codes; disable takes one")
    func enableAndDisable() async throws {
        let directory = try TemporaryDirectory()
        try await TestServer.run { server in
            _ = try await server.access.register("alice")
            let alice = try #require(Username("alice"))
            let svg = directory.file("code.svg")
            let output = try await run(server, ["enable", "--json", "--svg", svg]) { input in
                let factors = server.node.authority.secondFactors
                try await waitUntil("a secret") { try await factors.code(of: alice) != nil }
                let code = try await factors.code(of: alice)
                try input.write(contentsOf: Data("\(code ?? "")\n".utf8))
            }
            #expect(output.status == 0)
            let answer = try JSONDecoder().decode(JSONValue.self, from: output.bytes)
            let recovery = answer["recovery_codes"]?.array?.compactMap(\.string) ?? []
            #expect(recovery.count == 10)
            #expect(try String(contentsOfFile: svg, encoding: .utf8).hasPrefix("<svg "))
            // It holds the secret.
            #expect(try FileManager.default.attributesOfItem(atPath: svg)[.posixPermissions] as? Int == 0o600)
            #expect(try await server.node.authority.secondFactors.status(of: alice).isOn)

            let wrong = try await run(server, ["disable", "--code", "000000"]) { _ in }
            #expect(wrong.status == 1)
            let disabled = try await run(server, ["disable", "--code", recovery[0]]) { _ in }
            #expect(disabled.status == 0)
            #expect(try await server.node.authority.secondFactors.status(of: alice).isOn == false)
        }
    }

    /// Runs `parley totp` with the password on its standard input; `body` writes what comes after it.
    private func run(
        _ server: TestServer, _ arguments: [String], _ body: (FileHandle) async throws -> Void
    ) async throws -> (status: Int32, bytes: Data) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: ParleyExecutable.path)
        process.arguments =
            ["totp", arguments[0], server.access.origin, "--user", "alice", "--ca", server.access.authority, "--stdin"]
            + arguments.dropFirst()
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        let ended = Mailbox<Int32>()
        process.terminationHandler = { ended.put($0.terminationStatus) }
        try process.run()
        try input.fileHandleForWriting.write(contentsOf: Data("\(TestLogin.password)\n".utf8))
        try await body(input.fileHandleForWriting)
        let status = await ended.next() ?? -1
        return (status, try output.fileHandleForReading.readToEnd() ?? Data())
    }
}
