extension ParleyClient {
    /// Looks for messages in the rooms that the user may read. A message is found a moment after it was sent.
    ///
    /// - Returns: A page of messages, newest first.
    /// - Throws: ``ProblemError``: 400 `empty_query`, `query_too_long` or `invalid_field`, 403 `not_a_member`,
    ///   404 `room_not_found`, 503 `search_timeout` or `overloaded`; ``ClientError``.
    public func search(_ request: SearchRequest) async throws -> SearchPage {
        try await self.request("GET", request.path).decode(SearchPage.self)
    }
}
