import Database
import Identity
import ParleyServer

/// What tokens that are not good cost, and a list of a million revocations.
enum TrustBench {
    /// Each kind of defect that a stranger can send without a key, next to a good token.
    static func defects(_ node: ParleyNode, _ good: String) -> [Measurement] {
        let parts = good.split(separator: ".").map(String.init)
        let other = parts[2].hasPrefix("A") ? "B" : "A"
        let cases = [
            ("no token", ""), ("noise of 400 bytes", String(repeating: "x", count: 400)),
            ("two parts", parts[0] + "." + parts[1]), ("five parts", good + ".a.b"),
            ("100 kB", String(repeating: "A", count: 100_000)), ("alg none", "eyJhbGciOiJub25lIn0." + parts[1] + "."),
            ("unknown kid", "eyJhbGciOiJIUzI1NiIsImtpZCI6Im5vbmUiLCJ0eXAiOiJhdCtqd3QifQ.\(parts[1]).\(parts[2])"),
            ("not canonical base64url", good.dropLast() + "="),
            ("wrong signature", "\(parts[0]).\(parts[1]).\(other)\(parts[2].dropFirst())"),
            // As long as a token may be, and one byte longer.
            ("wrong signature, 401 bytes", filled(to: 401) { "\(parts[0]).\(parts[1])\($0).\(parts[2])" }),
            ("wrong signature, 402 bytes", filled(to: 402) { "\(parts[0]).\(parts[1])\($0).\(parts[2])" }),
            ("a header of 355 bytes", filled(to: 401) { "eyJh\($0).A.\(parts[2])" }),
        ]
        return cases.map { name, token in
            let bytes = Array(token.utf8)
            return bytes.withUnsafeBytes { bytes in
                Measurement("token check, \(name)", iterations: 20_000) {
                    precondition((try? node.authority.authenticate(bytes)) == nil, "a bad token was accepted")
                }
            }
        }
    }

    /// A token of `count` bytes, with as many digits between its parts as that takes.
    private static func filled(to count: Int, _ token: (String) -> String) -> String {
        token(String(repeating: "A", count: max(0, count - token("").utf8.count)))
    }

    /// Loads a list of a million sessions, and asks it. Leaves them in the database.
    static func revocations(_ node: ParleyNode) async throws -> [String] {
        let count = 1_000_000
        let end = node.clock.now + 600_000
        var known: SessionID?
        for _ in 0..<100 {
            let ids = try (0..<count / 100).map { _ in try SessionID.random() }
            known = ids.first
            try await node.engine.write { connection in
                for id in ids {
                    try connection.execute(
                        "INSERT INTO revocations (session, expires_at, cause) VALUES ($1, $2, 'session')",
                        [.text(id.text), .integer(end)])
                }
            }
        }
        let start = ContinuousClock.now
        let authority = try Authority(
            database: node.engine, keyRing: node.authority.keyRing, configuration: IdentityConfiguration())
        let elapsed = ContinuousClock.now - start
        precondition(authority.revocations.count == count, "the list is not whole")
        guard let known else { return [] }
        let stranger = try SessionID.random()
        let lines = [
            "revocation list, load of a million            \(elapsed)",
            Measurement("revocation list, one of a million", iterations: 100_000) {
                precondition(authority.revocations.contains(known))
            }.line,
            Measurement("revocation list, none of a million", iterations: 100_000) {
                precondition(!authority.revocations.contains(stranger))
            }.line,
        ]
        try await authority.shutdown()
        return lines
    }
}
