import Foundation
import ParleyClient

/// The accounts and the room of a load test, made as a real population is: accounts by the operator, logins over HTTP.
struct BenchPopulation {
    /// What the load generator needs of them.
    struct Access {
        let room: String
        /// One `Cookie` header for each account.
        let cookies: [String]
        let clients: [ParleyClient]

        func write(to path: String) throws {
            try Data((cookies.joined(separator: "\n") + "\n").utf8).write(to: URL(fileURLWithPath: path))
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
            Console.result(room)
        }

        func end() async {
            for client in clients { try? await client.logout() }
        }
    }

    let url: String
    let trust: TrustPolicy
    let users: Int
    let room: String?

    /// Makes accounts and room. Throws what the server answers.
    func make(_ client: OperatorClient) async throws -> Access {
        let run = String(UInt32.random(in: 0...UInt32.max), radix: 36)
        let password = "bench-\(UInt64.random(in: 0...UInt64.max))"
        var clients: [ParleyClient] = []
        var cookies: [String] = []
        let room = room ?? "bench-\(run)"
        for index in 0..<users {
            let name = "bench-\(run)-\(index)"
            _ = try await client.request(
                "POST", "/api/v1/admin/users",
                .object(["username": .string(name), "password": .string(password), "role": "user"]))
            let user = try ParleyClient(url: url, trust: trust, device: "parley bench")
            try await user.login(username: name, password: password)
            if index == 0, self.room == nil {
                try await user.request("POST", "/api/v1/rooms", json: JSONValue.object(["id": .string(room)]))
            } else if let owner = clients.first {
                try await owner.request(
                    "PUT", "/api/v1/rooms/\(room)/members/\(name)", json: JSONValue.object([:]))
            }
            guard let cookie = await user.socketCookie() else { throw CommandFailure("a login gave no cookie") }
            clients.append(user)
            cookies.append(cookie)
            Console.progress("logging in: \(index + 1)/\(users) accounts")
        }
        Console.progress("")
        return Access(room: room, cookies: cookies, clients: clients)
    }
}
