/// What the peer did wrong: the close code it gets and a word for the Close frame's reason.
package struct FrameViolation: Equatable, Sendable {
    /// The code to close with.
    package let code: CloseCode
    /// A few words in ASCII, sent to the peer.
    package let reason: String

    init(_ code: CloseCode, _ reason: String) {
        self.code = code
        self.reason = reason
    }

    static let unmasked = FrameViolation(.protocolError, "unmasked frame")
    static let reservedBits = FrameViolation(.protocolError, "reserved bits set")
    static let reservedOpcode = FrameViolation(.protocolError, "reserved opcode")
    static let badLength = FrameViolation(.protocolError, "bad frame length")
    static let fragmentedControl = FrameViolation(.protocolError, "fragmented control frame")
    static let longControl = FrameViolation(.protocolError, "control frame too long")
    static let strayContinuation = FrameViolation(.protocolError, "continuation without a start")
    static let unfinishedMessage = FrameViolation(.protocolError, "new message inside a fragmented one")
    static let badClose = FrameViolation(.protocolError, "bad close frame")
    static let badText = FrameViolation(.invalidPayload, "text is not UTF-8")
    static let binary = FrameViolation(.unsupportedData, "binary messages are not taken")
    static let tooBig = FrameViolation(.messageTooBig, "message too big")
}
