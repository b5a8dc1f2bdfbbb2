import Foundation
import NIOCore
import ParleyClient
import TestSupport
import TestTools
import Testing

@testable import ParleyServer

/// The names of the uploads under way and of the contents that a server keeps.
func storedFiles(_ server: TestServer) throws -> (incoming: [String], contents: [String]) {
    let root = server.node.directory.files
    let manager = FileManager.default
    let folders = try manager.contentsOfDirectory(atPath: root)
    return (
        try manager.contentsOfDirectory(atPath: root + "/incoming"),
        try folders.filter { $0 != "incoming" }
            .flatMap { try manager.contentsOfDirectory(atPath: root + "/" + $0) }.sorted()
    )
}

extension WholeServer {
    @Suite("Uploads")
    struct UploadTests {
        private let path = "/api/v1/files"

        @Test("an upload is 201 with what its content shows; what the client says of it does not count")
        func upload() async throws {
            try await TestServer.run { server in
                let alice = try await server.access.register("alice")
                let page = try await server.access.upload(
                    UploadForm(text: "<script>alert(1)</script>", filename: "../../../evil\u{202E}.html"), alice)
                #expect(page.status == 201)
                expectSecurityHeaders(page)
                #expect(Set(page.json.object?.keys.map { $0 } ?? []) == ["id", "name", "size", "type"])
                #expect(page.json["name"]?.string == "evil.html" && page.json["type"]?.string == "text/plain")
                #expect(page.json["size"]?.integer == 25 && page.json["id"]?.string?.count == 22)
                let image = try await server.access.upload(
                    UploadForm(FileTypeTests.images[0].bytes, filename: "a.txt"), alice)
                #expect(image.json["type"]?.string == "image/png" && image.json["name"]?.string == "a.txt")
                #expect(image.json["width"]?.integer == 300 && image.json["height"]?.integer == 200)
                #expect(image.json["id"] != page.json["id"])
                let empty = try await server.access.upload(UploadForm([], filename: nil), alice)
                #expect(empty.status == 201 && empty.json["size"]?.integer == 0)
                #expect(empty.json["name"]?.string == "file")
                #expect(try storedFiles(server).incoming == [])
            }
        }

        @Test("the same content is kept once, whoever uploads it how often, under its SHA-256")
        func once() async throws {
            try await TestServer.run { server in
                let alice = try await server.access.register("alice")
                let bob = try await server.access.register("bob")
                let ids = try await [
                    server.access.uploaded("abc", alice), server.access.uploaded("abc", alice),
                    server.access.uploaded("abc", bob),
                ]
                #expect(Set(ids).count == 3)
                let digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
                #expect(try storedFiles(server) == ([], [digest]))
                let attributes = try FileManager.default.attributesOfItem(
                    atPath: server.node.directory.files + "/ba/" + digest)
                #expect(attributes[.posixPermissions] as? Int == 0o600)
            }
        }

        @Test("a file of exactly files.maximum_bytes is taken, one byte more is 413, announced or not")
        func size() async throws {
            try await TestServer.run(["files.maximum_bytes": "300KiB"]) { server in
                let alice = try await server.access.register("alice")
                for (count, isTaken) in [(300 * 1024 - 1, true), (300 * 1024, true), (300 * 1024 + 1, false)] {
                    let form = UploadForm([UInt8](repeating: 7, count: count))
                    let answer = try await server.access.upload(form, alice)
                    if isTaken {
                        #expect(answer.status == 201 && answer.json["size"]?.integer == Int64(count))
                    } else {
                        expectProblem(answer, 413, "file_too_large")
                        #expect(answer.json["detail"]?.string?.contains("307200 bytes (files.maximum_bytes)") == true)
                    }
                }
                // Far too large: refused by its length, before it is sent.
                let connection = try await server.access.connection()
                defer { connection.close() }
                let type = "multipart/form-data; boundary=x"
                try await connection.send(
                    head(alice, ["Content-Type: \(type)", "Content-Length: 99999999999"], on: server))
                let early = try await connection.answer()
                expectProblem(early, 413, "file_too_large")
                #expect(early.values(of: "connection") == ["close"])
                // Without a length, in chunks.
                let chunked = try await server.access.connection()
                defer { chunked.close() }
                try await chunked.send(
                    head(alice, ["Content-Type: \(type)", "Transfer-Encoding: chunked"], on: server))
                let start = "--x\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\n"
                try await chunked.send(chunk(Array(start.utf8)))
                for _ in 0..<20 { try await chunked.send(chunk([UInt8](repeating: 7, count: 16 * 1024))) }
                expectProblem(try await chunked.answer(), 413, "file_too_large")
                #expect(try storedFiles(server).incoming == [])
            }
        }

