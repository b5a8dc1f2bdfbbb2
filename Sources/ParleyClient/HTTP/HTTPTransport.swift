import NIOCore
import NIOHTTP1

/// HTTP/1.1 over one connection that is kept open between requests and replaced when it has died.
actor HTTPTransport {
    /// A server closes an idle connection after 60 s; one that rested for longer than this is not trusted to be alive.
    private static let maximumRest = Duration.seconds(30)
    private static let maximumBodyBytes = 64 << 20

    private let endpoint: Endpoint
    private let requestTimeout: TimeAmount
    private var opening: Task<any Channel, any Error>?
    private var channel: (any Channel)?
    private var lastUse = ContinuousClock.now
    private var isShutDown = false

    init(endpoint: Endpoint, requestTimeout: Duration) {
        self.endpoint = endpoint
        self.requestTimeout = TimeAmount(requestTimeout)
    }

    /// Sends a request and gives its answer, whatever its status.
    ///
    /// A request that met a dead connection is sent once more where that cannot do its work twice.
    ///
    /// - Throws: ``ClientError``.
    func send(
        _ method: String, _ path: String, headers: [(name: String, value: String)] = [], body: [UInt8]? = nil
    ) async throws -> ClientResponse {
        guard path.utf8.first == UInt8(ascii: "/"), path.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw ClientError(.invalidURL, "a path starts with a slash and is percent-encoded")
        }
        var isFirstAttempt = true
        while true {
            let (channel, isReused) = try await connection()
            lastUse = .now
            let promise = channel.eventLoop.makePromise(of: ClientResponse.self)
            let exchange = HTTPExchange(
                method: method, path: path, headers: headers, body: body, timeout: requestTimeout, promise: promise)
            // On a channel that has just closed the handler is gone and cannot answer for itself.
            channel.write(exchange).whenFailure { _ in
                let error = ClientError(.connectionClosed, "the connection has ended")
                promise.fail(ExchangeFailure(error: error, stage: .unsent))
            }
            do {
                return try await promise.futureResult.get()
            } catch let failure as ExchangeFailure {
                // It may still call itself active for a moment.
                if self.channel === channel { self.channel = nil }
                let mayRepeat =
                    switch failure.stage {
                    case .unsent: true
                    case .unanswered: HTTPExchange.isIdempotent(method)
                    case .begun: false
                    }
                guard isReused, isFirstAttempt, mayRepeat else { throw failure.error }
                isFirstAttempt = false
            }
        }
    }

    /// Closes the connection; a request afterwards fails with `shutDown`.
    func shutDown() async {
        isShutDown = true
        opening?.cancel()
        let last = channel
        channel = nil
        try? await last?.close().get()
    }

    private func connection() async throws -> (channel: any Channel, isReused: Bool) {
        guard !isShutDown else { throw ClientError(.shutDown, "the client was shut down") }
        if let channel {
            if channel.isActive, lastUse.duration(to: .now) < Self.maximumRest { return (channel, true) }
            channel.close(promise: nil)
            self.channel = nil
        }
        if let opening { return (try await opening.value, false) }
        let task = Task { try await self.open() }
        opening = task
        defer { opening = nil }
        let opened = try await task.value
        guard !isShutDown else {
            opened.close(promise: nil)
            throw ClientError(.shutDown, "the client was shut down")
        }
        channel = opened
        return (opened, false)
    }

    private func open() async throws -> any Channel {
        let host = endpoint.authority
        return try await endpoint.connect { channel in
            let pipeline = channel.pipeline.syncOperations
            try pipeline.addHTTPClientHandlers()
            try pipeline.addHandler(HTTPExchangeHandler(host: host, maximumBodyBytes: Self.maximumBodyBytes))
        }
    }
}
