/// What becomes of a frame that waits in an ``Outbox``.
package enum FrameVerdict: Equatable {
    case keep
    case drop
    /// Another text frame goes out in its place.
    case replace([UInt8])
}
