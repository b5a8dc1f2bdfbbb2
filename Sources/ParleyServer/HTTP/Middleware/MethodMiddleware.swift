import HTTPTypes
import Hummingbird
import NIOConcurrencyHelpers

/// Answers 405 with `Allow`, where the router knows the path and not the method (RFC 9110, section 15.5.6).
struct MethodMiddleware: RouterMiddleware {
    /// The router's routes, told once all of them are in it.
    final class Routes: Sendable {
        private let methods = NIOLockedValueBox<[(path: [Substring], method: HTTPRequest.Method)]>([])

        /// Takes the routes of a router.
        func take(_ routes: [(path: String, method: HTTPRequest.Method)]) {
            methods.withLockedValue { $0 = routes.map { (Self.parts($0.path), $0.method) } }
        }

        /// The methods of a path, each once, in the order of their names.
        func allowed(_ path: String) -> [String] {
            let parts = Self.parts(path)
            let found = methods.withLockedValue { methods in
                methods.filter { route in
                    route.path.count == parts.count
                        && zip(route.path, parts).allSatisfy { $0.first == ":" || $0 == $1 }
                }
                .map(\.method.rawValue)
            }
            return Set(found).sorted()
        }

        private static func parts(_ path: String) -> [Substring] {
            path.split(separator: "/").map { part in
                // The description of a capture is `:name` or `{name}`.
                part.first == "{" ? ":" : part
            }
        }
    }

    let routes: Routes

    func handle(
        _ request: Request, context: ParleyRequestContext,
        next: (Request, ParleyRequestContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as HTTPError where error.status == .notFound {
            // Only the router itself throws this.
            let allowed = routes.allowed(request.uri.path)
            guard !allowed.isEmpty else { throw error }
            throw Problem(.methodNotAllowed, headers: [.allow: allowed.joined(separator: ", ")])
        }
    }
}
