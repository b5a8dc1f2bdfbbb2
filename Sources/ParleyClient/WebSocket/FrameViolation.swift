/// A rule of RFC 6455 that the server broke, with the code to close with.
package struct FrameViolation: Error, Equatable {
    /// The close code of RFC 6455 §7.4.1.
    package let code: UInt16
    /// What was wrong.
    package let reason: String

    /// A violation made from its parts.
    package init(code: UInt16, reason: String) {
        self.code = code
        self.reason = reason
    }
}
