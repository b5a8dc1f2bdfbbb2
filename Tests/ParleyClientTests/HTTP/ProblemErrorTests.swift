import ParleyClient
import Testing

@Suite struct ProblemErrorTests {
    private func response(_ status: Int, _ body: String, _ headers: [(name: String, value: String)] = [])
        -> ClientResponse
    {
        ClientResponse(status: status, headers: headers, body: Array(body.utf8))
    }

    @Test("A problem document gives code, title, detail, id and the wait")
    func document() {
        let body = """
            {"type":"about:blank","title":"Too many attempts","status":429,"detail":"wait","code":"rate_limited",\
            "request_id":"r7"}
            """
        let problem = ProblemError(response: response(429, body, [("Retry-After", "30")]))
        let expected = ProblemError(
            status: 429, code: "rate_limited", title: "Too many attempts", detail: "wait", requestID: "r7",
            retryAfter: .seconds(30))
        #expect(problem == expected)
        #expect(problem.description == "429 rate_limited: Too many attempts (wait)")
    }

    @Test("Any other body still gives an error", arguments: ["", "<html>", "[]", "{}", "{\"code\":7}", "null"])
    func others(body: String) {
        let problem = ProblemError(response: response(502, body, [("retry-after", "Wed, 21 Oct 2026 07:28:00 GMT")]))
        #expect(problem.status == 502)
        #expect(problem.code == "http_502")
        #expect(problem.retryAfter == nil)
    }
}
