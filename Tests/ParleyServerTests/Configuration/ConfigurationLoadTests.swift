import FoundationEssentials
import Logging
import TestTools
import Testing

@testable import ParleyServer

@Suite("Loading the configuration")
struct ConfigurationLoadTests {
    /// Loads with a file of the given contents; the file's name is `c.yaml` in a fresh directory.
    private func load(
        _ yaml: String, environment: [String: String] = [:], overrides: [String: String] = [:]
    ) throws -> ParleyConfiguration {
        let directory = FileManager.default.temporaryDirectory.appending(
            path: "parley-configuration-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let file = directory.appending(path: "c.yaml")
        try Data(yaml.utf8).write(to: file)
        return try ParleyConfiguration.load(file: file.path, environment: environment, overrides: overrides)
    }

    /// The problems of a configuration, with the directory of its file taken off.
    private func problems(
        _ yaml: String, environment: [String: String] = [:], overrides: [String: String] = [:]
    ) -> [String] {
        do {
            _ = try load(yaml, environment: environment, overrides: overrides)
            return []
        } catch let error as ConfigurationError {
            return error.problems.map { problem in
                let text = problem.description
                return text.firstRange(of: "c.yaml").map { String(text[$0.lowerBound...]) } ?? text
            }
        } catch {
            return ["\(error)"]
        }
    }

    @Test(
        "nothing at all gives the defaults",
        arguments: ["", "\n", "# only words\n", "server:\n", "server:\n  # listen: x\n", "{}", "server: {}"])
    func emptyFiles(yaml: String) throws {
        #expect(try load(yaml) == .defaults)
    }

    @Test("no file gives the defaults")
    func noFile() throws {
        #expect(try ParleyConfiguration.load(file: nil, environment: ["PATH": "/bin"]) == .defaults)
    }

    @Test("flags are stronger than the environment, the environment than the file, the file than the defaults")
    func precedence() throws {
        let yaml = "server: { listen: 'localhost:1' }\nlog: { level: debug }\ndata: { directory: /a }\n"
        let environment = ["PARLEY_SERVER_LISTEN": "localhost:2", "PARLEY_DATA_DIRECTORY": "/b"]
        let configuration = try load(yaml, environment: environment, overrides: ["server.listen": "localhost:3"])
        #expect(configuration.server.listen.port == 3)
        #expect(configuration.data.directory == "/b")
        #expect(configuration.log.level == .debug)
        #expect(configuration.limits.connectionsPerUser == 20)
    }

    @Test("a key set to nothing keeps its default")
    func nullValues() throws {
        #expect(try load("server:\n  listen:\n  allowed_origins: ~\nlimits:\n  frame_bytes: null\n") == .defaults)
    }

    @Test("lists come from the file as sequences, from elsewhere with commas")
    func lists() throws {
        let yaml = "server:\n  allowed_origins: [https://a.example, 'https://b.example:8443/']\n"
        #expect(problems(yaml).count == 1, "an origin has no path")
        let right = try load(
            "server:\n  allowed_origins:\n    - https://a.example\n  trusted_proxies: [10.0.0.0/8, '::1']\n")
        #expect(right.server.allowedOrigins == [WebOrigin("https://a.example")])
        #expect(right.server.trustedProxies.map(\.description) == ["10.0.0.0/8", "::1/128"])
        let environment = ["PARLEY_SERVER_ALLOWED_ORIGINS": "https://a.example,https://b.example"]
        #expect(try load("", environment: environment).server.allowedOrigins.count == 2)
        #expect(try load("", environment: ["PARLEY_SERVER_ALLOWED_ORIGINS": ""]).server.allowedOrigins.isEmpty)
        let flags = ["server.allowed_origins": "https://a.example,https://b.example"]
        #expect(try load("", overrides: flags).server.allowedOrigins.count == 2)
    }

    @Test("every problem is told at once, each with its place")
    func allAtOnce() {
        let yaml = """
            server:
              listn: localhost:1
              listen: localhost
            limits:
              frame_bytes: 64kb
              connections: many
            heartbeat: 5s
            tokens:
              access_lifetime: [10m]
            nonsense: 1
            """
        let found = problems(
            yaml, environment: ["PARLEY_SERVER_LISTN": "x", "PARLEY_LOG_LEVEL": "loud"],
            overrides: ["chat.default_room": "dm-x", "chat.defaultroom": "x"])
        #expect(
            found == [
                "command line: unknown key 'chat.defaultroom'; the nearest known one is 'chat.default_room'",
                "environment: unknown key 'PARLEY_SERVER_LISTN'; the nearest known one is 'PARLEY_SERVER_LISTEN'",
                "c.yaml:2: unknown key 'server.listn'; the nearest known one is 'server.listen'",
                "c.yaml:7: 'heartbeat' is a group of keys and takes no value",
                "c.yaml:9: 'tokens.access_lifetime' takes one value",
                "c.yaml:10: unknown key 'nonsense'; the nearest known one is 'log.level'",
                "c.yaml:3: server.listen: 'localhost' is not HOST:PORT, such as 0.0.0.0:8443 or [::]:8443",
                "c.yaml:6: limits.connections: 'many' is not a whole number from 1 to 1000000",
                "c.yaml:5: limits.frame_bytes: '64kb' is not a size such as 64KiB or 1MiB (units B, KiB, MiB, GiB) "
                    + "from 1B to 16MiB",
                "command line: chat.default_room: 'dm-x' is not a room's slug: up to 64 of a-z, 0-9, - and _, "
                    + "starting with a letter or digit, not with dm-",
                "environment variable PARLEY_LOG_LEVEL: log.level: 'loud' is not one of trace, debug, info, notice, "
                    + "warning, error, critical",
            ])
    }

