import ParleyClient

extension ScriptedServer {
    /// A client that trusts this server.
    func client() throws -> ParleyClient {
        try ParleyClient(url: url, trust: .file(ServerCertificates.authority()), device: "test")
    }

    /// A client with a session.
    func loggedInClient() async throws -> ParleyClient {
        let client = try client()
        try await client.login(username: "alice", password: "p")
        return client
    }
}