        @Test("an upload that would pass files.quota_bytes is refused, and another user's quota is his own")
        func quota() async throws {
            try await TestServer.run(["files.quota_bytes": "100KiB"]) { server in
                let alice = try await server.access.register("alice")
                let bob = try await server.access.register("bob")
                let form = UploadForm([UInt8](repeating: 1, count: 60 * 1024))
                #expect(try await server.access.upload(form, alice).status == 201)
                // The same content is not stored twice, but counts twice.
                let second = try await server.access.upload(form, alice)
                expectProblem(second, 403, "quota_exceeded")
                #expect(second.json["detail"]?.string?.contains("102400 bytes (files.quota_bytes)") == true)
                #expect(try await server.access.upload(form, bob).status == 201)
                let rest = UploadForm([UInt8](repeating: 2, count: 40 * 1024))
                #expect(try await server.access.upload(rest, alice).status == 201)
                expectProblem(try await server.access.upload(UploadForm([1]), alice), 403, "quota_exceeded")
                #expect(try storedFiles(server).incoming == [])
                #expect(try storedFiles(server).contents.count == 2)
            }
        }

        @Test("what is no form with one file in the field 'file' is refused, and nothing is left of it")
        func badForms() async throws {
            try await TestServer.run { server in
                let alice = try await server.access.register("alice")
                var other = UploadForm(text: "x")
                other.field = "picture"
                expectProblem(try await server.access.upload(other, alice), 400, "invalid_field", field: "file")
                let one = String(decoding: UploadForm(text: "x").bytes, as: UTF8.self)
                let twice =
                    one.replacing("--\r\n", with: "\r\n") + one.dropFirst("------parley-test-boundary\r\n".count)
                let bodies: [(String, String, String?)] = [
                    (twice, "invalid_field", "file"), ("", "bad_multipart", nil), ("{}", "bad_multipart", nil),
                    ("------parley-test-boundary--\r\n", "invalid_field", "file"),
                    (String(one.dropLast(6)), "bad_multipart", nil), (one + "x", "bad_multipart", nil),
                    (" " + one, "bad_multipart", nil),
                    (one.replacing("form-data", with: "attachment"), "bad_multipart", nil),
                ]
                for (body, code, field) in bodies {
                    var request = UploadForm(text: "x").request(alice)
                    request.body = Array(body.utf8)
                    expectProblem(try await server.access.send(request), 400, code, field: field, "\(body)")
                }
                for type in [
                    "application/json", "multipart/form-data", "multipart/mixed; boundary=x", "text/plain",
                    "multipart/form-data; boundary=\"\"",
                ] {
                    var request = UploadForm(text: "x").request(alice)
                    request.headers[0].value = type
                    expectProblem(try await server.access.send(request), 415, "unsupported_media_type", "\(type)")
                }
                expectProblem(try await server.access.upload(UploadForm(text: "x"), nil), 401, "no_token")
                var foreign = UploadForm(text: "x").request(alice)
                foreign.headers.append(("Origin", "https://evil.example"))
                expectProblem(try await server.access.send(foreign), 403, "origin_not_allowed")
                #expect(try storedFiles(server) == ([], []))
            }
        }

