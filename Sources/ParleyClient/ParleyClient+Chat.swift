extension ParleyClient {
    /// Opens a chat socket with the session's cookie and waits for `hello`.
    ///
    /// - Throws: ``ProblemError`` when the server refuses the upgrade; ``ClientError``.
    public func connect(_ options: ConnectionOptions = ConnectionOptions()) async throws -> ChatConnection {
        try await refreshIfDue()
        do {
            return try await open(options)
        } catch let problem as ProblemError where problem.code == "token_expired" && canRefresh {
            try await refresh()
            return try await open(options)
        }
    }

    private func open(_ options: ConnectionOptions) async throws -> ChatConnection {
        let upgrade = UpgradeRequest(address: address, cookie: socketCookie())
        return try await ChatConnection.open(endpoint, upgrade, options)
    }
}
