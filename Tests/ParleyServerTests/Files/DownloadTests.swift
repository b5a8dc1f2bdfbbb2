import Foundation
import NIOCore
import ParleyClient
import TestSupport
import TestTools
import Testing

extension WholeServer {
    @Suite("Downloads")
    struct DownloadTests {
        private func get(
            _ server: TestServer, _ id: String, _ login: TestLogin?, _ headers: [(name: String, value: String)] = [],
            method: String = "GET"
        ) async throws -> RawResponse {
            try await server.access.send(
                RawRequest(method, "/api/v1/files/" + id, headers: (login?.headers ?? []) + headers))
        }

        @Test("a file comes back as it was, as an attachment that no page may run")
        func download() async throws {
            try await TestServer.run { server in
                let alice = try await server.access.register("alice")
                var generator = SeededGenerator(seed: 1)
                let content = (0..<1_000_000).map { _ in UInt8.random(in: 0...255, using: &generator) }
                let upload = try await server.access.upload(UploadForm(content, filename: "a %22b%22 é.bin"), alice)
                let id = try #require(upload.json["id"]?.string)
                let answer = try await get(server, id, alice)
                #expect(answer.status == 200 && answer.body == content)
                for (name, value) in [
                    ("content-type", "application/octet-stream"), ("content-length", "1000000"),
                    ("content-disposition", "attachment; filename*=UTF-8''a%20_b_%20%C3%A9.bin"),
                    ("x-content-type-options", "nosniff"), ("cache-control", "private, no-cache"),
                    ("content-security-policy", "sandbox; default-src 'none'"), ("accept-ranges", "bytes"),
                    ("cross-origin-resource-policy", "same-origin"),
                ] {
                    #expect(answer.values(of: name) == [value], "\(name)")
                }
                let head = try await get(server, id, alice, method: "HEAD")
                #expect(head.status == 200 && head.body.isEmpty)
                for name in ["content-type", "content-length", "etag", "content-disposition"] {
                    #expect(head.values(of: name) == answer.values(of: name))
                }
                let tag = try #require(answer.header("etag"))
                for field in [tag, "W/\(tag)", "\"x\", \(tag)", "*"] {
                    let same = try await get(server, id, alice, [("If-None-Match", field)])
                    #expect(same.status == 304 && same.body.isEmpty && same.header("etag") == tag)
                }
                #expect(try await get(server, id, alice, [("If-None-Match", "\"x\"")]).status == 200)
            }
        }

