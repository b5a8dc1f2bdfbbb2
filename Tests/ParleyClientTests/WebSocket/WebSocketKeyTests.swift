import Testing

@testable import ParleyClient

@Suite struct WebSocketKeyTests {
    @Test("The accept value of RFC 6455 §1.3")
    func example() {
        #expect(WebSocketKey(value: "dGhlIHNhbXBsZSBub25jZQ==").expectedAccept == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
    }

    @Test("Every key is new and has the form of 16 bytes in base64")
    func fresh() {
        let keys = Set((0..<100).map { _ in WebSocketKey().value })
        #expect(keys.count == 100)
        #expect(keys.allSatisfy { $0.count == 24 && $0.hasSuffix("==") })
    }

    @Test("A nonce has 32 hexadecimal digits")
    func nonce() {
        let nonces = Set((0..<100).map { _ in SystemRandom.nonce() })
        #expect(nonces.count == 100)
        #expect(nonces.allSatisfy { $0.count == 32 && $0.allSatisfy(\.isHexDigit) })
    }
}
