package import NIOCore
package import NIOHTTP1

/// A refusal that the gate gives by itself, as an RFC 9457 problem document.
package struct UpgradeProblem: Sendable, Equatable {
    /// The answer's status.
    package let status: HTTPResponseStatus
    /// A stable word in snake case.
    package let code: String
    /// A sentence in ASCII without quotes or control characters.
    package let detail: String

    static func malformed(_ detail: String) -> UpgradeProblem {
        UpgradeProblem(status: .badRequest, code: "bad_handshake", detail: detail)
    }

    static let unsupportedVersion = UpgradeProblem(
        status: .upgradeRequired, code: "unsupported_version", detail: "This server speaks WebSocket version 13.")
    static let headTooLarge = UpgradeProblem(
        status: .requestHeaderFieldsTooLarge, code: "head_too_large", detail: "The head of the request is too large.")
    static let malformedHTTP = UpgradeProblem(
        status: .badRequest, code: "bad_request", detail: "The request is not HTTP/1.1.")
    static let unavailable = UpgradeProblem(
        status: .internalServerError, code: "internal", detail: "The handshake cannot be answered.")

    /// `type title status detail code` as JSON.
    package var document: ByteBuffer {
        ByteBuffer(
            string: """
                {"type":"about:blank","title":"\(status.reasonPhrase)","status":\(status.code),\
                "detail":"\(detail)","code":"\(code)"}
                """)
    }
}
