import ParleyClient

/// A multipart form with one file, as a browser writes it, of which a test may choose every part.
package struct UploadForm: Sendable {
    package var boundary = "----parley-test-boundary"
    package var field = "file"
    package var filename: String? = "file.bin"
    package var content: [UInt8]

    package init(_ content: [UInt8], filename: String? = "file.bin") {
        self.content = content
        self.filename = filename
    }

    package init(text: String, filename: String? = "notes.txt") { self.init(Array(text.utf8), filename: filename) }

    /// The form's bytes.
    package var bytes: [UInt8] {
        var head = "--\(boundary)\r\nContent-Disposition: form-data; name=\"\(field)\""
        if let filename { head += "; filename=\"\(filename)\"" }
        head += "\r\nContent-Type: text/html\r\n\r\n"
        return Array(head.utf8) + content + Array("\r\n--\(boundary)--\r\n".utf8)
    }

    /// The request that carries it.
    package func request(_ login: TestLogin?) -> RawRequest {
        RawRequest(
            "POST", "/api/v1/files",
            headers: [("Content-Type", "multipart/form-data; boundary=\(boundary)")] + (login?.headers ?? []),
            body: bytes)
    }
}

extension ServerAccess {
    /// Uploads a file. The answer may come while the form is still being sent.
    package func upload(_ form: UploadForm, _ login: TestLogin?) async throws -> RawResponse {
        let connection = try await connection()
        defer { connection.close() }
        async let sent: Void = connection.send(form.request(login).bytes(host: "127.0.0.1:\(port)"))
        let answer = try await connection.answer()
        _ = try? await sent
        return answer
    }

    /// Uploads a text and gives its id. Throws ``NoUpload``.
    package func uploaded(_ text: String = "hello", _ login: TestLogin) async throws -> String {
        let answer = try await upload(UploadForm(text: text), login)
        guard answer.status == 201, let id = answer.json["id"]?.string else { throw NoUpload(answer: answer) }
        return id
    }
}

/// The server did not take a file.
package struct NoUpload: Error, CustomStringConvertible {
    package let answer: RawResponse

    package var description: String { "no upload: \(answer.status) \(answer.text)" }
}
