import HTTPTypes
import Hummingbird
import NIOCore

/// Runs the operator's requests without a listener: what a command uses when no server has the data directory.
package struct OperatorConsole: Sendable {
    private let responder: any HTTPResponder<ParleyRequestContext>
    private let node: ParleyNode

    package init(node: ParleyNode) {
        self.node = node
        responder = ParleyRouter.operatorRouter(node: node).buildResponder()
    }

    /// Answers one request as `admin.sock` would.
    package func respond(method: String, path: String, body: [UInt8]) async throws -> (status: Int, body: [UInt8]) {
        var head = HTTPRequest(
            method: HTTPRequest.Method(method) ?? .get, scheme: nil, authority: "localhost", path: path)
        if !body.isEmpty { head.headerFields[.contentType] = "application/json" }
        let request = Request(head: head, body: RequestBody(buffer: ByteBuffer(bytes: body)))
        let context = ParleyRequestContext(operatorLogger: node.logger)
        let response = try await responder.respond(to: request, context: context)
        let collector = BodyCollector()
        try await response.body.write(collector)
        return (response.status.code, collector.bytes)
    }
}

/// Takes a response's body into memory.
private final class BodyCollector: ResponseBodyWriter {
    private(set) var bytes: [UInt8] = []

    func write(_ buffer: ByteBuffer) async throws { bytes.append(contentsOf: buffer.readableBytesView) }

    consuming func finish(_ trailingHeaders: HTTPFields?) async throws {}
}
