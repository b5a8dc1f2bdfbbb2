extension LoadReport {
    /// The report as lines of name and value.
    package var table: String {
        var rows: [(String, String)] = [
            ("sockets", "\(connecting.opened) of \(connecting.sockets) open"),
            ("connects", "\(whole(connecting.perSecond))/s, \(tenths(connecting.seconds)) s in all"),
        ]
        if let cpu = connecting.serverCPUMicroseconds { rows.append(("server CPU per connect", "\(whole(cpu)) µs")) }
        if let memory = connecting.kilobytesPerSocket {
            rows.append(("server memory per socket", "\(hundredths(memory)) kB"))
        }
        if let idle {
            rows.append(("idle", "\(tenths(idle.seconds)) s"))
            if let cpu = idle.serverCPUPercent { rows.append(("server CPU, idle", "\(hundredths(cpu)) % of a core")) }
        }
        if connecting.resumed > 0 { rows.append(("TLS sessions resumed", "\(connecting.resumed)")) }
        for traffic in [traffic].compactMap({ $0 }) + furtherTraffic { rows += Self.rows(traffic) }
        for (reason, count) in deaths.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
            rows.append(("died", "\(count): \(reason)"))
        }
        let width = (rows.map { $0.0.count }.max() ?? 0) + 2
        return rows.map { $0.0 + String(repeating: " ", count: width - $0.0.count) + $0.1 }.joined(separator: "\n")
    }

    private static func rows(_ traffic: Traffic) -> [(String, String)] {
        var rows: [(String, String)] = [
            (
                "published",
                "\(whole(traffic.publishedPerSecond))/s, \(traffic.published) in \(tenths(traffic.seconds)) s"
            ),
            (
                "deliveries",
                "\(whole(traffic.deliveriesPerSecond))/s, \(tenths(traffic.megabytesPerSecond)) MB/s, "
                    + "\(traffic.got) of \(traffic.expected)"
            ),
            (
                "latency",
                "p50 \(whole(traffic.latency.p50)) p90 \(whole(traffic.latency.p90)) p99 \(whole(traffic.latency.p99)) "
                    + "p99.9 \(whole(traffic.latency.p999)) max \(whole(traffic.latency.maximum)) µs"
            ),
        ]
        if let cpu = traffic.serverCPUMicroseconds, let percent = traffic.serverCPUPercent {
            rows.append(("server CPU per delivery", "\(hundredths(cpu)) µs (\(whole(percent)) % of a core)"))
        }
        if let memory = traffic.serverKilobytes { rows.append(("server memory", "\(memory) kB")) }
        rows.append(
            (
                "client CPU per delivery",
                "\(hundredths(traffic.clientCPUMicroseconds)) µs (\(whole(traffic.clientCPUPercent)) % of a core)"
            ))
        if traffic.acknowledged > 0 { rows.append(("acknowledged", "\(traffic.acknowledged)")) }
        if traffic.skipped > 0 { rows.append(("sends left out", "\(traffic.skipped)")) }
        if traffic.changes > 0 { rows.append(("joins and leaves", "\(traffic.changes)")) }
        if let seconds = traffic.reconnectSeconds { rows.append(("all live again after", "\(hundredths(seconds)) s")) }
        for (code, count) in traffic.errors.sorted(by: { $0.key < $1.key }) {
            rows.append(("error", "\(count): \(code)"))
        }
        return rows
    }
}

private func whole(_ number: Double) -> String { decimal(number, places: 0) }
private func tenths(_ number: Double) -> String { decimal(number, places: 1) }
private func hundredths(_ number: Double) -> String { decimal(number, places: 2) }

/// A number with a fixed count of decimal places.
private func decimal(_ number: Double, places: Int) -> String {
    guard number.isFinite, number.magnitude < 1e15 else { return "–" }
    let scale = [1, 10, 100][min(max(places, 0), 2)]
    let scaled = Int64((number * Double(scale)).rounded())
    guard places > 0 else { return String(scaled) }
    let fraction = String(scaled.magnitude % UInt64(scale))
    let padding = String(repeating: "0", count: places - fraction.count)
    return "\(scaled < 0 ? "-" : "")\(scaled.magnitude / UInt64(scale)).\(padding)\(fraction)"
}
