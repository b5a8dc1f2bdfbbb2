public import NIOCore
public import NIOPosix

/// A session with a Parley server: logs in, keeps the two cookies fresh, asks over HTTP and opens chat sockets.
///
/// The access token is renewed in the background after four fifths of its life, for as long as the client exists, which
/// also extends the life of its sockets. End with ``logout()`` or ``shutDown()``.
public actor ParleyClient {
    /// The server.
    public nonisolated let address: ServerAddress

    let endpoint: Endpoint
    private let device: String?
    private let transport: HTTPTransport
    private var cookies = CookieJar()
    private var refreshing: Task<SignedIn, any Error>?
    private var keepingFresh: Task<Void, Never>?

    /// A client of one server; it connects at the first request.
    ///
    /// - Parameters:
    ///   - url: `https://host[:port]`.
    ///   - trust: How the server proves itself.
    ///   - device: What the session is called in the user's list of sessions.
    ///   - requestTimeout: The longest wait for one answer.
    ///   - eventLoopGroup: Where the I/O happens.
    /// - Throws: ``ClientError`` with the code `invalidURL`, or `untrustedServer` where the trusted file cannot be used.
    public init(
        url: String, trust: TrustPolicy = .system, device: String? = nil, requestTimeout: Duration = .seconds(30),
        eventLoopGroup: any EventLoopGroup = .singletonMultiThreadedEventLoopGroup
    ) throws {
        address = try ServerAddress(url: url)
        self.device = device
        endpoint = try Endpoint(
            address: address, trust: trust, group: eventLoopGroup, connectTimeout: .seconds(10))
        transport = HTTPTransport(endpoint: endpoint, requestTimeout: requestTimeout)
    }

    deinit { keepingFresh?.cancel() }

    /// Starts a session.
    ///
    /// - Throws: ``ProblemError``: 401 `invalid_credentials` or `totp_required`, 429 with `retryAfter`; ``ClientError``.
    @discardableResult
    public func login(username: String, password: String, totp: String? = nil) async throws -> SignedIn {
        var fields: [String: JSONValue] = ["username": .string(username), "password": .string(password)]
        if let totp { fields["totp"] = .string(totp) }
        if let device { fields["device"] = .string(device) }
        return try await signIn(at: "/api/v1/auth/login", fields)
    }

    /// Starts a session of a bot by its key, which is good from the bot's addresses only.
    ///
    /// - Throws: ``ProblemError``: 401 `invalid_credentials`, 403 `address_not_allowed`; ``ClientError``.
    @discardableResult
    public func login(botKey: String) async throws -> SignedIn {
        var fields: [String: JSONValue] = ["key": .string(botKey)]
        if let device { fields["device"] = .string(device) }
        return try await signIn(at: "/api/v1/auth/bot", fields)
    }

    /// Makes an account, as far as the server's `auth.registration` allows, and starts a session with it.
    ///
    /// - Throws: ``ProblemError``; ``ClientError``.
    @discardableResult
    public func register(
        username: String, password: String, name: String? = nil, invite: String? = nil
    ) async throws -> SignedIn {
        var fields: [String: JSONValue] = ["username": .string(username), "password": .string(password)]
        if let name { fields["name"] = .string(name) }
        if let invite { fields["invite"] = .string(invite) }
        return try await signIn(at: "/api/v1/auth/register", fields)
    }

    /// Renews both tokens; calls at the same time share one request.
    ///
    /// - Throws: ``ProblemError``: 401 ends the session and forgets the cookies; ``ClientError``, with the code
    ///   `notLoggedIn` where there is nothing to renew.
    @discardableResult
    public func refresh() async throws -> SignedIn {
        if let refreshing { return try await refreshing.value }
        guard cookies.canRefresh(at: .now) else { throw ClientError(.notLoggedIn, "there is no session to renew") }
        let task = Task { try await self.performRefresh() }
        refreshing = task
        defer { refreshing = nil }
        return try await task.value
    }

    /// Ends the session on the server and forgets the cookies, also when the server could not be told.
    ///
    /// - Throws: ``ProblemError``; ``ClientError``.
    public func logout() async throws {
        stopKeepingFresh()
        defer { cookies.clear() }
        let content = try RequestContent(method: "POST", json: nil)
        let response = try await exchange("POST", "/api/v1/auth/logout", content)
        if response.status >= 400 { throw ProblemError(response: response) }
    }

    /// Sends a request and gives the answer of a status below 400.
    ///
    /// A due refresh happens first; an access token that the server calls expired is renewed and the request repeated.
    ///
    /// - Parameters:
    ///   - method: `GET`, `POST` and so on.
    ///   - path: The whole path with its query, percent-encoded: `/api/v1/me`.
    ///   - json: The body.
    /// - Returns: The whole answer.
    /// - Throws: ``ProblemError`` for a status of 400 or above; ``ClientError`` where there is no answer.
    @discardableResult
    public func request(
        _ method: String, _ path: String, json: (any Encodable & Sendable)? = nil
    ) async throws -> ClientResponse {
        try await request(method, path, RequestContent(method: method, json: json))
    }

    /// Sends a request with a body of any type, as ``request(_:_:json:)`` does.
    ///
    /// - Throws: ``ProblemError``; ``ClientError``.
    @discardableResult
    public func request(
        _ method: String, _ path: String, body: [UInt8], contentType: String
    ) async throws -> ClientResponse {
        try await request(method, path, RequestContent(body: body, contentType: contentType))
    }

    /// Stops renewing tokens and closes the HTTP connection. The session lives on at the server; sockets stay open.
    public func shutDown() async {
        stopKeepingFresh()
        await transport.shutDown()
    }

    /// Whether an access token is held that has not run out.
    public var isLoggedIn: Bool { cookies.hasAccess(at: .now) }

    /// The `Cookie` header for `/ws`; a secret.
    package func socketCookie() -> String? { cookies.header(for: "/ws", at: .now) }

    /// Renews the tokens where that is due and possible.
    ///
    /// - Throws: What ``refresh()`` throws.
    func refreshIfDue() async throws {
        let now = ContinuousClock.now
        let isDue = cookies.refreshDue.map { now >= $0 } ?? !cookies.hasAccess(at: now)
        if isDue, cookies.canRefresh(at: now) { try await refresh() }
    }

    /// Whether a refresh can be tried at all.
    var canRefresh: Bool { cookies.canRefresh(at: .now) }

    func request(_ method: String, _ path: String, _ content: RequestContent) async throws -> ClientResponse {
        try await refreshIfDue()
        var response = try await exchange(method, path, content)
        if response.status == 401, ProblemError(response: response).code == "token_expired", canRefresh {
            try await refresh()
            response = try await exchange(method, path, content)
        }
        if response.status >= 400 { throw ProblemError(response: response) }
        return response
    }

    /// One request with the cookies that belong to it; the answer's cookies go into the jar and no further.
    private func exchange(_ method: String, _ path: String, _ content: RequestContent) async throws -> ClientResponse {
        var headers = content.headers
        if let cookie = cookies.header(for: path, at: .now) { headers.append(("cookie", cookie)) }
        let response = try await transport.send(method, path, headers: headers, body: content.body)
        var kept: [(name: String, value: String)] = []
        let now = ContinuousClock.now
        for field in response.headers {
            if field.name.lowercased() == "set-cookie" {
                cookies.received(setCookie: field.value, at: now)
            } else {
                kept.append(field)
            }
        }
        return ClientResponse(status: response.status, headers: kept, body: response.body)
    }

    private func signIn(at path: String, _ fields: [String: JSONValue]) async throws -> SignedIn {
        let content = try RequestContent(method: "POST", json: JSONValue.object(fields))
        let response = try await exchange("POST", path, content)
        if response.status >= 400 { throw ProblemError(response: response) }
        let signedIn = try response.decode(SignedIn.self)
        keepFresh()
        return signedIn
    }

    private func performRefresh() async throws -> SignedIn {
        let content = try RequestContent(method: "POST", json: nil)
        let response = try await exchange("POST", "/api/v1/auth/refresh", content)
        if response.status >= 400 {
            if response.status == 401 { cookies.clear() }
            throw ProblemError(response: response)
        }
        return try response.decode(SignedIn.self)
    }

    private func keepFresh() {
        stopKeepingFresh()
        keepingFresh = Task { [weak self] in
            while !Task.isCancelled, let due = await self?.cookies.refreshDue {
                do {
                    try await Task.sleep(until: due, clock: .continuous)
                    try await self?.refreshIfDue()
                } catch {
                    guard await self?.canRefresh == true else { return }
                    // A fifth of the token's life is left for a server that is away for a moment.
                    try? await Task.sleep(for: .seconds(2))
                }
            }
        }
    }

    private func stopKeepingFresh() {
        keepingFresh?.cancel()
        keepingFresh = nil
    }
}

extension ParleyClient: CustomStringConvertible {
    /// The server's URL, and nothing of the session.
    public nonisolated var description: String { "ParleyClient(\(address))" }
}
