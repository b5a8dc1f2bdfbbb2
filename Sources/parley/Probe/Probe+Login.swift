import Foundation
import ParleyClient
import ParleyServer

extension Probe {
    private static let accessName = "__Host-parley_access"
    private static let refreshName = "__Secure-parley_refresh"
    /// An address for documentation (RFC 5737) that no client has.
    private static let claimedAddress = "203.0.113.77"

    private static let handshake: [(String, String)] = [
        ("Connection", "Upgrade"), ("Upgrade", "websocket"), ("Sec-WebSocket-Version", "13"),
        ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
    ]

    /// Logs in, looks at what only a login shows, and logs out again. False where the login was refused.
    func examine(
        _ credentials: Credentials, _ connection: ProbeConnection, _ findings: inout [Finding]
    ) async throws -> Bool {
        var fields = ["username": credentials.user, "password": credentials.password, "device": "parley doctor"]
        fields["totp"] = credentials.totp
        let body = String(decoding: try JSONEncoder().encode(fields), as: UTF8.self)
        let login = try await connection.send(
            "POST", "/api/v1/auth/login", headers: [("X-Forwarded-For", Self.claimedAddress)], body: body)
        guard login.status == 200 else {
            let code = Self.json(login)?["code"]?.string ?? ""
            findings.append(
                Finding(
                    .login, .failed, "the login was answered \(login.status) \(code)",
                    remedy: Self.remedy(status: login.status, code: code)))
            return false
        }
        findings.append(Finding(.login, .ok, "\(credentials.user) can log in"))
        findings += cookies(login)
        let cookie = login.cookies.map { "\($0.name)=\($0.value)" }.joined(separator: "; ")
        findings += try await socket(connection, cookie)
        findings += try await clientAddress(connection, cookie, login.localAddress)
        let logout = try await connection.send(
            "POST", "/api/v1/auth/logout", headers: [("Cookie", cookie)], body: "{}")
        let after = try await connection.send("GET", "/api/v1/me", headers: [("Cookie", cookie)])
        if logout.status != 204 || after.status != 401 {
            findings.append(
                Finding(
                    .login, .failed, "after the logout the session is answered \(after.status)",
                    remedy: "let the proxy cache nothing and pass cookies as they are"))
        }
        return true
    }

    private static func remedy(status: Int, code: String) -> String {
        switch (status, code) {
        case (401, "totp_required"):
            "give --totp, which asks for a code, or probe with an account without a second factor"
        case (401, _): "check the name and the password of the probe's account"
        case (429, _): "wait until the throttle lets it in: parley throttle list"
        default: "let the proxy pass POST requests with their bodies to the server"
        }
    }

    private func cookies(_ login: ProbeAnswer) -> [Finding] {
        let wanted: [(String, Set<String>)] = [
            (Self.accessName, ["httponly", "secure", "samesite=strict", "path=/"]),
            (Self.refreshName, ["httponly", "secure", "samesite=strict", "path=/api/v1/auth"]),
        ]
        var findings: [Finding] = []
        for (name, attributes) in wanted {
            let found = login.cookies.filter { $0.name == name }
            guard found.count == 1, found[0].attributes != attributes else {
                if found.count != 1 {
                    findings.append(
                        Finding(
                            .cookies, .failed, "the cookie \(name) arrived \(found.count) times",
                            remedy: "let the proxy pass Set-Cookie as it is"))
                }
                continue
            }
            let missing = attributes.subtracting(found[0].attributes).sorted()
            let added = found[0].attributes.subtracting(attributes).sorted()
            findings.append(
                Finding(
                    .cookies, .failed,
                    "the cookie \(name) lacks [\(missing.joined(separator: ", "))], has [\(added.joined(separator: ", "))]",
                    remedy: "let the proxy pass Set-Cookie as it is (nginx: no proxy_cookie_path, _domain or _flags)"))
        }
        return findings.isEmpty ? [Finding(.cookies, .ok, "both cookies arrive with all their attributes")] : findings
    }

