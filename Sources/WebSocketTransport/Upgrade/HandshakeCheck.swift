import NIOHTTP1

/// What RFC 6455, section 4.2.1, asks of a client's handshake, in the order in which refusals are given.
enum HandshakeCheck: Equatable {
    case valid(key: String)
    /// 400, and why.
    case malformed(String)
    /// 426.
    case unsupportedVersion

    static func check(_ head: HTTPRequestHead) -> HandshakeCheck {
        let headers = head.headers
        guard head.method == .GET else { return .malformed("The method must be GET.") }
        guard head.version == .http1_1 else { return .malformed("The version must be HTTP/1.1.") }
        guard headers["host"].count == 1 else { return .malformed("There must be one Host header.") }
        guard names("websocket", in: headers["upgrade"]) else {
            return .malformed("The Upgrade header must name websocket.")
        }
        guard names("upgrade", in: headers["connection"]) else {
            return .malformed("The Connection header must name Upgrade.")
        }
        guard headers["transfer-encoding"].isEmpty, headers["content-length"].allSatisfy({ $0 == "0" }) else {
            return .malformed("The handshake must not have a body.")
        }
        let keys = headers["sec-websocket-key"]
        guard keys.count == 1, let key = keys.first, isKey(key) else {
            return .malformed("Sec-WebSocket-Key must be 16 bytes in base64.")
        }
        guard headers["sec-websocket-version"] == ["13"] else { return .unsupportedVersion }
        return .valid(key: key)
    }

    /// Whether a comma-separated list header names a token, in any case.
    static func names(_ token: String, in values: [String]) -> Bool {
        values.contains { list($0).contains { $0.lowercased() == token } }
    }

    /// The members of a comma-separated list, without the spaces around them.
    static func list(_ value: String) -> [String] {
        value.split(separator: ",").map { member in
            let trimmed = member.drop { $0 == " " || $0 == "\t" }
            guard let last = trimmed.lastIndex(where: { $0 != " " && $0 != "\t" }) else { return "" }
            return String(trimmed[...last])
        }
    }

    private static func isKey(_ key: String) -> Bool {
        let bytes = Array(key.utf8)
        return bytes.count == 24 && bytes.suffix(2).elementsEqual("==".utf8) && bytes.prefix(22).allSatisfy(isBase64)
    }

    private static func isBase64(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"):
            true
        default: false
        }
    }
}
