import HTTPTypes
import Hummingbird

/// `/` and `/assets`: the web client.
struct WebClientRoutes {
    var bundle = WebClientBundle.embedded

    /// What the page may do: load and call nothing but this server, and turn no text into markup or script.
    static let policy = [
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'", "img-src 'self' blob:",
        "require-trusted-types-for 'script'", "trusted-types 'none'", "base-uri 'none'", "form-action 'none'",
        "frame-ancestors 'none'",
    ].joined(separator: "; ")

    func add(to router: Router<ParleyRequestContext>) {
        router.get("/") { request, _ in page(request) }
        for (path, file) in bundle.files {
            router.get(RouterPath(path)) { request, _ in
                answer(file, to: request, [.cacheControl: "public, max-age=31536000, immutable"])
            }
        }
    }

    private func page(_ request: Request) -> Response {
        // Weak: it stands for the bytes as they are and as they are compressed.
        let tag = "W/\"\(bundle.version)\""
        let fields: HTTPFields = [
            .cacheControl: "no-cache", .eTag: tag, .contentSecurityPolicy: Self.policy, .vary: "Accept-Encoding",
        ]
        if request.headers[.ifNoneMatch] == tag { return Response(status: .notModified, headers: fields) }
        return answer(bundle.page, to: request, fields)
    }

    /// The file as the browser can take it.
    private func answer(_ file: WebClientBundle.File, to request: Request, _ fields: HTTPFields) -> Response {
        var fields = fields
        fields[.contentType] = file.mediaType
        fields[.vary] = "Accept-Encoding"
        guard let gzipped = file.gzipped, AcceptEncoding.allowsGzip(request.headers[.acceptEncoding]) else {
            return Response(status: .ok, headers: fields, body: ResponseBody(byteBuffer: file.bytes))
        }
        fields[.contentEncoding] = "gzip"
        return Response(status: .ok, headers: fields, body: ResponseBody(byteBuffer: gzipped))
    }
}
