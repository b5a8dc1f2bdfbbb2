import ArgumentParser
import ParleyClient
import ParleyServer

/// `parley doctor`: what is wrong with a configuration and its host, and what to do about it.
struct DoctorCommand: AsyncParsableCommand {
    /// EX_CONFIG of sysexits.h.
    private static let unusableConfiguration: Int32 = 78

    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Check configuration, permissions, certificate, clock, limits and database.",
        discussion: """
            Exit status: 0 no check failed (there may be warnings), 1 a check failed, 78 the configuration cannot be \
            used. Run it as the server's user.
            """)
    @OptionGroup var options: OperatorOptions

    func run() async throws {
        let configuration: ParleyConfiguration
        do {
            configuration = try options.settings.load()
        } catch {
            Console.message("\(error)")
            throw ExitCode(Self.unusableConfiguration)
        }
        let findings = Doctor(configuration).examine()
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
        if findings.contains(where: { $0.severity == .failed }) { throw ExitCode(1) }
    }
}
