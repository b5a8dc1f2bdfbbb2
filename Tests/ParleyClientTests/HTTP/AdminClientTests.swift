import FoundationEssentials
import NIOHTTP1
import ParleyClient
import Testing

@Suite(.timeLimit(.minutes(1))) struct AdminClientTests {
    @Test("Requests go over the Unix socket, and problems come back as problems")
    func requests() async throws {
        let path = FileManager.default.temporaryDirectory.path + "/parley-\(UUID().uuidString.prefix(8)).sock"
        let server = try await ScriptedServer(http: { request in
            request.method == "POST"
                ? .init(status: 201, body: request.body) : SignInScript.problem(404, "user_not_found")
        }).start(socketPath: path)
        let client = AdminClient(socketPath: path)
        let fields: JSONValue = ["username": "bob"]
        let made = try await client.request("POST", "/api/v1/admin/users", json: fields)
        #expect(made.status == 201)
        #expect(try made.json() == fields)
        let expected = ProblemError(status: 404, code: "user_not_found", title: "No", detail: "why", requestID: "r1")
        await #expect(throws: expected) { try await client.request("GET", "/api/v1/admin/users/x") }
        #expect(server.requests.first?.headers["host"] == ["localhost"])
        await client.shutDown()
        await server.stop()
    }

    @Test("Where no server listens the error says so")
    func absent() async throws {
        let client = AdminClient(socketPath: "/nonexistent/admin.sock")
        await #expect(throws: ClientError(.connectFailed, "")) { try await client.request("GET", "/") }
        await client.shutDown()
    }
}
