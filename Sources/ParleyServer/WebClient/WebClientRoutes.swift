import HTTPTypes
import Hummingbird

/// `/` and `/assets`: the web client.
struct WebClientRoutes {
    var bundle = WebClientBundle.embedded

    /// What the page may do: load and call nothing but this server, and turn no text into markup or script.
    static let policy = [
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'", "img-src 'self'",
        "require-trusted-types-for 'script'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
    ].joined(separator: "; ")

    func add(to router: Router<ParleyRequestContext>) {
        router.get("/") { request, _ in page(request) }
        for (path, file) in bundle.files {
            router.get(RouterPath(path)) { _, _ in
                Response(
                    status: .ok,
                    headers: [
                        .contentType: file.mediaType, .cacheControl: "public, max-age=31536000, immutable",
                    ], body: ResponseBody(byteBuffer: file.bytes))
            }
        }
    }

    private func page(_ request: Request) -> Response {
        let tag = "\"\(bundle.version)\""
        var fields: HTTPFields = [
            .cacheControl: "no-cache", .eTag: tag, .contentSecurityPolicy: Self.policy,
        ]
        if request.headers[.ifNoneMatch] == tag { return Response(status: .notModified, headers: fields) }
        fields[.contentType] = bundle.page.mediaType
        return Response(status: .ok, headers: fields, body: ResponseBody(byteBuffer: bundle.page.bytes))
    }
}
