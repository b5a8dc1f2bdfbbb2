/// What went wrong in TLS: a stable code for programs, a reason for people, and the place it was found.
///
/// Two errors are equal when their codes are. Codes are added over time, so a `switch` over them needs a `default`.
public struct TLSError: Error, Sendable {
    /// The kind of failure, stable across versions.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        /// The code's name in snake case, as it appears in logs.
        public let description: String

        init(_ name: String) { description = name }

        /// A certificate, key or trust file cannot be read.
        public static let fileUnreadable = Code("file_unreadable")
        /// The file holds no usable certificate, or one that OpenSSL's security level refuses.
        public static let certificateInvalid = Code("certificate_invalid")
        /// The file holds no usable private key.
        public static let privateKeyInvalid = Code("private_key_invalid")
        /// The private key is protected by a passphrase, which is not supported.
        public static let privateKeyEncrypted = Code("private_key_encrypted")
        /// The private key does not belong to the certificate.
        public static let keyMismatch = Code("key_mismatch")
        /// A setting is refused by OpenSSL or contradicts another one.
        public static let configurationInvalid = Code("configuration_invalid")
        /// The handshake failed; the reason is OpenSSL's.
        public static let handshakeFailed = Code("handshake_failed")
        /// The server's certificate was not accepted: unknown issuer, expired, wrong name.
        public static let certificateRejected = Code("certificate_rejected")
        /// The handshake was not done by its deadline.
        public static let handshakeTimedOut = Code("handshake_timed_out")
        /// The peer sent more bytes than a handshake may have.
        public static let handshakeTooLarge = Code("handshake_too_large")
        /// The peer broke the protocol after the handshake, or sent a fatal alert.
        public static let protocolViolation = Code("protocol_violation")
        /// The stream ended without close_notify: the peer vanished, or somebody cut the data short.
        public static let truncated = Code("truncated")
        /// The receiver stopped reading and the peer went on sending past the bound.
        public static let inputOverflow = Code("input_overflow")
    }

    /// The kind of failure.
    public let code: Code
    /// What happened, in words; names the file where one is at fault.
    public let reason: String
    /// The source file that raised the error.
    public let file: String
    /// The line in ``file``.
    public let line: Int

    @inline(never)
    init(_ code: Code, _ reason: String, file: String = #fileID, line: Int = #line) {
        self.code = code
        self.reason = reason
        self.file = file
        self.line = line
    }
}

extension TLSError: Equatable {
    /// Equality of codes.
    public static func == (left: TLSError, right: TLSError) -> Bool { left.code == right.code }
}

extension TLSError: CustomStringConvertible {
    /// The code and the reason.
    public var description: String { "\(code): \(reason)" }
}
