/// What the parser found. Payloads are unmasked and valid until the parser is called again.
package enum FrameEvent {
    /// One whole text message, valid UTF-8.
    case text(UnsafeRawBufferPointer)
    /// One whole binary message.
    case binary(UnsafeRawBufferPointer)
    case ping(UnsafeRawBufferPointer)
    case pong(UnsafeRawBufferPointer)
    /// A well-formed Close; `nil` when it carried no code.
    case close(CloseCode?)
    /// The peer broke a rule. The parser takes nothing more.
    case violation(FrameViolation)
}