    private func socket(_ connection: ProbeConnection, _ cookie: String) async throws -> [Finding] {
        let mine = Self.handshake + [("Cookie", cookie)]
        let opened = try await connection.send("GET", "/ws", headers: mine + [("Origin", address.origin)])
        guard opened.status == 101 else { return [refusedSocket(opened)] }
        guard opened.firstText?.hasPrefix(#"{"type":"hello""#) == true else {
            return [
                Finding(
                    .socket, .failed, "the socket opens, but no hello comes",
                    remedy: "let the proxy pass what follows the upgrade at once (nginx: proxy_buffering off)")
            ]
        }
        let foreign = try await connection.send("GET", "/ws", headers: mine + [("Origin", "https://probe.invalid")])
        guard foreign.status == 403 else {
            return [
                Finding(
                    .origins, .failed, "a socket of another site was answered \(foreign.status), not refused",
                    remedy: "let the proxy pass the header Origin of the upgrade as it is")
            ]
        }
        return [Finding(.socket, .ok, "a socket opens and greets; one of another site is refused")]
    }

    /// Without a login the refusal shows whether the upgrade came through: the handshake is looked at first.
    func socketWithoutLogin(_ connection: ProbeConnection) async throws -> [Finding] {
        let answer = try await connection.send("GET", "/ws", headers: Self.handshake + [("Origin", address.origin)])
        guard answer.status == 401 else { return [refusedSocket(answer)] }
        return [Finding(.socket, .ok, "the upgrade of a socket comes through")]
    }

    private func refusedSocket(_ answer: ProbeAnswer) -> Finding {
        let code = Self.json(answer)?["code"]?.string ?? "by no Parley server"
        let remedy =
            switch (answer.status, code) {
            case (400, "bad_handshake"), (426, _), (404, _):
                "let the proxy pass Upgrade and Connection (nginx: proxy_http_version 1.1; proxy_set_header Upgrade "
                    + "$http_upgrade; proxy_set_header Connection $parley_connection, as in config/nginx.conf)"
            case (403, _): "set server.public_url, or server.allowed_origins, to \(address.origin)"
            case (401, _): "let the proxy pass the header Cookie as it is"
            default: "pass /ws on to the server, with its upgrade"
            }
        let missing = answer.status == 400 ? ": the header Upgrade or Connection is missing" : ""
        return Finding(
            .socket, .failed, "the upgrade of /ws was answered \(answer.status) (\(code))\(missing)", remedy: remedy)
    }

    /// Which address the server saw, although the login claimed another one.
    private func clientAddress(
        _ connection: ProbeConnection, _ cookie: String, _ local: String
    ) async throws -> [Finding] {
        let answer = try await connection.send("GET", "/api/v1/sessions", headers: [("Cookie", cookie)])
        let mine = Self.json(answer)?["items"]?.array?.first { $0["current"]?.bool == true }
        guard let seen = mine?["address"]?.string else {
            return [
                Finding(
                    .clientAddress, .failed, "/api/v1/sessions answers \(answer.status) without this session",
                    remedy: "let the proxy cache nothing and pass cookies as they are")
            ]
        }
        if seen == Self.claimedAddress {
            return [
                Finding(
                    .clientAddress, .failed, "the server believes an X-Forwarded-For that a client made up",
                    remedy: "let the proxy set it (nginx: proxy_set_header X-Forwarded-For $remote_addr), "
                        + "and name only proxies in server.trusted_proxies")
            ]
        }
        guard seen == local else {
            return [
                Finding(
                    .clientAddress, .warning, "the server sees \(seen) as this machine's address, which used \(local)",
                    remedy:
                        "fine behind address translation; if \(seen) is the proxy, add it to server.trusted_proxies "
                        + "and let it set X-Forwarded-For")
            ]
        }
        return [Finding(.clientAddress, .ok, "the server sees clients' own addresses, and not what they claim")]
    }

    private static func json(_ answer: ProbeAnswer) -> JSONValue? {
        try? JSONDecoder().decode(JSONValue.self, from: Data(answer.object.utf8))
    }
}
