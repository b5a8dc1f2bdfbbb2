import HummingbirdCore
package import NIOCore
import NIOHTTPTypes

/// One accepted connection, until the gate knows what it is.
package struct ChatUpgradeSession: ServerChildChannelValue {
    /// The connection.
    package let channel: any Channel
    /// Hummingbird's end of it; `nil` when it became a socket, or nothing.
    let http: EventLoopFuture<NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>?>
}
