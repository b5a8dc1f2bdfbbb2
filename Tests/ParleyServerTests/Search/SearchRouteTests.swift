import ParleyClient
import TestSupport
import TestTools
import Testing

extension WholeServer {
    @Suite("Search over HTTP")
    struct SearchRouteTests {
        private let path = "/api/v1/search"
        private let messages = "/api/v1/rooms/general/messages"

        private func send(_ server: TestServer, _ text: String, _ login: TestLogin) async throws -> Int64 {
            let answer = try await server.access.call("POST", messages, ["text": .string(text)], login)
            return try #require(answer.json["seq"]?.integer)
        }

        /// The texts that a query finds.
        private func texts(_ server: TestServer, _ query: String, _ login: TestLogin) async throws -> [String] {
            let answer = try await server.access.get(path + "?q=" + query, login)
            #expect(answer.status == 200, "\(answer.text)")
            return answer.json["items"]?.array?.compactMap { $0["text"]?.string } ?? []
        }

        @Test("a message is found a moment after it was sent, an edit by its new words at once, a deletion no more")
        func lifetime() async throws {
            try await TestServer.run { server in
                let alice = try await server.access.register("alice")
                let seq = try await send(server, "first draft 学习中文", alice)
                try await waitUntil("the message is found") { try await texts(server, "draft", alice).count == 1 }
                #expect(try await texts(server, "%E5%AD%A6%E4%B9%A0", alice).count == 1)
                let answer = try await server.access.get(path + "?q=draft", alice)
                expectSecurityHeaders(answer)
                let item = try #require(answer.json["items"]?[0])
                #expect(item["room"] == "general" && item["seq"]?.integer == seq && item["from"] == "alice")
                #expect(item["highlights"]?[0]?["start"] == 6 && item["highlights"]?[0]?["end"] == 11)
                #expect(answer.json["cursor"] == .null)

                let message = "\(messages)/\(seq)"
                _ = try await server.access.call("PUT", message + "/reactions/%F0%9F%91%8D", [:], alice)
                _ = try await server.access.call("PATCH", message, ["text": "final words"], alice)
                #expect(try await texts(server, "draft", alice).isEmpty)
                let edited = try await server.access.get(path + "?q=final", alice)
                #expect(edited.json["items"]?[0]?["edited_at"]?.string != nil)
                #expect(edited.json["items"]?[0]?["reactions"]?[0]?["emoji"] == "👍")
                _ = try await server.access.call("DELETE", message, [:], alice)
                #expect(try await texts(server, "final", alice).isEmpty)
            }
        }

        @Test("a query is read as browsers write it, and the parameters restrict it")
        func parameters() async throws {
            try await TestServer.run { server in
                let alice = try await server.access.register("alice")
                let bob = try await server.access.register("bob")
                for number in 1...5 { _ = try await send(server, "word number \(number)", number == 3 ? bob : alice) }
                try await waitUntil("all are found") { try await texts(server, "word", alice).count == 5 }
                #expect(try await texts(server, "word+from%3Abob", alice) == ["word number 3"])
                #expect(try await texts(server, "word&from=bob", alice) == ["word number 3"])
                #expect(try await texts(server, "%22number+3%22", alice) == ["word number 3"])
                #expect(try await texts(server, "word&room=general", alice).count == 5)
                #expect(try await texts(server, "word&since=2100-01-01", alice).isEmpty)
                #expect(try await texts(server, "word&until=2001-01-01T00:00:00%2B02:00", alice).isEmpty)
                let page = try await server.access.get(path + "?q=word&limit=2", alice)
                let cursor = try #require(page.json["cursor"]?.string)
                #expect(page.json["items"]?.array?.count == 2)
                #expect(
                    try await texts(server, "word&limit=2&cursor=\(cursor)", alice)
                        == ["word number 3", "word number 2"])
            }
        }

        @Test("nothing that can be written in a query makes the server fail")
        func hostile() async throws {
            try await TestServer.run { server in
                let alice = try await server.access.register("alice")
                let long = String(repeating: "a", count: 257)
                let refused: [(String, String, String?)] = [
                    ("", "empty_query", nil), ("?q=", "empty_query", nil), ("?q=%20%20", "empty_query", nil),
                    ("?q=%22", "empty_query", nil), ("?q=%", "empty_query", nil), ("?q=%00", "empty_query", nil),
                    ("?room=general", "empty_query", nil),
                    ("?q=***", "empty_query", nil), ("?q=\(long)", "query_too_long", nil),
                    ("?q=\(String(repeating: "a", count: 9000))", "query_too_long", nil),
                    ("?q=x&cursor=x", "invalid_field", "cursor"), ("?q=x&cursor=", "invalid_field", "cursor"),
                    ("?q=x&limit=0", "invalid_field", "limit"), ("?q=x&limit=x", "invalid_field", "limit"),
                    ("?q=x&room=A", "invalid_field", "room"), ("?q=x&from=%00", "invalid_field", "from"),
                    ("?q=x&since=now", "invalid_field", "since"), ("?q=has%3Anothing", "invalid_field", "q"),
                ]
                for (query, code, field) in refused {
                    expectProblem(try await server.access.get(path + query, alice), 400, code, field: field, "\(query)")
                }
                expectProblem(try await server.access.get(path + "?q=x&room=nowhere", alice), 404, "room_not_found")
                expectProblem(try await server.access.get(path + "?q=x"), 401, "no_token")
                let answered = [
                    "%ED%A0%80x", "%ff%fe+x", "%zz", "%zx", "x%22", "%22x", "x'y", "NEAR(x+y,5)", "x*", "x%3Ay", "-x",
                    "x%00y",
                    "words%3Ax", "x)+OR+(y", "%5Ex", "x%3B--", "%F0%9F%91%8D", "AND", "%7Bmarks%7D%3Ax", "a+a+a+a",
                    "x&limit=9999",
                ]
                for query in answered {
                    #expect(try await server.access.get(path + "?q=" + query, alice).status == 200, "\(query)")
                }
            }
        }

        @Test("ParleyClient searches and tells where the words stand")
        func client() async throws {
            try await TestServer.run { server in
                let client = try server.client()
                try await client.register(username: "alice", password: TestLogin.password)
                let socket = try await client.connect()
                try await socket.send("general", "👍 Søren & Søren? ok")
                var page: SearchPage?
                try await waitUntil("the message is found") {
                    page = try await client.search(SearchRequest("soren ok", room: "general", limit: 1))
                    return page?.items.isEmpty == false
                }
                let found = try #require(page?.items.first)
                #expect(found.message.from == "alice" && found.message.room == "general" && page?.cursor == nil)
                #expect(found.highlightedRanges.map { found.message.text[$0] } == ["Søren", "Søren", "ok"])
                await #expect(throws: ProblemError.self) { try await client.search(SearchRequest("&=?")) }
                #expect(await socket.close().code == 1000)
                await client.shutDown()
            }
        }
    }
}
