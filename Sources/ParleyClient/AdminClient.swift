public import NIOCore
public import NIOPosix

/// The administrator's client: plain HTTP over the server's Unix socket, whose file permission is the authority.
public final class AdminClient: Sendable {
    private let transport: HTTPTransport

    /// A client of the socket at a path, `<data>/admin.sock`; it connects at the first request.
    public init(
        socketPath: String, requestTimeout: Duration = .seconds(30),
        eventLoopGroup: any EventLoopGroup = .singletonMultiThreadedEventLoopGroup
    ) {
        let endpoint = Endpoint(socketPath: socketPath, group: eventLoopGroup, connectTimeout: .seconds(5))
        transport = HTTPTransport(endpoint: endpoint, requestTimeout: requestTimeout)
    }

    /// Sends a request and gives the answer of a status below 400.
    ///
    /// - Parameters:
    ///   - method: `GET`, `POST` and so on.
    ///   - path: The whole path with its query, percent-encoded: `/api/v1/admin/users`.
    ///   - json: The body.
    /// - Returns: The whole answer.
    /// - Throws: ``ProblemError`` for a status of 400 or above; ``ClientError`` where there is no answer, with the code
    ///   `connectFailed` where no server listens.
    @discardableResult
    public func request(
        _ method: String, _ path: String, json: (any Encodable & Sendable)? = nil
    ) async throws -> ClientResponse {
        let content = try RequestContent(method: method, json: json)
        let response = try await transport.send(method, path, headers: content.headers, body: content.body)
        if response.status >= 400 { throw ProblemError(response: response) }
        return response
    }

    /// Closes the connection; a later request fails.
    public func shutDown() async { await transport.shutDown() }
}
