import Hummingbird
import ParleyClient
import TestSupport
import Testing

@testable import ParleyServer

extension WholeServer {
    @Suite("Every route")
    struct RouteTableTests {
        /// Takes a multipart body, for which a browser asks no leave; all the other checks hold for it.
        private static let uploads: Set<String> = ["POST /api/v1/files"]

        private struct Route: CustomStringConvertible {
            let method: String
            let path: String

            var description: String { "\(method) \(path)" }
            var changes: Bool { !["GET", "HEAD", "OPTIONS"].contains(method) }
        }

        /// All routes of the listener, with a name that nothing has where a path holds one.
        private func routes(_ server: TestServer) -> [Route] {
            ParleyRouter.publicRouter(node: server.node).routes.map { route in
                let parts = "\(route.path)".split(separator: "/").map { part in
                    part.contains(where: { ":{*".contains($0) }) ? "nothing" : String(part)
                }
                return Route(method: route.method.rawValue, path: "/" + parts.joined(separator: "/"))
            }
        }

        @Test("answers with all security headers: with success, with an error, with or without a login")
        func headers() async throws {
            try await TestServer.run(["limits.login_attempts": "1000"]) { server in
                let routes = routes(server)
                #expect(routes.count > 50)
                var statuses: Set<Int> = []
                var (user, root) = (try await server.access.register("alice"), try await server.administrator())
                for route in routes {
                    // Some of the routes end sessions.
                    if try await server.access.get("/api/v1/me", user).status == 401 {
                        user = try await server.access.login("alice")
                    }
                    if try await server.access.get("/api/v1/me", root).status == 401 {
                        root = try await server.access.login("root")
                    }
                    for login in [nil, user, root] {
                        let answer = try await server.access.send(request(route, login))
                        statuses.insert(answer.status)
                        #expect(answer.status < 500, "\(route): \(answer.text)")
                        check(answer, "\(route)", isPage: isPage(route.path))
                    }
                }
                #expect(statuses.isSuperset(of: [200, 204, 400, 401, 403, 404]))
            }
        }

        @Test("that does not exist, a method that does not, and what is no HTTP are answered with them, too")
        func others() async throws {
            try await TestServer.run { server in
                for request in [
                    RawRequest("GET", "/nothing"), RawRequest("GET", "/api/v1/nothing"),
                    RawRequest("DELETE", "/healthz"), RawRequest("PUT", "/api/v1/auth/login"),
                    RawRequest("GET", "/ws"), RawRequest("TRACE", "/"), RawRequest("GET", "/../keys.json"),
                    RawRequest("GET", "/assets/../../keys.json"), RawRequest("GET", "/%2e%2e/keys.json"),
                ] {
                    let answer = try await server.access.send(request)
                    #expect((400..<500).contains(answer.status), "\(request.method) \(request.target)")
                    check(answer, "\(request.method) \(request.target)", isPage: false)
                }
            }
        }

        @Test("that changes something refuses other sites and other content types before it looks at anything else")
        func forgery() async throws {
            try await TestServer.run { server in
                let root = try await server.administrator()
                for route in routes(server) where route.changes {
                    for field in [
                        ("Origin", "https://evil.example"), ("Origin", "null"), ("Sec-Fetch-Site", "cross-site"),
                    ] {
                        var request = request(route, root)
                        request.headers.append(field)
                        expectProblem(
                            try await server.access.send(request), 403, "origin_not_allowed", "\(route) \(field)")
                    }
                    guard !Self.uploads.contains("\(route)") else { continue }
                    for type in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"] {
                        var request = request(route, root)
                        request.headers =
                            request.headers.filter { $0.name != "Content-Type" } + [("Content-Type", type)]
                        expectProblem(
                            try await server.access.send(request), 415, "unsupported_media_type", "\(route) \(type)")
                    }
                }
                // Nothing of it took effect.
                #expect(try await server.access.get("/api/v1/admin/users", root).status == 200)
            }
        }

        /// The same for everyone: kept by the browser, and asked for again.
        private func isPage(_ path: String) -> Bool {
            path == "/" || path.hasPrefix("/assets") || path.hasSuffix(".yaml")
        }

        private func request(_ route: Route, _ login: TestLogin?) -> RawRequest {
            var headers = login?.headers ?? []
            if route.changes { headers.append(("Content-Type", "application/json")) }
            return RawRequest(route.method, route.path, headers: headers, body: route.changes ? Array("{}".utf8) : nil)
        }

        private func check(_ answer: RawResponse, _ what: String, isPage: Bool) {
            for (name, value) in [
                ("strict-transport-security", "max-age=31536000"), ("x-content-type-options", "nosniff"),
                ("referrer-policy", "no-referrer"), ("cross-origin-opener-policy", "same-origin"),
                ("cross-origin-resource-policy", "same-origin"),
            ] {
                #expect(answer.values(of: name) == [value], "\(what): \(name)")
            }
            let policies = answer.values(of: "content-security-policy")
            #expect(policies.count == 1, "\(what): \(policies)")
            for part in ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"] {
                #expect(policies.first?.contains(part) == true, "\(what): \(part)")
            }
            for part in ["unsafe", "*", "data:", "http:", "https:"] {
                #expect(policies.first?.contains(part) == false, "\(what): \(part)")
            }
            #expect(answer.header("access-control-allow-origin") == nil, "\(what)")
            let cache = answer.values(of: "cache-control")
            if isPage {
                #expect(cache.count == 1 && answer.cookies.isEmpty, "\(what): \(cache)")
            } else {
                #expect(cache == ["no-store"], "\(what): \(cache)")
            }
            for cookie in answer.cookies {
                let path = cookie.name == TestLogin.accessName ? "Path=/" : "Path=/api/v1/auth"
                #expect([TestLogin.accessName, TestLogin.refreshName].contains(cookie.name), "\(what)")
                #expect(
                    Set(cookie.attributes.filter { !$0.hasPrefix("Max-Age=") })
                        == ["HttpOnly", "Secure", "SameSite=Strict", path], "\(what): \(cookie.attributes)")
            }
        }
    }
}
