/// The two cookies of a session: kept, sent where they belong, forgotten when cleared or too old, and never printed.
struct CookieJar: Sendable, CustomStringConvertible, CustomReflectable {
    static let accessName = "__Host-parley_access"
    static let refreshName = "__Secure-parley_refresh"
    static let refreshPath = "/api/v1/auth"

    private struct Cookie {
        var value: String
        var receivedAt: ContinuousClock.Instant
        var life: Duration?

        func isAlive(at now: ContinuousClock.Instant) -> Bool {
            guard let life else { return true }
            return now < receivedAt + life
        }
    }

    private var access: Cookie?
    private var refresh: Cookie?

    /// Takes one `Set-Cookie` value; cookies other than the two are ignored.
    mutating func received(setCookie header: String, at now: ContinuousClock.Instant) {
        guard let parsed = SetCookie(header) else { return }
        var cookie: Cookie?
        if !parsed.value.isEmpty, parsed.maximumAge.map({ $0 > 0 }) ?? true {
            // A century is as good as forever and keeps the instant from overflowing.
            let life = parsed.maximumAge.map { Duration.seconds(min($0, 3_155_760_000)) }
            cookie = Cookie(value: parsed.value, receivedAt: now, life: life)
        }
        switch parsed.name {
        case Self.accessName: access = cookie
        case Self.refreshName: refresh = cookie
        default: break
        }
    }

    /// The `Cookie` header for a request to `path`; nil where no cookie belongs there.
    func header(for path: String, at now: ContinuousClock.Instant) -> String? {
        var pairs: [String] = []
        if let access, access.isAlive(at: now) { pairs.append("\(Self.accessName)=\(access.value)") }
        if let refresh, refresh.isAlive(at: now), Self.matchesRefreshPath(path) {
            pairs.append("\(Self.refreshName)=\(refresh.value)")
        }
        return pairs.isEmpty ? nil : pairs.joined(separator: "; ")
    }

    /// Whether a refresh token is held, so that a refresh can be tried.
    func canRefresh(at now: ContinuousClock.Instant) -> Bool { refresh?.isAlive(at: now) ?? false }

    /// Whether an access token is held.
    func hasAccess(at now: ContinuousClock.Instant) -> Bool { access?.isAlive(at: now) ?? false }

    /// When the access token should be renewed: after four fifths of its life; nil where none is held or it has no end.
    var refreshDue: ContinuousClock.Instant? {
        guard let access, let life = access.life else { return nil }
        return access.receivedAt + life * 4 / 5
    }

    /// Forgets both cookies.
    mutating func clear() {
        access = nil
        refresh = nil
    }

    /// Says which cookies are held, not what they are.
    var description: String {
        "CookieJar(access: \(access == nil ? "none" : "held"), refresh: \(refresh == nil ? "none" : "held"))"
    }

    /// Keeps `dump` and the debugger's print from showing the values.
    var customMirror: Mirror { Mirror(self, children: [:]) }

    private static func matchesRefreshPath(_ path: String) -> Bool {
        guard path.hasPrefix(refreshPath) else { return false }
        let rest = path.dropFirst(refreshPath.count)
        return rest.isEmpty || rest.first == "/" || rest.first == "?"
    }
}
