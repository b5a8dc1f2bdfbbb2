import Foundation
import ParleyClient
import ParleyServer
import TestSupport
import TestTools
import Testing

@testable import Identity

@Suite("The doctor's probe from outside")
struct ProbeTests {
    private struct Report {
        let status: Int32
        let items: [JSONValue]

        func messages(_ check: String, _ result: String) -> [String] {
            items.filter { $0["check"]?.string == check && $0["result"]?.string == result }
                .compactMap { $0["message"]?.string }
        }
    }

    private func probe(
        _ server: TestServer, url: String? = nil, ca: String? = nil, _ arguments: [String] = [], input: String = ""
    ) async throws -> Report {
        let target = ["doctor", "--url", url ?? server.access.origin, "--ca", ca ?? server.access.authority, "--json"]
        let outcome = try await ParleyExecutable.run(
            target + arguments, data: server.directory.file("elsewhere"), input: input)
        #expect(!outcome.output.contains(TestLogin.password) && !outcome.output.contains("eyJ"))
        let items = try JSONValue(text: outcome.output)["items"]?.array ?? []
        for item in items where item["result"] != "ok" { #expect(item["remedy"]?.string?.isEmpty == false) }
        return Report(status: outcome.status, items: items)
    }

    @Test("finds nothing wrong with a server, logged in and out again")
    func healthy() async throws {
        try await TestServer.run { server in
            _ = try await server.access.register("probe")
            let arguments = ["--user", "probe", "--password-stdin"]
            let report = try await probe(server, arguments, input: TestLogin.password + "\n")
            #expect(report.status == 0)
            for check in [
                "certificate", "clock", "security_headers", "origins", "login", "cookies", "socket", "client_address",
            ] {
                #expect(report.messages(check, "ok").count >= 1, "\(check)")
            }
            #expect(!report.items.contains { $0["result"] == "failed" || $0["result"] == "warning" }, "\(report.items)")
            let admin = try await server.administrator()
            let sessions = try await server.access.get("/api/v1/admin/sessions?user=probe", admin)
            #expect(sessions.json["items"]?.array?.contains { $0["device"] == "parley doctor" } == false)
            #expect(try await server.socketCount() == 0)
        }
    }

    @Test("without an account it looks at what everyone sees, and ends with 0")
    func anonymous() async throws {
        try await TestServer.run { server in
            let report = try await probe(server)
            #expect(report.status == 0 && report.messages("login", "warning").count == 1)
            #expect(report.messages("socket", "ok").count == 1)
        }
    }

    @Test("ends with 77 for a refused login and 69 where nobody answers, and says what to do")
    func failures() async throws {
        try await TestServer.run { server in
            _ = try await server.access.register("probe")
            let refused = try await probe(server, ["--user", "probe", "--password-stdin"], input: "wrong password\n")
            #expect(refused.status == 77 && refused.messages("login", "failed").count == 1)
            let closed = try await probe(server, url: "https://127.0.0.1:1")
            #expect(closed.status == 69 && closed.messages("connection", "failed").count == 1)
        }
    }

    @Test("takes the password and then the code from standard input, names what is missing, and how to give a code")
    func secondFactor() async throws {
        try await TestServer.run { server in
            let login = try await server.access.register("probe")
            let name = try #require(Username("probe"))
            _ = try await server.access.call("POST", "/api/v1/me/totp", [:], login)
            let code = try #require(try await server.node.authority.secondFactors.code(of: name))
            let confirmed = try await server.access.call(
                "POST", "/api/v1/me/totp/confirm", ["code": .string(code)], login)
            let recovery = try #require(confirmed.json["recovery_codes"]?[0]?.string)
            let arguments = ["--user", "probe", "--password-stdin"]
            let refused = try await probe(server, arguments, input: "\(TestLogin.password)\n")
            let remedy = refused.items.first { $0["check"] == "login" }?["remedy"]?.string
            #expect(refused.status == 77 && remedy?.contains("--totp, which asks") == true)
            let passed = try await probe(
                server, arguments + ["--totp"], input: "\(TestLogin.password)\n\(recovery)\n")
            #expect(passed.messages("login", "ok").count == 1)
            for (input, wanted) in [("", "password"), ("\(TestLogin.password)\n", "code")] {
                let outcome = try await ParleyExecutable.run(
                    ["doctor", "--url", server.access.origin, "--totp"] + arguments,
                    data: server.directory.file("elsewhere"), input: input)
                #expect(outcome.status == 1 && outcome.errors.contains("should be the \(wanted)"), "\(outcome)")
            }
        }
    }

    @Test("names a certificate that is not trusted, or for another name, and goes on")
    func certificate() async throws {
        try await TestServer.run { server in
            let stranger = try await ParleyExecutable.run(
                ["doctor", "--url", server.access.origin, "--json"], data: server.directory.file("elsewhere"))
            #expect(stranger.status == 1 && stranger.output.contains("certificate was not accepted"))
            #expect(stranger.output.contains("security_headers"))
            let misnamed = try await probe(server, url: "https://127.0.0.2:\(server.access.port)")
            #expect(misnamed.status == 1 || misnamed.status == 69)
            #expect(misnamed.items.contains { $0["result"] == "failed" })
        }
    }

    @Test("says that the public address is not among the allowed origins")
    func origins() async throws {
        try await TestServer.run(["server.allowed_origins": "https://chat.example"]) { server in
            let report = try await probe(server)
            #expect(report.status == 1)
            #expect(report.messages("origins", "failed").first?.contains("are refused") == true)
        }
    }

    @Test("options that go with --url need it")
    func usage() async throws {
        let directory = try TemporaryDirectory()
        let outcome = try await ParleyExecutable.run(["doctor", "--user", "x"], data: directory.file("data"))
        #expect(outcome.status == 64)
    }
}
