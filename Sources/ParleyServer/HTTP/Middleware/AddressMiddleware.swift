import HTTPTypes
import Hummingbird

/// Finds the client's address: the peer's, unless the peer is a trusted proxy that names another.
struct AddressMiddleware: RouterMiddleware {
    let addresses: ClientAddress

    func handle(
        _ request: Request, context: ParleyRequestContext,
        next: (Request, ParleyRequestContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        if let peer = context.peer {
            context.address =
                addresses.client(
                    peer: peer, forwarded: request.headers[values: .xForwardedFor]
                ).description
        }
        return try await next(request, context)
    }
}

extension HTTPField.Name {
    /// `X-Forwarded-For`, as reverse proxies write it.
    static let xForwardedFor = parsedOrTrap("X-Forwarded-For")
    /// `Sec-Fetch-Site` (W3C Fetch Metadata).
    static let secFetchSite = parsedOrTrap("Sec-Fetch-Site")

    private static func parsedOrTrap(_ name: String) -> HTTPField.Name {
        guard let name = HTTPField.Name(name) else { preconditionFailure("\(name) is no field name") }
        return name
    }
}