    @Test(
        "values that a key does not accept are refused by name",
        arguments: [
            "server.listen=8443", "server.public_url=http://a", "server.public_url=https://a/chat",
            "server.allowed_origins=null", "server.allowed_origins=*", "server.trusted_proxies=10.0.0.0/40",
            "server.event_loops=1025", "data.directory=", "auth.registration=public", "tokens.issuer=",
            "tokens.issuer=ä", "tokens.access_lifetime=0s", "tokens.access_lifetime=600", "limits.connections=0",
            "limits.frame_bytes=0", "limits.frame_bytes=1GiB", "limits.header_timeout=2d", "chat.default_room=",
            "chat.default_room=-a", "chat.default_room=General", "log.level=INFO", "log.format=xml",
        ])
    func refusals(assignment: String) throws {
        let parts = assignment.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let found = problems("", overrides: [parts[0]: parts[1]])
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix("command line: \(parts[0]): '\(parts[1])' is not ") == true)
    }

    @Test("the heartbeat's bounds must enclose its interval")
    func heartbeatOrder() {
        #expect(problems("heartbeat: { interval: 5s }\n").count == 1)
        #expect(problems("heartbeat: { interval: 56s }\n").count == 1)
        #expect(problems("heartbeat: { interval: 5s, minimum: 5s, maximum: 5s }\n").isEmpty)
    }

    @Test("certificate and key are set together or not at all")
    func certificatePair() throws {
        #expect(
            problems("tls: { certificate: a.pem }\n") == [
                "c.yaml:1: tls.certificate and tls.private_key are set together or not at all"
            ])
        #expect(problems("", environment: ["PARLEY_TLS_PRIVATE_KEY": "k.pem"]).count == 1)
        let pair = try load("tls: { certificate: a.pem, private_key: k.pem }\n").tls.pair
        #expect(pair == ParleyConfiguration.TLS.Pair(certificate: "a.pem", privateKey: "k.pem"))
    }

    @Test("paths that build on the data directory follow it")
    func derivedPaths() throws {
        let configuration = try load("data: { directory: /srv/parley }\n")
        #expect(configuration.data.adminSocket == "/srv/parley/admin.sock")
        #expect(configuration.tls.developmentDirectory == "/srv/parley/certs")
        #expect(try load("admin: { socket: /run/p.sock }\n").data.adminSocket == "/run/p.sock")
        #expect(problems("data: { directory: /\(String(repeating: "x", count: 120)) }\n").count == 1)
    }

    @Test("origins and the public address follow the port that the listener got")
    func derivedOrigins() throws {
        let server = ParleyConfiguration.defaults.server
        #expect(server.publicOrigin(port: 9000).description == "https://localhost:9000")
        let origins = server.origins(port: 9000).map(\.description).sorted()
        #expect(origins == ["https://127.0.0.1:9000", "https://[::1]:9000", "https://localhost:9000"])
        let named = try load("server: { public_url: 'https://chat.example.org/' }\n").server
        #expect(named.origins(port: 9000).contains(WebOrigin(httpsHost: "chat.example.org", port: 443)))
        let listed = try load("server: { allowed_origins: [https://a.example] }\n").server
        #expect(listed.origins(port: 9000) == [WebOrigin(httpsHost: "a.example", port: 443)])
    }

    @Test(
        "a file that is not groups of keys says what it is",
        arguments: [
            ("- a\n", "c.yaml: the file is not groups of keys"),
            ("just words\n", "c.yaml: the file is not groups of keys"),
            ("a: [\n", "c.yaml: 2:1: error: parser"),
            ("server: {listen: 'a:1'}\nserver: {listen: 'b:1'}\n", "c.yaml: "),
            ("? [a]\n: b\n", "c.yaml:1: a key that is not a word"),
            ("limits: {connections: {a: 1}}\n", "c.yaml:1: 'limits.connections' takes one value"),
            ("server: {allowed_origins: [{a: b}]}\n", "c.yaml:1: 'server.allowed_origins' takes a list of words"),
            ("server: {allowed_origins: https://a}\n", "c.yaml:1: 'server.allowed_origins' takes a list of words"),
            ("server.listen: 'a:1'\nserver: {listen: 'b:1'}\n", "c.yaml:2: 'server.listen' is set twice"),
            ("a: 1\n---\nb: 1\n", "c.yaml: "),
        ])
    func misshapenFiles(yaml: String, beginning: String) {
        let found = problems(yaml)
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix(beginning) == true, "\(found)")
    }

    @Test("a file that cannot be read says why")
    func missingFile() throws {
        let error = #expect(throws: ConfigurationError.self) {
            try ParleyConfiguration.load(file: "no/such/file.yaml", environment: [:])
        }
        #expect(error?.description == "no/such/file.yaml: cannot be read: No such file or directory")
    }

    @Test("noise is refused without a trap")
    func noise() {
        var generator = SeededGenerator(seed: 7)
        let alphabet = Array("server:limts{}[]-,'\"&*#?|> \n\t0123\u{1}é".unicodeScalars)
        for _ in 0..<2000 {
            var text = ""
            for _ in 0..<Int.random(in: 0...60, using: &generator) {
                text.unicodeScalars.append(alphabet[Int.random(in: 0..<alphabet.count, using: &generator)])
            }
            var problems: [ConfigurationProblem] = []
            _ = ConfigurationSource(yaml: Array(text.utf8), path: "c.yaml", problems: &problems)
        }
    }

    @Test("insecure settings are named, and the defaults have none")
    func insecureSettings() throws {
        #expect(ParleyConfiguration.defaults.insecureSettings.isEmpty)
        let configuration = try load(
            "server: { allowed_origins: [http://a.example], trusted_proxies: ['::/0'] }\nauth: { registration: open }\n"
        )
        #expect(
            configuration.insecureSettings.map(\.key)
                == ["server.allowed_origins", "server.trusted_proxies", "auth.registration"])
    }
}
