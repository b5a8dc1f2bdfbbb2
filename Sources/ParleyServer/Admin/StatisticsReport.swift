import Chat
import HTTPTypes
import Hummingbird
import Identity
import NIOCore

/// Counts of the running process, as JSON for administrators and as Prometheus text for `/metrics`.
struct StatisticsReport {
    let node: ParleyNode

    func response() async throws -> Response {
        let values = try await values()
        return Response.object { writer in for value in values { writer.member(value.word, value.number) } }
    }

    /// The Prometheus text format, version 0.0.4.
    func prometheus() async throws -> Response {
        let text = try await values().map { value in
            """
            # HELP parley_\(value.word) \(value.help)
            # TYPE parley_\(value.word) \(value.word.hasSuffix("_total") ? "counter" : "gauge")
            parley_\(value.word) \(value.number)

            """
        }
        .joined()
        return Response(
            status: .ok, headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }

    private struct Value {
        let word: String
        let help: String
        let number: Int64
    }

    private func values() async throws -> [Value] {
        let hub = try await node.chat.hub.statistics()
        let reloads = node.status.certificateReloads
        return [
            Value(word: "users", help: "Accounts.", number: Int64(node.authority.directory.count)),
            Value(word: "sockets", help: "Sockets that are connected.", number: Int64(hub.sockets)),
            Value(word: "sockets_opened_total", help: "Sockets opened since the start.", number: Int64(hub.opened)),
            Value(
                word: "events_total", help: "Durable events fanned out, once for each event loop.",
                number: Int64(hub.events)),
            Value(
                word: "deliveries_total", help: "Runs of frames handed to a socket.", number: Int64(hub.deliveries)),
            Value(
                word: "sockets_fallen_behind_total", help: "Times that a socket was served from the log instead.",
                number: Int64(hub.fallenBehind)),
            Value(
                word: "revocations", help: "Ended sessions whose tokens have not expired.",
                number: Int64(node.authority.revocations.count)),
            Value(
                word: "certificate_reloads_total", help: "Certificates loaded again.",
                number: Int64(reloads.succeeded)),
            Value(
                word: "certificate_reload_failures_total", help: "Certificates that could not be loaded again.",
                number: Int64(reloads.failed)),
        ]
    }
}
