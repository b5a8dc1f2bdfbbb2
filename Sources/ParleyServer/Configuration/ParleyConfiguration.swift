/// The server's whole configuration: checked, typed, with every default filled in.
///
/// The layers, each stronger than the one before: defaults, the YAML file, `PARLEY_…` environment variables, flags.
package struct ParleyConfiguration: Sendable, Equatable {
    /// The listener and the origins.
    package var server: Server
    /// Where the state lives.
    package var data: DataFiles
    /// The certificate.
    package var tls: TLS
    /// Who may make accounts.
    package var auth: Auth
    /// Claims and lifetimes of tokens.
    package var tokens: Tokens
    /// What one client may ask for.
    package var limits: Limits
    /// Who is online.
    package var presence: Presence
    /// Pings.
    package var heartbeat: Heartbeat
    /// Rooms and messages.
    package var chat: Chat
    /// Uploads.
    package var files: Files
    /// The audit log.
    package var audit: Audit
    /// The log.
    package var log: Log

    init(reading values: inout ConfigurationValues) {
        server = Server(reading: &values)
        data = DataFiles(reading: &values)
        tls = TLS(reading: &values)
        auth = Auth(reading: &values)
        tokens = Tokens(reading: &values)
        limits = Limits(reading: &values)
        presence = Presence(reading: &values)
        heartbeat = Heartbeat(reading: &values)
        chat = Chat(reading: &values)
        files = Files(reading: &values)
        audit = Audit(reading: &values)
        log = Log(reading: &values)
    }

    /// The configuration with every key at its default.
    package static let defaults: ParleyConfiguration = {
        var values = ConfigurationValues(sources: [], problems: [])
        return ParleyConfiguration(reading: &values)
    }()

    /// Reads and checks the configuration; blocks while it reads the file.
    ///
    /// - Parameters:
    ///   - file: The path of the YAML file, nil for none.
    ///   - environment: The process's environment; only `PARLEY_…` counts.
    ///   - overrides: Values of flags by key name (`server.listen`), lists with commas.
    /// - Returns: The checked configuration.
    /// - Throws: Every problem of the file, the environment and the flags at once.
    package static func load(
        file: String?, environment: [String: String], overrides: [String: String] = [:]
    ) throws(ConfigurationError) -> ParleyConfiguration {
        var problems: [ConfigurationProblem] = []
        var sources = [
            ConfigurationSource(overrides: overrides, problems: &problems),
            ConfigurationSource(environment: environment, problems: &problems),
        ]
        if let file {
            do {
                let bytes = try ConfigurationFile.read(file)
                if let source = ConfigurationSource(yaml: bytes, path: file, problems: &problems) {
                    sources.append(source)
                }
            } catch {
                problems.append(error)
            }
        }
        var values = ConfigurationValues(sources: sources, problems: problems)
        let configuration = ParleyConfiguration(reading: &values)
        guard values.problems.isEmpty else { throw ConfigurationError(problems: values.problems) }
        return configuration
    }
}
