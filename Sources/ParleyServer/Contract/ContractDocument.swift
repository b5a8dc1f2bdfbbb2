import Contract
import NIOCore
import OpenSSLCrypto

/// A machine-readable description of the protocol, as this binary carries it.
struct ContractDocument: Sendable {
    /// The document's text, YAML.
    let bytes: ByteBuffer
    /// Names this version of the text, for `If-None-Match`.
    let tag: String

    /// `/openapi.yaml`: every route with its parameters, statuses and codes. A new route is added there.
    static let openAPI = ContractDocument(contract_openapi())
    /// `/asyncapi.yaml`: every command and event of the socket. A new one is added there.
    static let asyncAPI = ContractDocument(contract_asyncapi())

    private init(_ document: contract_document) {
        let bytes = UnsafeRawBufferPointer(start: document.bytes, count: document.count)
        self.bytes = ByteBuffer(bytes: bytes)
        tag = "\"\(SHA256Digest(of: bytes).hexadecimal.prefix(16))\""
    }
}
