import NIOConcurrencyHelpers

/// The HTTP side of a small Parley server: any password is right, tokens are numbered.
final class SignInScript: Sendable {
    private let counters = NIOLockedValueBox((logins: 0, refreshes: 0))
    let accessLife: Int
    /// What a refresh is refused with; nil lets it pass.
    let refusal = NIOLockedValueBox<ScriptedServer.Answer?>(nil)

    /// The number of each refresh as it happens.
    let refreshed: AsyncStream<Int>
    private let continuation: AsyncStream<Int>.Continuation

    init(accessLife: Int = 600) {
        self.accessLife = accessLife
        (refreshed, continuation) = AsyncStream.makeStream()
    }

    var refreshes: Int { counters.withLockedValue { $0.refreshes } }

    static let body = """
        {"user":{"id":"alice","name":"Alice","role":"user"},"session":{"id":"s1","device":"test",\
        "created_at":"2026-01-01T00:00:00.000Z","access_expires_at":"2026-01-01T00:10:00.000Z"}}
        """

    func answer(_ request: ScriptedServer.Request) -> ScriptedServer.Answer {
        switch request.path {
        case "/api/v1/auth/login", "/api/v1/auth/register":
            let number = counters.withLockedValue { counters in
                counters.logins += 1
                return counters.logins
            }
            return signedIn("login-\(number)")
        case "/api/v1/auth/refresh":
            if let refusal = refusal.withLockedValue({ $0 }) { return refusal }
            let number = counters.withLockedValue { counters in
                counters.refreshes += 1
                return counters.refreshes
            }
            continuation.yield(number)
            return signedIn("refresh-\(number)")
        case "/api/v1/auth/logout":
            return .init(status: 204, headers: Self.cleared)
        default:
            return .init(status: 404)
        }
    }

    private func signedIn(_ token: String) -> ScriptedServer.Answer {
        let attributes = "HttpOnly; Secure; SameSite=Strict"
        return .init(
            headers: [
                ("content-type", "application/json"),
                ("set-cookie", "__Host-parley_access=\(token); Max-Age=\(accessLife); Path=/; \(attributes)"),
                (
                    "set-cookie",
                    "__Secure-parley_refresh=r-\(token); Max-Age=1209600; Path=/api/v1/auth; \(attributes)"
                ),
            ], body: Self.body)
    }

    static let cleared = [
        ("set-cookie", "__Host-parley_access=; Max-Age=0; Path=/; HttpOnly; Secure; SameSite=Strict"),
        ("set-cookie", "__Secure-parley_refresh=; Max-Age=0; Path=/api/v1/auth; HttpOnly; Secure; SameSite=Strict"),
    ]

    static func problem(
        _ status: Int, _ code: String, headers: [(String, String)] = []
    ) -> ScriptedServer.Answer {
        .init(
            status: status, headers: [("content-type", "application/problem+json")] + headers,
            body:
                #"{"type":"about:blank","title":"No","status":\#(status),"detail":"why","code":"\#(code)","request_id":"r1"}"#
        )
    }
}
