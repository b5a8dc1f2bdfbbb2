import ParleyClient
import ParleyServer

extension Probe {
    /// What each answer has to carry: a field, and what its value must hold.
    private static let expected: [(name: String, part: String)] = [
        ("strict-transport-security", "max-age=31536000"), ("x-content-type-options", "nosniff"),
        ("content-security-policy", "frame-ancestors 'none'"), ("referrer-policy", "no-referrer"),
        ("cross-origin-opener-policy", "same-origin"), ("cross-origin-resource-policy", "same-origin"),
        ("cache-control", "no-"),
    ]

    /// Says of each security header whether it arrived as the server sent it.
    func headers(_ answer: ProbeAnswer, of path: String) -> [Finding] {
        let wrong = Self.expected.compactMap { name, part -> Finding? in
            let values = answer.values(of: name)
            if values.count == 1, values[0].contains(part) { return nil }
            let what = values.isEmpty ? "is missing" : "is '\(values.joined(separator: "', '"))'"
            return Finding(
                .securityHeaders, .failed, "\(path): the header \(name) \(what)",
                remedy: "let the proxy pass the server's \(name) as it is (nginx: no proxy_hide_header, no add_header)")
        }
        return wrong.isEmpty ? [Finding(.securityHeaders, .ok, "\(path): every security header arrives")] : wrong
    }

    /// Whether another site is refused, and the public address is not.
    func origins(_ connection: ProbeConnection) async throws -> [Finding] {
        let path = "/api/v1/auth/logout"
        let foreign = try await connection.send(
            "POST", path, headers: [("Origin", "https://probe.invalid")], body: "{}")
        guard foreign.status == 403, foreign.body.contains("origin_not_allowed") else {
            return [
                Finding(
                    .origins, .failed, "a request of another site was answered \(foreign.status), not refused",
                    remedy: "let the proxy pass the header Origin as it is")
            ]
        }
        let own = try await connection.send("POST", path, headers: [("Origin", address.origin)], body: "{}")
        guard own.status == 204 else {
            return [
                Finding(
                    .origins, .failed, "pages of \(address.origin) are refused (\(own.status))",
                    remedy: "set server.public_url, or server.allowed_origins, to \(address.origin)")
            ]
        }
        return [Finding(.origins, .ok, "other sites are refused, \(address.origin) is not")]
    }
}
