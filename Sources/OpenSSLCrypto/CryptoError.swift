import COpenSSL

/// Says which operation of libcrypto, or which file of secrets, failed and why.
///
/// Two errors are equal when their codes are.
package struct CryptoError: Error, Equatable, CustomStringConvertible {
    /// The stable word for what failed.
    package enum Code: String, Sendable {
        /// A call to libcrypto that does not fail for its input alone (memory, entropy, a missing provider).
        case libcrypto
        /// A password hash that is not a PHC string of scrypt, or whose cost is out of bounds.
        case passwordHash = "password_hash"
        /// A file that could not be read or written, or whose permissions are too wide.
        case file
    }

    /// The stable word for what failed.
    package let code: Code
    /// What happened, for the log and the terminal; never holds a secret.
    package let reason: String
    /// The source file that made the error.
    package let file: StaticString
    /// The line of that file.
    package let line: UInt

    init(_ code: Code, _ reason: String, file: StaticString = #fileID, line: UInt = #line) {
        self.code = code
        self.reason = reason
        self.file = file
        self.line = line
    }

    /// Takes this thread's OpenSSL error queue as the reason.
    @inline(never)
    static func libcrypto(
        _ operation: StaticString, file: StaticString = #fileID, line: UInt = #line
    ) -> CryptoError {
        var reasons: [String] = []
        while true {
            let code = ERR_get_error()
            if code == 0 { break }
            reasons.append(ERR_reason_error_string(code).map { String(cString: $0) } ?? "error \(code)")
        }
        let detail = reasons.isEmpty ? "no reason given" : reasons.joined(separator: ", ")
        return CryptoError(.libcrypto, "\(operation): \(detail)", file: file, line: line)
    }

    package static func == (left: CryptoError, right: CryptoError) -> Bool { left.code == right.code }

    package var description: String { "\(code.rawValue): \(reason)" }
}
