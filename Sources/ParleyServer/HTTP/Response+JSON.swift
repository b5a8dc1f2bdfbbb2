import Chat
import HTTPTypes
import Hummingbird
import NIOCore

extension Response {
    /// An answer with the JSON value that `body` writes.
    static func json(
        _ status: HTTPResponse.Status = .ok, headers: HTTPFields = [:], _ body: (inout JSONWriter) -> Void
    ) -> Response {
        var writer = JSONWriter()
        body(&writer)
        var fields = headers
        fields[.contentType] = "application/json"
        return Response(
            status: status, headers: fields, body: ResponseBody(byteBuffer: ByteBuffer(bytes: writer.bytes)))
    }

    /// An answer with the JSON object whose members `body` writes.
    static func object(
        _ status: HTTPResponse.Status = .ok, headers: HTTPFields = [:], _ body: (inout JSONWriter) -> Void
    ) -> Response {
        json(status, headers: headers) { $0.object(body) }
    }

    /// A page of a list: `items` as `write` writes each, and `cursor`, null at the end.
    static func list<Item>(
        _ items: some Sequence<Item>, cursor: String?, _ write: (inout JSONWriter, Item) -> Void
    ) -> Response {
        object { writer in
            writer.name("items")
            writer.array { writer in for item in items { write(&writer, item) } }
            writer.member("cursor", cursor)
        }
    }
}
