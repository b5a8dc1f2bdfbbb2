import NIOCore
import NIOOpenSSL
import NIOPosix
package import ParleyClient

/// The way to a server over TLS on 127.0.0.1, in this process or in another.
package struct ServerAccess: Sendable {
    /// The listener's port.
    package let port: Int
    /// The CA file to trust.
    package let authority: String
    private let tls: TLSContext

    package init(port: Int, authority: String) throws {
        self.port = port
        self.authority = authority
        tls = try TLSContext.client(trusting: .file(authority))
    }

    /// The server's own origin.
    package var origin: String { "https://127.0.0.1:\(port)" }

    // MARK: HTTP

    /// Opens a connection for bytes.
    package func connection() async throws -> RawConnection { try await .open(port: port, tls: tls) }

    /// One request on a connection of its own.
    package func send(_ request: RawRequest) async throws -> RawResponse {
        let connection = try await connection()
        defer { connection.close() }
        var request = request
        request.headers.append(("Connection", "close"))
        try await connection.send(request.bytes(host: "127.0.0.1:\(port)"))
        return try await connection.answer()
    }

    /// A GET with a login's cookies.
    package func get(_ path: String, _ login: TestLogin? = nil) async throws -> RawResponse {
        try await send(RawRequest("GET", path, headers: login?.headers ?? []))
    }

    /// A request with a JSON body and a login's cookies.
    package func call(
        _ method: String, _ path: String, _ json: [String: JSONValue] = [:], _ login: TestLogin? = nil
    ) async throws -> RawResponse {
        try await send(try RawRequest(method, path, json: .object(json), headers: login?.headers ?? []))
    }

    /// Registers a user, which gives a login; the server must have `auth.registration` open. Throws ``NoLogin``.
    package func register(_ username: String) async throws -> TestLogin {
        try TestLogin(
            await call(
                "POST", "/api/v1/auth/register",
                ["username": .string(username), "password": .string(TestLogin.password)]))
    }

    /// Logs a user in whose password is ``TestLogin/password``. Throws ``NoLogin``.
    package func login(_ username: String, device: String? = nil) async throws -> TestLogin {
        var fields: [String: JSONValue] = [
            "username": .string(username), "password": .string(TestLogin.password),
        ]
        fields["device"] = device.map { .string($0) }
        return try TestLogin(await call("POST", "/api/v1/auth/login", fields))
    }

    // MARK: Sockets

    /// The answer to a request for `/ws`.
    package enum Upgrade: Sendable {
        case socket(RawSocket)
        case refused(RawResponse)
    }

    /// The fields of a good handshake.
    package static let handshake: [(name: String, value: String)] = [
        ("Connection", "Upgrade"), ("Upgrade", "websocket"), ("Sec-WebSocket-Version", "13"),
        ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
    ]

    /// Asks for a socket, with good handshake fields unless `handshake` has others.
    package func upgrade(
        _ headers: [(name: String, value: String)], target: String = "/ws",
        handshake: [(name: String, value: String)] = ServerAccess.handshake, answersPings: Bool = true
    ) async throws -> Upgrade {
        let inbox = Mailbox<RawSocket.Arrival>()
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let promise = loop.makePromise(of: RawResponse.self)
        let channel: any Channel
        do {
            channel = try await RawConnection.connect(port: port, tls: tls) {
                RawSocketHandler(answer: promise, inbox: inbox, answersPings: answersPings)
            }
        } catch {
            promise.fail(error)
            throw error
        }
        let request = RawRequest("GET", target, headers: handshake + headers)
        channel.writeAndFlush(request.bytes(host: "127.0.0.1:\(port)"), promise: nil)
        let answer = try await promise.futureResult.get()
        guard answer.status == 101 else {
            channel.close(promise: nil)
            return .refused(answer)
        }
        return .socket(RawSocket(answer: answer, channel: channel, inbox: inbox))
    }

    /// Opens a socket; `hello` is its first event. Throws ``Refused``.
    package func socket(
        _ login: TestLogin, headers: [(name: String, value: String)] = [], answersPings: Bool = true
    ) async throws -> RawSocket {
        switch try await upgrade(login.headers + headers, answersPings: answersPings) {
        case .socket(let socket): return socket
        case .refused(let answer): throw Refused(answer: answer)
        }
    }

    /// Opens a socket and takes its `hello`. Throws ``Refused`` and ``RawSocket/Ended``.
    package func greeted(_ login: TestLogin) async throws -> RawSocket {
        let socket = try await socket(login)
        _ = try await socket.event("hello")
        return socket
    }
}

/// The server did not open a socket.
package struct Refused: Error {
    package let answer: RawResponse
}
