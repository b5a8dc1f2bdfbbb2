import NIOConcurrencyHelpers
import NIOCore
import NIOOpenSSL
import ParleyClient

/// Leads one run through its phases, from outside the event loop that does the work.
final class LoadSession: Sendable {
    /// The memory of a server settles after the last connection, as buffers are given back.
    private static let settleTime = Duration.seconds(1)
    private static let drainStep = Duration.milliseconds(50)
    /// Deliveries under way are waited for as long as more come, and so much longer.
    private static let drainPatience = 30

    private let options: LoadOptions
    private let eventLoop: any EventLoop
    private let state: NIOLoopBoundBox<LoadRun>
    private let phase = NIOLockedValueBox(LoadProgress.Phase.connecting)

    init(options: LoadOptions, eventLoop: any EventLoop, tlsContext: TLSContext, target: SocketAddress) {
        self.options = options
        self.eventLoop = eventLoop
        state = NIOLoopBoundBox.makeBoxSendingValue(
            LoadRun(options: options, eventLoop: eventLoop, tlsContext: tlsContext, target: target),
            eventLoop: eventLoop)
    }

    /// Opens, rests, sends, drains.
    func run() async throws -> LoadReport {
        var report = LoadReport()
        try await connect(&report)
        if options.idle > .zero { report.idle = try await rest() }
        if options.publishers > 0 || !options.phases.isEmpty {
            var measured: [LoadReport.Traffic] = []
            for phase in options.traffic { measured.append(try await traffic(phase)) }
            report.traffic = measured.first
            report.furtherTraffic = Array(measured.dropFirst())
        }
        report.deaths = try await onLoop { $0.deaths }
        return report
    }

    /// Tells where the run stands, once a second until cancelled.
    func reportProgress(to progress: @Sendable (LoadProgress) -> Void) async {
        var last: (deliveries: UInt64, published: UInt64, at: UInt64) = (0, 0, MonotonicClock.now)
        while (try? await Task.sleep(for: .seconds(1))) != nil {
            guard
                let (open, dead, deliveries, published) = try? await onLoop({
                    ($0.openCount, $0.deadCount, $0.tally.allDeliveries, $0.tally.published)
                })
            else { return }
            let now = MonotonicClock.now
            let seconds = Double(max(1, now - last.at)) / 1e9
            progress(
                LoadProgress(
                    phase: phase.withLockedValue { $0 }, open: open, sockets: options.sockets, dead: dead,
                    deliveriesPerSecond: Double(deliveries &- last.deliveries) / seconds,
                    publishedPerSecond: Double(published &- last.published) / seconds))
            last = (deliveries, published, now)
        }
    }

    /// Ends all sockets.
    func close() async { try? await onLoop { $0.close() } }

    private func connect(_ report: inout LoadReport) async throws {
        let before = usage()
        let start = MonotonicClock.now
        try await eventLoop.flatSubmit { self.state.value.open() }.get()
        let seconds = Double(MonotonicClock.now - start) / 1e9
        let (opened, deaths) = try await onLoop { ($0.everOpened, $0.deaths) }
        guard opened > 0 else {
            let reason = deaths.max { $0.value < $1.value }?.key ?? "no greeting came in time"
            throw ClientError(.connectFailed, "no socket opened: \(reason)")
        }
        report.connecting = .init(
            sockets: options.sockets, opened: opened, seconds: seconds, perSecond: Double(opened) / max(seconds, 1e-9))
        (report.connecting.resumed, report.connecting.tls) = try await onLoop { ($0.resumedCount, $0.agreedTLS) }
        guard let before else { return }
        try await Task.sleep(for: Self.settleTime)
        guard let after = usage() else { return }
        report.connecting.serverCPUMicroseconds = (after.cpuSeconds - before.cpuSeconds) * 1e6 / Double(opened)
        report.connecting.kilobytesPerSocket =
            Double(after.residentKilobytes - before.residentKilobytes) / Double(opened)
    }

