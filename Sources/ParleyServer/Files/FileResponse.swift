import Chat
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// The answer that carries a file, or a part of it, from the disk.
struct FileResponse {
    /// Bytes that are read and sent at a time.
    private static let blockBytes = 128 * 1024
    /// Nothing in the file may act with the origin's authority, should it be opened all the same.
    private static let contentSecurityPolicy = "sandbox; default-src 'none'"

    let store: FileStore
    let file: StoredFile
    /// How long a client may take for one block before the connection is cut.
    let stuckTimeout: TimeAmount

    /// Answers a GET or HEAD. `takeSlot` is called for an answer with content, which keeps the slot until its end.
    func response(
        to request: Request, channel: (any Channel)?, takeSlot: () throws -> UserSlots.Slot
    ) async throws -> Response {
        var fields = self.fields(isInline: request.uri.queryParameters["inline"] != nil)
        if Self.matches(request.headers[.ifNoneMatch], tag) {
            fields[.contentType] = nil
            fields[.contentDisposition] = nil
            return Response(status: .notModified, headers: fields)
        }
        let size = file.info.size
        var range = ByteRange.whole
        // RFC 9110 section 14.2: for GET alone; section 13.1.5: If-Range by strong comparison.
        if request.method == .get, request.headers[.ifRange].map({ $0 == tag }) ?? true {
            range = ByteRange(request.headers[.range], size: size)
        }
        let (status, bytes): (HTTPResponse.Status, Range<Int64>)
        switch range {
        case .whole: (status, bytes) = (.ok, 0..<size)
        case .part(let part):
            (status, bytes) = (.partialContent, part)
            fields[.contentRange] = "bytes \(part.lowerBound)-\(part.upperBound - 1)/\(size)"
        case .unsatisfiable:
            throw Problem(
                .rangeNotSatisfiable, "The file has \(size) bytes.", headers: [.contentRange: "bytes */\(size)"])
        }
        fields[.contentLength] = String(bytes.count)
        guard request.method == .get else { return Response(status: status, headers: fields) }
        let slot = try takeSlot()
        let content = try await store.open(file)
        return Response(status: status, headers: fields, body: body(content, bytes, channel, slot))
    }

    private var tag: String { "\"\(file.digest)\"" }

    private func fields(isInline: Bool) -> HTTPFields {
        let type = file.info.type
        let disposition = isInline && FileType.raster.contains(type) ? "inline" : "attachment"
        return [
            .contentType: type == FileType.text ? "text/plain; charset=utf-8" : type,
            .contentDisposition: "\(disposition); filename*=\(FileName.extended(file.info.name))",
            .contentSecurityPolicy: Self.contentSecurityPolicy,
            // Asked again each time: who may read it can change.
            .cacheControl: "private, no-cache",
            .eTag: tag,
            .acceptRanges: "bytes",
        ]
    }

    /// RFC 9110 section 13.1.2, by weak comparison.
    private static func matches(_ field: String?, _ tag: String) -> Bool {
        guard let field else { return false }
        return field.split(separator: ",").contains { item in
            let item = item.drop { $0 == " " }.prefix { $0 != " " }
            return item == "*" || item == tag || item == "W/\(tag)"
        }
    }

    /// The slot is free again at the body's end, however it comes, or when the body is given up before it began.
    private func body(
        _ content: DiskFile, _ bytes: Range<Int64>, _ channel: (any Channel)?, _ slot: UserSlots.Slot
    ) -> ResponseBody {
        let store = store
        let timeout = stuckTimeout
        return ResponseBody(contentLength: bytes.count) { writer in
            defer { slot.free() }
            do {
                var offset = bytes.lowerBound
                while offset < bytes.upperBound {
                    let count = min(Self.blockBytes, Int(bytes.upperBound - offset))
                    let block = try await store.run { [offset] in try content.read(at: offset, count: count) }
                    guard block.readableBytes == count else {
                        throw FileStoreError(call: "read", number: EIO)
                    }
                    let cut = channel.map { channel in
                        channel.eventLoop.scheduleTask(in: timeout) { channel.close(promise: nil) }
                    }
                    defer { cut?.cancel() }
                    try await writer.write(block)
                    offset += Int64(count)
                }
                try await writer.finish(nil)
            } catch {
                try? await store.run { content.close() }
                throw error
            }
            try await store.run { content.close() }
        }
    }
}