        @Test("a connection that ends in the middle of an upload leaves nothing")
        func truncated() async throws {
            try await TestServer.run { server in
                let alice = try await server.access.register("alice")
                let form = UploadForm([UInt8](repeating: 3, count: 300_000)).request(alice)
                var bytes = form.bytes(host: "x")
                let connection = try await server.access.connection()
                try await connection.send(bytes.readSlice(length: 200_000) ?? ByteBuffer())
                try await waitUntil("the upload has begun") { try !storedFiles(server).incoming.isEmpty }
                connection.close()
                try await waitUntil("the upload is gone") { try storedFiles(server).incoming.isEmpty }
                #expect(try storedFiles(server).contents == [])
                #expect(try await server.access.uploaded("x", alice).count == 22)
            }
        }

        @Test("an upload that drips is ended at files.upload_timeout, one that stands still by limits.idle_timeout")
        func slow() async throws {
            try await TestServer.run(["files.upload_timeout": "300ms", "limits.close_timeout": "100ms"]) { server in
                let alice = try await server.access.register("alice")
                let connection = try await server.access.connection()
                let type = "Content-Type: multipart/form-data; boundary=x"
                try await connection.send(head(alice, [type, "Transfer-Encoding: chunked"], on: server))
                let start = "--x\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\n"
                try await connection.send(chunk(Array(start.utf8)))
                // A byte at a time for as long as the server takes any: never idle, and never done.
                let dripping = Task { while !Task.isCancelled { try await connection.send(chunk([1])) } }
                expectProblem(try await connection.answer(), 408, "request_timeout")
                while await connection.receive() != nil {}
                dripping.cancel()
                #expect(try storedFiles(server).incoming == [])
            }
            try await TestServer.run(["limits.idle_timeout": "300ms"]) { server in
                let alice = try await server.access.register("alice")
                let connection = try await server.access.connection()
                let type = "Content-Type: multipart/form-data; boundary=x"
                try await connection.send(head(alice, [type, "Content-Length: 1000"], on: server))
                while await connection.receive() != nil {}
                try await waitUntil("the upload is gone") { try storedFiles(server).incoming.isEmpty }
            }
        }

        @Test("more uploads at the same time than files.uploads_per_user are 429")
        func slots() async throws {
            try await TestServer.run(["files.uploads_per_user": "1"]) { server in
                let alice = try await server.access.register("alice")
                let bob = try await server.access.register("bob")
                let connection = try await server.access.connection()
                let type = "Content-Type: multipart/form-data; boundary=x"
                try await connection.send(head(alice, [type, "Content-Length: 1000"], on: server))
                try await waitUntil("the upload has begun") { try !storedFiles(server).incoming.isEmpty }
                let second = try await server.access.upload(UploadForm(text: "x"), alice)
                expectProblem(second, 429, "too_many_requests")
                #expect(second.header("retry-after") == "1")
                #expect(try await server.access.upload(UploadForm(text: "x"), bob).status == 201)
                connection.close()
                try await waitUntil("the slot is free") {
                    try await server.access.upload(UploadForm(text: "x"), alice).status == 201
                }
            }
        }

        private func head(_ login: TestLogin, _ lines: [String], on server: TestServer) -> ByteBuffer {
            let fields = ["Host: x"] + lines + login.headers.map { "\($0.name): \($0.value)" }
            return ByteBuffer(string: "POST \(path) HTTP/1.1\r\n" + fields.joined(separator: "\r\n") + "\r\n\r\n")
        }

        private func chunk(_ bytes: [UInt8]) -> ByteBuffer {
            var buffer = ByteBuffer(string: String(bytes.count, radix: 16) + "\r\n")
            buffer.writeBytes(bytes)
            buffer.writeString("\r\n")
            return buffer
        }
    }
}