    private func rest() async throws -> LoadReport.Idle {
        phase.withLockedValue { $0 = .idle }
        let before = usage()
        let start = MonotonicClock.now
        try await Task.sleep(for: options.idle)
        let seconds = Double(MonotonicClock.now - start) / 1e9
        var idle = LoadReport.Idle(seconds: seconds)
        if let before, let after = usage() {
            idle.serverCPUPercent = (after.cpuSeconds - before.cpuSeconds) / seconds * 100
            idle.serverKilobytes = after.residentKilobytes
        }
        return idle
    }

    private func traffic(_ load: LoadPhase) async throws -> LoadReport.Traffic {
        phase.withLockedValue { $0 = .warmingUp }
        try await onLoop { $0.startPublishing(load) }
        try await Task.sleep(for: load.warmUp)
        phase.withLockedValue { $0 = .measuring }
        let before = usage()
        let ownBefore = ProcessUsage.ownCPUSeconds
        let (start, first) = try await onLoop { ($0.startMeasuring(), Counts($0)) }
        try await Task.sleep(for: load.duration)
        let (end, last, open) = try await onLoop { ($0.stopMeasuring(), Counts($0), $0.openCount) }
        let own = ProcessUsage.ownCPUSeconds - ownBefore
        let after = usage()
        phase.withLockedValue { $0 = .draining }
        let seconds = Double(max(1, end - start)) / 1e9
        var traffic = LoadReport.Traffic(seconds: seconds)
        traffic.published = last.published - first.published
        traffic.publishedPerSecond = Double(traffic.published) / seconds
        traffic.deliveriesPerSecond = Double(last.deliveries - first.deliveries) / seconds
        traffic.megabytesPerSecond = Double(last.bytes - first.bytes) / seconds / 1e6
        traffic.expected = traffic.published * (options.sendsPings ? 1 : UInt64(open / options.rooms.count))
        traffic.clientCPUPercent = own / seconds * 100
        let deliveries = Double(max(1, last.deliveries - first.deliveries))
        traffic.clientCPUMicroseconds = own * 1e6 / deliveries
        if let before, let after {
            traffic.serverCPUMicroseconds = (after.cpuSeconds - before.cpuSeconds) * 1e6 / deliveries
            traffic.serverCPUPercent = (after.cpuSeconds - before.cpuSeconds) / seconds * 100
            traffic.serverKilobytes = after.residentKilobytes
        }
        try await drain(until: traffic.expected)
        return try await onLoop { [traffic] run in
            var traffic = traffic
            traffic.got = run.tally.deliveries
            traffic.skipped = run.tally.skipped
            traffic.acknowledged = run.tally.acknowledged
            traffic.errors = run.errorTexts
            traffic.changes = run.tally.changes
            traffic.reconnectSeconds = run.storm?.seconds
            // Who is there for a message cannot be told while people come and go.
            if load.changesPerSecond > 0 || load.reconnects > 0 { traffic.expected = traffic.got }
            traffic.latency = LoadReport.Latency(run.tally.latency)
            return traffic
        }
    }

    private func drain(until expected: UInt64) async throws {
        var patience = Self.drainPatience
        var last: UInt64 = 0
        while patience > 0 {
            let got = try await onLoop { $0.tally.deliveries }
            if got >= expected { return }
            patience = got > last ? Self.drainPatience : patience - 1
            last = got
            try await Task.sleep(for: Self.drainStep)
        }
    }

    private func usage() -> ProcessUsage? { options.serverProcess.flatMap(ProcessUsage.current(of:)) }

    private func onLoop<Value: Sendable>(_ body: @escaping @Sendable (LoadRun) throws -> Value) async throws -> Value {
        try await eventLoop.submit { try body(self.state.value) }.get()
    }

    /// The counters at one moment.
    private struct Counts: Sendable {
        var published: UInt64
        var deliveries: UInt64
        var bytes: UInt64

        init(_ run: LoadRun) {
            published = run.tally.published
            deliveries = run.tally.allDeliveries
            bytes = run.tally.receivedBytes
        }
    }
}
