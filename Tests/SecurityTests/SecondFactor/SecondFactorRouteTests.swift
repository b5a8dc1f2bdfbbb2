import Foundation
import ParleyClient
import ParleyServer
import TestSupport
import TestTools
import Testing

@testable import Identity

@Suite("The second factor over HTTP")
struct SecondFactorRouteTests {
    private let path = "/api/v1/me/totp"

    @Test("is turned on with a code, asked for at login, replaced by recovery codes, and reset by the operator")
    func wholeWay() async throws {
        let directory = try TemporaryDirectory()
        try await TestServer.run(directory: directory) { server in
            let alice = try await server.access.register("alice")
            let begun = try await server.access.call("POST", path, [:], alice)
            let secret = try #require(begun.json["secret"]?.string)
            // The finder pattern at the top left of the QR code.
            #expect(begun.json["qr"]?.array?.first?.string?.hasPrefix("11111110") == true)
            #expect(begun.json["uri"]?.string?.contains("secret=\(secret)&") == true && secret.utf8.count == 32)
            let wrong = try await server.access.call("POST", path + "/confirm", ["code": "12345"], alice)
            #expect(wrong.status == 400 && wrong.json["field"] == "code")
            let enrolled = try await code(server)
            let confirmed = try await server.access.call(
                "POST", path + "/confirm", ["code": .string(enrolled)], alice)
            let recovery = confirmed.json["recovery_codes"]?.array?.compactMap(\.string) ?? []
            #expect(recovery.count == 10)
            #expect(try await server.access.call("POST", path, [:], alice).code == "totp_enabled")

            func login(_ code: String?) async throws -> RawResponse {
                var fields: [String: JSONValue] = ["username": "alice", "password": .string(TestLogin.password)]
                fields["totp"] = code.map { .string($0) }
                return try await server.access.call("POST", "/api/v1/auth/login", fields)
            }
            for code in [nil, "000000", enrolled] {
                let refused = try await login(code)
                #expect(refused.status == 401 && refused.code == "totp_required" && refused.cookies.isEmpty)
            }
            #expect(try await login(recovery[0]).status == 200)
            #expect(try await login(recovery[0]).status == 401)
            let status = try await server.access.get(path, alice)
            #expect(status.json["enabled"] == true && status.json["recovery_codes_left"]?.integer == 9)
            let reset = try await ParleyExecutable.run(
                ["user", "reset-totp", "alice", "--json"], data: directory.file("data"))
            #expect(reset.output == "{\"was_enabled\":true}\n")
            #expect(try await login(nil).status == 200)
        }
    }

    @Test("wrong codes are failed logins: five in five minutes")
    func throttled() async throws {
        try await TestServer.run { server in
            let alice = try await server.access.register("alice")
            _ = try await server.access.call("POST", path, [:], alice)
            let code = try await code(server)
            _ = try await server.access.call("POST", path + "/confirm", ["code": .string(code)], alice)
            for index in 0..<6 {
                let answer = try await server.access.call(
                    "POST", "/api/v1/auth/login",
                    ["username": "alice", "password": .string(TestLogin.password), "totp": "000000"])
                #expect(answer.status == (index < 5 ? 401 : 429))
            }
        }
    }

    /// What alice's authenticator shows now.
    private func code(_ server: TestServer) async throws -> String {
        let alice = try #require(Username("alice"))
        let shown = try await server.node.authority.secondFactors.code(of: alice)
        return try #require(shown)
    }
}
