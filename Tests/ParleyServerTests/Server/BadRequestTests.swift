import NIOCore
import ParleyClient
import TestSupport
import Testing

extension WholeServer {
    @Suite("Requests that are not as they should be")
    struct BadRequestTests {
        private let path = "/api/v1/auth/login"

        @Test("a content type other than application/json is 415; its parameters and case do not matter")
        func contentType() async throws {
            try await TestServer.run { server in
                let login = try await server.access.register("alice")
                let body = Array(#"{"name":"A"}"#.utf8)
                for types in [
                    ["text/plain"], ["application/x-www-form-urlencoded"], ["multipart/form-data; boundary=x"],
                    ["application/jsonp"], ["text/json"], [""], [], ["application/json", "application/json"],
                ] {
                    let fields = types.map { (name: "Content-Type", value: $0) }
                    let request = RawRequest("PATCH", "/api/v1/me", headers: login.headers + fields, body: body)
                    expectProblem(
                        try await server.access.send(request), 415, "unsupported_media_type", "\(types)")
                }
                for type in ["application/json", "application/json; charset=utf-8", "Application/JSON"] {
                    let request = RawRequest(
                        "PATCH", "/api/v1/me", headers: login.headers + [("Content-Type", type)], body: body)
                    #expect(try await server.access.send(request).status == 200)
                }
            }
        }

        @Test("a body that is not one JSON object is bad_json; an empty one is an empty object")
        func badJSON() async throws {
            try await TestServer.run { server in
                for text in [
                    "{", "[]", "null", "1", "\"x\"", "{}{}", "{'a':1}", "{\"a\":1,}", "{\"username\":\"a\" \"b\":1}",
                    "{\"a\":\"\u{1}\"}", "{\"a\":01}", "{\"a\":NaN}", "nonsense",
                    String(repeating: "[", count: 20_000),
                    "{\"a\":" + String(repeating: "[", count: 20_000) + String(repeating: "]", count: 20_000) + "}",
                ] {
                    let request = RawRequest(
                        "POST", path, headers: [("Content-Type", "application/json")], body: Array(text.utf8))
                    expectProblem(try await server.access.send(request), 400, "bad_json", "\(text.prefix(30))")
                }
                let invalid = RawRequest(
                    "POST", path, headers: [("Content-Type", "application/json")],
                    body: Array("{\"username\":\"".utf8) + [0xFF, 0xC0, 0x80] + Array("\"}".utf8))
                expectProblem(try await server.access.send(invalid), 400, "bad_json")
                let empty = RawRequest("POST", path, headers: [("Content-Type", "application/json")], body: [])
                expectProblem(try await server.access.send(empty), 400, "invalid_field", field: "username")
                let none = RawRequest("POST", path)
                expectProblem(try await server.access.send(none), 400, "invalid_field", field: "username")
            }
        }

        @Test("a body over limits.body_bytes is 413, whether its length is announced or not")
        func bodyTooLarge() async throws {
            try await TestServer.run { server in
                let body = [UInt8](repeating: UInt8(ascii: " "), count: 64 * 1024 + 1)
                let request = RawRequest("POST", path, headers: [("Content-Type", "application/json")], body: body)
                expectProblem(try await server.access.send(request), 413, "body_too_large")

                let connection = try await server.access.connection()
                defer { connection.close() }
                var chunks = ByteBuffer(
                    string: "POST \(path) HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                        + "Transfer-Encoding: chunked\r\n\r\n")
                for _ in 0..<17 {
                    chunks.writeString("1000\r\n" + String(repeating: " ", count: 4096) + "\r\n")
                }
                chunks.writeString("0\r\n\r\n")
                try await connection.send(chunks)
                expectProblem(try await connection.answer(), 413, "body_too_large")
            }
        }

        @Test("a head over limits.head_bytes is 431, in one field, in many, and in the target")
        func headTooLarge() async throws {
            try await TestServer.run { server in
                let long = String(repeating: "x", count: 17 * 1024)
                let many = (0..<40).map { (name: "X-Field-\($0)", value: String(repeating: "y", count: 500)) }
                for request in [
                    RawRequest("GET", "/healthz", headers: [("X-Long", long)]),
                    RawRequest("GET", "/healthz", headers: many),
                    RawRequest("GET", "/healthz?" + long),
                    RawRequest("GET", "/ws", headers: [("X-Long", long)]),
                ] {
                    expectProblem(try await server.access.send(request), 431, "head_too_large")
                }
            }
        }

        @Test("what is no HTTP is answered 400, and the server goes on")
        func notHTTP() async throws {
            try await TestServer.run { server in
                for text in [
                    "\u{0}\u{1}\u{2}\r\n\r\n", "GET\r\n\r\n", "HELLO / HTTP/9.9\r\n\r\n",
                    "GET / HTTP/1.1\r\n: x\r\n\r\n",
                ] {
                    let connection = try await server.access.connection()
                    try await connection.send(ByteBuffer(string: text))
                    let answer = try await connection.answer()
                    expectProblem(answer, 400, "bad_request", "\(text.debugDescription)")
                    connection.close()
                }
                #expect(try await server.access.get("/healthz").status == 200)
            }
        }

        @Test("a path that does not exist is not_found, with all the headers")
        func notFound() async throws {
            try await TestServer.run { server in
                let login = try await server.access.register("alice")
                for path in ["/api/v1/nothing", "/nothing", "/api/v2/me", "/api/v1/admin", "/..%2f..%2fetc/passwd"] {
                    expectProblem(try await server.access.get(path, login), 404, "not_found", "\(path)")
                }
            }
        }

        @Test("health, readiness and metrics answer whom they should")
        func health() async throws {
            try await TestServer.run { server in
                for path in ["/healthz", "/readyz"] {
                    let answer = try await server.access.get(path)
                    #expect(answer.status == 200)
                    expectSecurityHeaders(answer)
                }
                let alice = try await server.access.register("alice")
                expectProblem(try await server.access.get("/metrics"), 404, "not_found")
                expectProblem(try await server.access.get("/metrics", alice), 404, "not_found")
                let root = try await server.administrator()
                let answer = try await server.access.get("/metrics", root)
                #expect(answer.status == 200 && answer.text.contains("\nparley_users 2\n"))
                expectSecurityHeaders(answer)
            }
        }

        @Test("several requests on one connection are answered in their order")
        func keepAlive() async throws {
            try await TestServer.run { server in
                let connection = try await server.access.connection()
                defer { connection.close() }
                for target in ["/healthz", "/nothing", "/readyz"] {
                    try await connection.send(RawRequest("GET", target).bytes(host: "x"))
                    let answer = try await connection.answer()
                    #expect(answer.status == (target == "/nothing" ? 404 : 200))
                }
            }
        }

        @Test("a head that does not come in time ends the connection")
        func slowHead() async throws {
            try await TestServer.run(["limits.header_timeout": "200ms"]) { server in
                let connection = try await server.access.connection()
                try await connection.send(ByteBuffer(string: "GET /healthz HTTP/1.1\r\nHost"))
                while await connection.receive() != nil {}
            }
        }
    }
}