        @Test("a single range is answered with that part, and several with the whole")
        func ranges() async throws {
            try await TestServer.run { server in
                let alice = try await server.access.register("alice")
                let content = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 7 >> 3) }
                let upload = try await server.access.upload(UploadForm(content), alice)
                let id = try #require(upload.json["id"]?.string)
                let whole = 0..<300_000
                let cases: [(String, Range<Int>)] = [
                    ("bytes=0-0", 0..<1), ("bytes=10-19", 10..<20), ("bytes=131000-140000", 131_000..<140_001),
                    ("bytes=299999-", 299_999..<300_000), ("bytes=-1000", 299_000..<300_000), ("bytes=0-", whole),
                    ("bytes=0-999999", whole),
                ]
                for (range, wanted) in cases {
                    let answer = try await get(server, id, alice, [("Range", range)])
                    #expect(answer.status == 206 && answer.body == Array(content[wanted]), "\(range)")
                    #expect(
                        answer.values(of: "content-range")
                            == ["bytes \(wanted.lowerBound)-\(wanted.upperBound - 1)/300000"])
                    #expect(answer.values(of: "content-length") == ["\(wanted.count)"])
                }
                for range in ["bytes=0-1,3-4", "items=0-1", "bytes=5-2"] {
                    let answer = try await get(server, id, alice, [("Range", range)])
                    #expect(answer.status == 200 && answer.body == content)
                }
                for range in ["bytes=300000-", "bytes=-0"] {
                    let answer = try await get(server, id, alice, [("Range", range)])
                    expectProblem(answer, 416, "range_not_satisfiable")
                    #expect(answer.values(of: "content-range") == ["bytes */300000"])
                }
                let head = try await get(server, id, alice, [("Range", "bytes=0-1")], method: "HEAD")
                #expect(head.status == 200 && head.values(of: "content-length") == ["300000"])
                let tag = try #require(head.header("etag"))
                for (condition, status) in [(tag, 206), ("W/\(tag)", 200), ("\"x\"", 200)] {
                    let answer = try await get(server, id, alice, [("Range", "bytes=0-1"), ("If-Range", condition)])
                    #expect(answer.status == status)
                }
            }
        }

        @Test("images of pixels may be asked for inline; nothing else is ever inline, and HTML is text")
        func inline() async throws {
            try await TestServer.run { server in
                let alice = try await server.access.register("alice")
                let forms: [(UploadForm, type: String, isInline: Bool)] = [
                    (UploadForm(FileTypeTests.images[0].bytes, filename: "x"), "image/png", true),
                    (UploadForm(text: "<svg onload=alert(1)>"), "text/plain; charset=utf-8", false),
                    (UploadForm(text: "<html>"), "text/plain; charset=utf-8", false),
                    (UploadForm(text: "%PDF-1.7"), "application/pdf", false),
                ]
                for (form, type, isInline) in forms {
                    let upload = try await server.access.upload(form, alice)
                    let id = try #require(upload.json["id"]?.string)
                    let plain = try await get(server, id, alice)
                    let shown = try await get(server, id + "?inline", alice)
                    #expect(plain.header("content-disposition")?.hasPrefix("attachment;") == true)
                    #expect(
                        shown.header("content-disposition")?.hasPrefix(isInline ? "inline;" : "attachment;") == true)
                    for answer in [plain, shown] {
                        #expect(answer.values(of: "content-type") == [type])
                        #expect(answer.values(of: "content-security-policy") == ["sandbox; default-src 'none'"])
                    }
                }
            }
        }

        @Test("an id that is not one, or not known, is 404, whatever it looks like")
        func unknown() async throws {
            try await TestServer.run { server in
                let alice = try await server.access.register("alice")
                for id in [
                    "x", "..%2f..%2fkeys.json", "%2e%2e", "abcdefghijklmnopqrstuv", "abcdefghijklmnopqrstu%00",
                    String(repeating: "a", count: 5000),
                ] {
                    let answer = try await get(server, id, alice)
                    #expect(answer.status == 404, "\(id)")
                }
                expectProblem(try await get(server, "abcdefghijklmnopqrstuv", alice), 404, "file_not_found")
                expectProblem(try await get(server, "abcdefghijklmnopqrstuv", nil), 401, "no_token")
            }
        }

        @Test("more downloads at the same time than files.downloads_per_user are 429, until one ends or is cut off")
        func slots() async throws {
            try await TestServer.run(["files.downloads_per_user": "1"]) { server in
                let alice = try await server.access.register("alice")
                let bob = try await server.access.register("bob")
                let upload = try await server.access.upload(UploadForm([UInt8](repeating: 9, count: 20 << 20)), alice)
                let id = try #require(upload.json["id"]?.string)
                let small = try await server.access.upload(UploadForm(text: "x"), bob)
                let connection = try await server.access.connection()
                try await connection.send(RawRequest("GET", "/healthz").bytes(host: "x"))
                _ = try await connection.answer()
                try await connection.send(
                    RawRequest("GET", "/api/v1/files/\(id)", headers: alice.headers).bytes(host: "x"))
                #expect(await connection.receive() != nil)
                try await connection.stopReading()
                let second = try await get(server, id, alice)
                expectProblem(second, 429, "too_many_requests")
                #expect(second.header("retry-after") == "1" && second.text.contains("files.downloads_per_user"))
                // What has no content takes no slot, and neither does another user.
                #expect(try await get(server, id, alice, method: "HEAD").status == 200)
                #expect(try await get(server, try #require(small.json["id"]?.string), bob).status == 200)
                connection.close()
                for _ in 0..<2 {
                    try await waitUntil("the slot is free") {
                        try await get(server, id, alice, [("Range", "bytes=0-9")]).status == 206
                    }
                }
            }
        }

        @Test("a client that does not take what it asked for is cut after limits.stuck_timeout")
        func stuck() async throws {
            try await TestServer.run(["limits.stuck_timeout": "300ms"]) { server in
                let alice = try await server.access.register("alice")
                let upload = try await server.access.upload(
                    UploadForm([UInt8](repeating: 9, count: 20 << 20)), alice)
                let id = try #require(upload.json["id"]?.string)
                let connection = try await server.access.connection()
                try await connection.send(RawRequest("GET", "/healthz").bytes(host: "x"))
                _ = try await connection.answer()
                try await connection.stopReading()
                try await connection.send(
                    RawRequest("GET", "/api/v1/files/\(id)", headers: alice.headers).bytes(host: "x"))
                // A host answers bytes for a connection that is gone with a reset.
                try await waitUntil("the connection is cut") {
                    (try? await connection.send(ByteBuffer(string: "GET"))) == nil
                }
                connection.close()
            }
        }
    }
}
