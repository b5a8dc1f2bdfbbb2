import HTTPTypes
import Hummingbird

/// `/openapi.yaml` and `/asyncapi.yaml`: what the server says, for programs.
struct ContractRoutes {
    func add(to router: Router<ParleyRequestContext>) {
        router.get("openapi.yaml") { request, _ in Self.response(.openAPI, to: request) }
        router.get("asyncapi.yaml") { request, _ in Self.response(.asyncAPI, to: request) }
    }

    private static func response(_ document: ContractDocument, to request: Request) -> Response {
        var fields: HTTPFields = [.cacheControl: "no-cache", .eTag: document.tag]
        if request.headers[.ifNoneMatch] == document.tag { return Response(status: .notModified, headers: fields) }
        // RFC 9512
        fields[.contentType] = "application/yaml"
        return Response(status: .ok, headers: fields, body: ResponseBody(byteBuffer: document.bytes))
    }
}
