import ArgumentParser
import LoadGenerator
import ParleyClient

/// `parley bench`: puts load on a server and measures it.
struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench", abstract: "Open many sockets, send, and measure what arrives.",
        discussion: """
            Accounts are made over the admin socket of the server whose data directory is given, and log in like \
            anyone else. Raise limits.messages_per_second, limits.commands_per_second, limits.requests_per_second and \
            limits.connections_per_user of the server first: its flood control is meant to stop this.
            Example: parley bench https://localhost:8443 --ca certs/dev-ca.pem --sockets 1000 --publishers 50 --pid 4711
            """)

    @OptionGroup var settings: ConfigurationOptions
    @Argument(help: "The server: https://host:port.") var url: String
    @Option(help: ArgumentHelp("PEM file of the CA to trust instead of the system's.", valueName: "file"))
    var ca: String?
    @Option(help: "Sockets to open.") var sockets = 100
    @Option(help: "Sockets that send.") var publishers = 1
    @Option(help: "Messages that each publisher has under way.") var window = 1
    @Option(help: "Messages a second, of all publishers together, instead of as fast as answers come.")
    var rate: Double?
    @Option(help: "Bytes of a message's text.") var size = 128
    @Option(help: "Seconds to measure.") var duration = 5.0
    @Option(help: "Seconds to send before that.") var warmUp = 1.0
    @Option(help: "Seconds to rest with all sockets open before that.") var idle = 0.0
    @Option(help: "Sockets of one account (limits.connections_per_user).") var socketsPerUser = 20
    @Option(help: "The server's process id, to measure its CPU time and memory.") var pid: Int32?
    @Option(help: "Write the Cookie header of each account to this file, for other generators, and stop.")
    var cookiesTo: String?
    @Option(help: "Rooms to spread the sockets over, each socket in one; they are made.") var rooms = 1
    @Flag(help: "Send pings instead of messages, and measure their answers.") var ping = false
    @Flag(help: "Send with an id, so that the server answers each message besides.") var acknowledge = false
    @Flag(help: "Print JSON, for programs.") var json = false

    func validate() throws {
        guard sockets > 0, socketsPerUser > 0, rooms > 0 else {
            throw ValidationError("There must be at least one socket and one room.")
        }
        guard sockets.isMultiple(of: rooms) else {
            throw ValidationError("--sockets must be a multiple of --rooms.")
        }
    }

    func run() async throws {
        let trust: TrustPolicy = ca.map { .file($0) } ?? .system
        let population = BenchPopulation(
            url: url, trust: trust,
            // So many for each room that no account is in two.
            users: rooms * max(1, (sockets / rooms + socketsPerUser - 1) / socketsPerUser), rooms: rooms)
        var access: BenchPopulation.Access?
        try await OperatorClient.run(settings.load()) { client in access = try await population.make(client) }
        guard let access else { return }
        if let cookiesTo { return try access.write(to: cookiesTo) }

        var options = LoadOptions(address: try ServerAddress(url: url), rooms: access.rooms)
        options.trust = trust
        options.cookies = access.cookies
        options.sockets = sockets
        options.publishers = publishers
        options.pace = rate.map { .rate(messagesPerSecond: $0) } ?? .closedLoop(window: window)
        options.messageBytes = size
        options.sendsPings = ping
        options.acknowledges = acknowledge
        options.duration = .seconds(duration)
        options.warmUp = .seconds(warmUp)
        options.idle = .seconds(idle)
        options.serverProcess = pid
        let report = try await LoadGenerator(options).run { Console.progress($0.line) }
        Console.progress("")
        Console.result(json ? try report.json() : report.table)
        await access.end()
        if !report.isComplete { throw CommandFailure("not every socket stayed open, or not every message arrived") }
    }
}
