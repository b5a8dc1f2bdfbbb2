/// The status code of a Close frame (RFC 6455, section 7.4).
package struct CloseCode: RawRepresentable, Hashable, Sendable, ExpressibleByIntegerLiteral {
    package let rawValue: UInt16

    package init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    package init(integerLiteral value: UInt16) {
        rawValue = value
    }

    /// The conversation is over.
    package static let normal: CloseCode = 1000
    /// The server or the page goes away.
    package static let goingAway: CloseCode = 1001
    /// The peer broke RFC 6455.
    package static let protocolError: CloseCode = 1002
    /// A kind of data that this end does not take, such as a binary message.
    package static let unsupportedData: CloseCode = 1003
    /// What is reported for a Close frame without a code; never sent.
    package static let noStatus: CloseCode = 1005
    /// Bytes that are not what the message says they are, such as bad UTF-8 in text.
    package static let invalidPayload: CloseCode = 1007
    /// A message over the limit.
    package static let messageTooBig: CloseCode = 1009
    /// Something failed at this end.
    package static let internalError: CloseCode = 1011
    /// The server restarts: come back.
    package static let serviceRestart: CloseCode = 1012
    /// The peer's kernel took no byte for the stuck timeout.
    package static let stuck: CloseCode = 4008
    /// Nothing came back within the heartbeat timeout.
    package static let noHeartbeat: CloseCode = 4009

    /// Whether a peer may send this code: those of RFC 6455 and the registry, and 3000–4999.
    package var isValidOnWire: Bool {
        switch rawValue {
        case 1000...1003, 1007...1014, 3000...4999: true
        default: false
        }
    }
}
