import Database
import HTTPTypes
import Hummingbird
import Identity
import NIOCore

/// `/healthz`, `/readyz` and `/metrics`.
struct HealthRoutes {
    let node: ParleyNode

    func add(to router: Router<ParleyRequestContext>) {
        router.get("healthz") { _, _ in Self.text("ok\n") }
        router.get("readyz") { _, _ in
            guard node.status.isReady else { throw Problem(.draining, "The server is starting or about to stop.") }
            _ = try await node.engine.read { try $0.first("SELECT 1") { $0.integer(0) } }
            return Self.text("ready\n")
        }
        router.get("metrics") { request, context in
            guard isAdministrator(request, context) else { throw Problem(.notFound) }
            return try await StatisticsReport(node: node).prometheus()
        }
    }

    private func isAdministrator(_ request: Request, _ context: ParleyRequestContext) -> Bool {
        if case .operatorOfHost = context.caller { return true }
        guard let token = try? SessionCookies.token(SessionCookies.access, in: request.headers),
            let caller = try? node.authority.authenticate(token)
        else { return false }
        return caller.user.role == .admin
    }

    private static func text(_ text: String) -> Response {
        Response(
            status: .ok, headers: [.contentType: "text/plain; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }
}
