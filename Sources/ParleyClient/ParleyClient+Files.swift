extension ParleyClient {
    /// Uploads a file, to be sent with messages by its id. The whole exchange has the time of one request.
    ///
    /// - Throws: ``ProblemError``: 413 `file_too_large`, 403 `quota_exceeded` and others; ``ClientError``.
    public func upload(_ content: [UInt8], name: String) async throws -> UploadedFile {
        let boundary = "parley-\(SystemRandom.nonce())"
        let head = """
            --\(boundary)\r
            Content-Disposition: form-data; name="file"; filename="\(Self.escaped(name))"\r
            Content-Type: application/octet-stream\r
            \r

            """
        let body = Array(head.utf8) + content + Array("\r\n--\(boundary)--\r\n".utf8)
        return try await request(
            "POST", "/api/v1/files", body: body, contentType: "multipart/form-data; boundary=\(boundary)"
        ).decode()
    }

    /// Downloads a file, or those of its bytes that `range` holds.
    ///
    /// - Throws: ``ProblemError``: 404 `file_not_found`, 416 `range_not_satisfiable`; ``ClientError``.
    public func download(_ id: String, range: ClosedRange<Int>? = nil) async throws -> [UInt8] {
        guard id.utf8.allSatisfy({ (0x30...0x7A).contains($0) || $0 == 0x2D }), !id.isEmpty else {
            throw ClientError(.invalidURL, "that is no id of a file")
        }
        var content = try RequestContent(method: "GET", json: nil)
        if let range { content.headers.append(("range", "bytes=\(range.lowerBound)-\(range.upperBound)")) }
        return try await request("GET", "/api/v1/files/\(id)", content).body
    }

    /// The name as it stands in a form (WHATWG HTML); byte by byte, since CR and LF together are one character.
    private static func escaped(_ name: String) -> String {
        String(
            decoding: name.utf8.flatMap { byte -> [UInt8] in
                switch byte {
                case UInt8(ascii: "\""): Array("%22".utf8)
                case 0x0D: Array("%0D".utf8)
                case 0x0A: Array("%0A".utf8)
                default: [byte]
                }
            }, as: UTF8.self)
    }
}
