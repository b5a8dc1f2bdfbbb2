import ParleyClient
import TestSupport
import Testing

/// Expects the security headers of an answer.
func expectSecurityHeaders(
    _ answer: RawResponse, _ what: Comment? = nil, sourceLocation: SourceLocation = #_sourceLocation
) {
    for (name, part) in [
        ("strict-transport-security", "max-age=31536000"), ("x-content-type-options", "nosniff"),
        ("content-security-policy", "default-src 'none'"), ("content-security-policy", "frame-ancestors 'none'"),
        ("referrer-policy", "no-referrer"), ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
    ] {
        let values = answer.values(of: name)
        #expect(
            values.count == 1 && values.first?.contains(part) == true, what ?? "\(name): \(values)",
            sourceLocation: sourceLocation)
    }
    #expect(answer.values(of: "cache-control") == ["no-store"], what, sourceLocation: sourceLocation)
}

/// Expects a problem document with all that belongs to one.
func expectProblem(
    _ answer: RawResponse, _ status: Int, _ code: String, field: String? = nil, _ what: Comment? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(answer.status == status, what, sourceLocation: sourceLocation)
    #expect(answer.code == code, what ?? "\(answer.text)", sourceLocation: sourceLocation)
    #expect(
        answer.values(of: "content-type") == ["application/problem+json"], what, sourceLocation: sourceLocation)
    let members = Set(answer.json.object?.keys.map { $0 } ?? [])
    #expect(
        members == Set(["type", "title", "status", "detail", "code", "request_id"] + (field == nil ? [] : ["field"])),
        what, sourceLocation: sourceLocation)
    #expect(answer.json["status"]?.integer == Int64(status), what, sourceLocation: sourceLocation)
    #expect(answer.json["field"]?.string == field, what, sourceLocation: sourceLocation)
    #expect(answer.json["request_id"]?.string?.isEmpty == false, what, sourceLocation: sourceLocation)
    expectSecurityHeaders(answer, what, sourceLocation: sourceLocation)
}

/// Expects that both cookies are cleared, with the attributes that they were set with.
func expectClearedCookies(_ answer: RawResponse, sourceLocation: SourceLocation = #_sourceLocation) {
    expectCookies(answer, sourceLocation: sourceLocation)
    for cookie in answer.cookies {
        #expect(cookie.value.isEmpty && cookie.maximumAge == 0, sourceLocation: sourceLocation)
    }
}

/// Expects exactly the two cookies, with the protocol's attributes.
func expectCookies(_ answer: RawResponse, sourceLocation: SourceLocation = #_sourceLocation) {
    let paths = answer.cookies.map { cookie in
        let fixed = cookie.attributes.filter { !$0.hasPrefix("Path=") && !$0.hasPrefix("Max-Age=") }
        #expect(fixed == ["HttpOnly", "Secure", "SameSite=Strict"], sourceLocation: sourceLocation)
        #expect(cookie.attributes.count == 5, sourceLocation: sourceLocation)
        return [cookie.name] + cookie.attributes.filter { $0.hasPrefix("Path=") }
    }
    #expect(
        paths == [[TestLogin.accessName, "Path=/"], [TestLogin.refreshName, "Path=/api/v1/auth"]],
        sourceLocation: sourceLocation)
}

/// Expects a receipt with all that belongs to one, of this node.
func expectReceipt(
    _ receipt: JSONValue, sessions: Int64, sockets: Int64, sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(
        Set(receipt.object?.keys.map { $0 } ?? [])
            == ["revoked_sessions", "closed_sockets", "nodes", "elapsed_ms", "complete"],
        sourceLocation: sourceLocation)
    #expect(receipt["revoked_sessions"]?.integer == sessions, sourceLocation: sourceLocation)
    #expect(receipt["closed_sockets"]?.integer == sockets, sourceLocation: sourceLocation)
    #expect(receipt["complete"]?.bool == true, sourceLocation: sourceLocation)
    #expect((receipt["elapsed_ms"]?.number ?? -1) >= 0, sourceLocation: sourceLocation)
    #expect(receipt["nodes"]?.array?.count == 1, sourceLocation: sourceLocation)
    let node = receipt["nodes"]?[0]
    #expect(
        Set(node?.object?.keys.map { $0 } ?? []) == ["node", "closed_sockets", "elapsed_ms"],
        sourceLocation: sourceLocation)
    #expect(node?["closed_sockets"]?.integer == sockets, sourceLocation: sourceLocation)
}
