import ArgumentParser
import Foundation
import ParleyClient
import ParleyServer

/// `parley doctor`: what is wrong with a configuration and its host, or with a running server as seen from outside.
struct DoctorCommand: AsyncParsableCommand {
    /// EX_UNAVAILABLE, EX_NOPERM and EX_CONFIG of sysexits.h.
    private static let unreachable: Int32 = 69
    private static let loginRefused: Int32 = 77
    private static let unusableConfiguration: Int32 = 78

    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Check configuration, permissions, certificate, clock, limits and database.",
        discussion: """
            Run it as the server's user. With --url it looks at a running server from outside instead, through the \
            proxy before it; with --user it logs in, too. The password is asked for, or comes from \
            PARLEY_PROBE_PASSWORD. With --totp a code of the second factor is asked for, too. With --password-stdin \
            the first line of standard input is the password, and with --totp the second one the code.
            Exit status: 0 no check failed (there may be warnings), 1 a check failed, 69 nobody answers at the URL, \
            77 the login was refused, 78 the configuration cannot be used.
            """)
    @OptionGroup var options: OperatorOptions
    @Option(help: "The address that people use, to look at from outside: https://host[:port].") var url: String?
    @Option(help: ArgumentHelp("PEM file of the CA to trust instead of the system's.", valueName: "file"))
    var ca: String?
    @Option(help: "An account to log in with, best one of its own that may do nothing.") var user: String?
    @Flag(help: "Take the password from standard input.") var passwordStdin = false
    @Flag(help: "Ask for a code of the second factor, too.") var totp = false

    func validate() throws {
        if url == nil, ca != nil || user != nil || passwordStdin || totp {
            throw ValidationError("--ca, --user, --password-stdin and --totp go with --url")
        }
    }

    func run() async throws {
        if let url { return try await probe(url) }
        let configuration: ParleyConfiguration
        do {
            configuration = try options.settings.load()
        } catch {
            Console.message("\(error)")
            throw ExitCode(Self.unusableConfiguration)
        }
        try show(Doctor(configuration).examine())
    }

    private func probe(_ url: String) async throws {
        let (findings, outcome): ([Finding], Probe.Outcome)
        do {
            let probe = Probe(
                address: try ServerAddress(url: url), trust: ca.map { .file($0) } ?? .system,
                credentials: try credentials())
            (findings, outcome) = try await probe.examine()
        } catch let error as ClientError {
            throw CommandFailure("\(error)")
        }
        switch outcome {
        case .examined: try show(findings)
        case .unreachable: try show(findings, otherwise: Self.unreachable)
        case .loginRefused: try show(findings, otherwise: Self.loginRefused)
        }
    }

    private func credentials() throws -> Probe.Credentials? {
        guard let user else { return nil }
        let password: String
        if passwordStdin {
            password = try PasswordPrompt.standardInput()
        } else if let text = ProcessInfo.processInfo.environment["PARLEY_PROBE_PASSWORD"], !text.isEmpty {
            password = text
        } else {
            password = try PasswordPrompt.hidden("Password for \(user): ")
        }
        guard totp else { return Probe.Credentials(user: user, password: password, totp: nil) }
        let code =
            try passwordStdin ? PasswordPrompt.standardInput("code") : PasswordPrompt.hidden("Code: ", for: "code")
        return Probe.Credentials(user: user, password: password, totp: code)
    }

    private func show(_ findings: [Finding], otherwise status: Int32 = 1) throws {
        let items = findings.map { finding in
            JSONValue.object([
                "check": .string(finding.check.rawValue), "result": .string(finding.severity.rawValue),
                "message": .string(finding.message), "remedy": .string(finding.remedy),
            ])
        }
        try options.show(
            items,
            [
                Table.Column("CHECK", "check"), Table.Column("RESULT", "result"), Table.Column("FINDING", "message"),
                Table.Column("WHAT TO DO", "remedy"),
            ], empty: "")
        if findings.contains(where: { $0.severity == .failed }) { throw ExitCode(status) }
    }
}
