import LoadGenerator
import ParleyClient

/// What is to be run, as `config/benchmark` writes it.
struct Job: Decodable {
    /// One phase; without a rate it is a closed loop of `window`.
    struct Phase: Decodable {
        var publishers: Int
        var window: Int?
        var rate: Double?
        var burst: Int?
        var seconds: Double
        var warmUp: Double?
        var changes: Double?
        var reconnects: Int?

        var phase: LoadPhase {
            var phase = LoadPhase(
                publishers: publishers,
                pace: rate.map { .rate(messagesPerSecond: $0) } ?? .closedLoop(window: window ?? 1))
            phase.burst = burst ?? 1
            phase.duration = .seconds(seconds)
            phase.warmUp = .seconds(warmUp ?? 0.5)
            phase.changesPerSecond = changes ?? 0
            phase.reconnects = reconnects ?? 0
            return phase
        }
    }

    var url: String
    var ca: String
    var dialect: LoadDialect
    var rooms: [String]
    var cookies: [String]?
    var sockets: Int
    var textBytes: Int?
    var pid: Int32?
    var idle: Double?
    var connectConcurrency: Int?
    var resumesSessions: Bool?
    var phases: [Phase]

    var options: LoadOptions {
        get throws {
            var options = LoadOptions(address: try ServerAddress(url: url), rooms: rooms)
            options.trust = .file(ca)
            options.dialect = dialect
            options.cookies = cookies ?? []
            options.sockets = sockets
            options.messageBytes = textBytes ?? 128
            options.serverProcess = pid
            options.idle = .seconds(idle ?? 0)
            options.connectConcurrency = connectConcurrency ?? 64
            options.resumesSessions = resumesSessions ?? false
            options.phases = phases.map(\.phase)
            options.publishers = 0
            return options
        }
    }
}
