import FoundationEssentials
import ParleyClient
import Testing

@testable import LoadGenerator

@Suite struct LoadReportTests {
    private var report: LoadReport {
        var report = LoadReport()
        report.connecting = .init(
            sockets: 10, opened: 9, seconds: 1.25, perSecond: 7.2, serverCPUMicroseconds: 300,
            kilobytesPerSocket: 18.456)
        report.idle = .init(seconds: 2, serverCPUPercent: 0.125, serverKilobytes: 40_000)
        var traffic = LoadReport.Traffic(seconds: 5)
        traffic.published = 1000
        traffic.publishedPerSecond = 200
        traffic.deliveriesPerSecond = 1_800_000.4
        traffic.expected = 9000
        traffic.got = 9000
        traffic.latency = .init(p50: 100, p90: 200, p99: 300, p999: 400, maximum: 500)
        traffic.serverCPUMicroseconds = 0.514
        traffic.serverCPUPercent = 92.6
        traffic.errors = ["rate_limited": 2]
        report.traffic = traffic
        report.deaths = ["refused: 503 draining": 1]
        return report
    }

    @Test("The table says what was found, one line each")
    func table() {
        let lines = report.table.split(separator: "\n").map(String.init)
        for (name, value) in [
            ("sockets", "9 of 10 open"), ("server memory per socket", "18.46 kB"),
            ("server CPU, idle", "0.13 % of a core"), ("server CPU per delivery", "0.51 µs (93 % of a core)"),
            ("latency", "p50 100 p90 200 p99 300 p99.9 400 max 500 µs"), ("died", "1: refused: 503 draining"),
            ("error", "2: rate_limited"),
        ] {
            #expect(lines.contains { $0.hasPrefix(name) && $0.hasSuffix(value) }, "\(name) \(value)")
        }
    }

    @Test("The JSON has snake_case names and can be read")
    func json() throws {
        let value = try JSONDecoder().decode(JSONValue.self, from: Data(try report.json().utf8))
        #expect(value["traffic"]?["deliveries_per_second"]?.number == 1_800_000.4)
        #expect(value["connecting"]?["kilobytes_per_socket"]?.number == 18.456)
        #expect(value["deaths"]?["refused: 503 draining"]?.integer == 1)
        #expect(value["traffic"]?["errors"]?["rate_limited"]?.integer == 2)
    }

    @Test("A report is complete only when nothing is missing")
    func completeness() {
        var report = report
        #expect(!report.isComplete)
        report.connecting.opened = 10
        report.deaths = [:]
        #expect(report.isComplete)
        report.traffic?.got = 8999
        #expect(!report.isComplete)
    }
}
