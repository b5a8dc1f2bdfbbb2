import Foundation
import ParleyClient

/// The accounts and the rooms of a load test, made as a real population is: accounts by the operator, logins over HTTP.
struct BenchPopulation {
    /// What the load generator needs of them.
    struct Access {
        /// The rooms, in the order in which accounts are in them.
        let rooms: [String]
        /// One `Cookie` header for each account.
        let cookies: [String]
        let clients: [ParleyClient]

        func write(to path: String) throws {
            try Data((cookies.joined(separator: "\n") + "\n").utf8).write(to: URL(fileURLWithPath: path))
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
            Console.result(rooms.joined(separator: "\n"))
        }

        func end() async {
            for client in clients { try? await client.logout() }
        }
    }

    let url: String
    let trust: TrustPolicy
    let users: Int
    let rooms: Int

    /// Makes the accounts and the rooms; account number n is in room n modulo their number. Throws what the server
    /// answers.
    func make(_ client: OperatorClient) async throws -> Access {
        let run = String(UInt32.random(in: 0...UInt32.max), radix: 36)
        // A word of its own: where the run's name has no letters, one that begins like the names would be the user's name.
        let password = "load-\(UInt64.random(in: 0...UInt64.max))"
        let slugs = (0..<rooms).map { "bench-\(run)-\($0)" }
        var clients: [ParleyClient] = []
        var cookies: [String] = []
        for index in 0..<users {
            let name = "bench-\(run)-\(index)"
            _ = try await client.request(
                "POST", "/api/v1/admin/users",
                .object(["username": .string(name), "password": .string(password), "role": "user"]))
            let user = try ParleyClient(url: url, trust: trust, device: "parley bench")
            try await user.login(username: name, password: password)
            let room = slugs[index % rooms]
            if index < rooms {
                try await user.request("POST", "/api/v1/rooms", json: JSONValue.object(["id": .string(room)]))
            } else {
                try await clients[index % rooms].request(
                    "PUT", "/api/v1/rooms/\(room)/members/\(name)", json: JSONValue.object([:]))
            }
            guard let cookie = await user.socketCookie() else { throw CommandFailure("a login gave no cookie") }
            clients.append(user)
            cookies.append(cookie)
            Console.progress("logging in: \(index + 1)/\(users) accounts")
        }
        Console.progress("")
        return Access(rooms: slugs, cookies: cookies, clients: clients)
    }
}
