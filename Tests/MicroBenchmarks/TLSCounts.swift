import Foundation
import NIOCore
import NIOEmbedded
import NIOOpenSSL
import OpenSSLCrypto

/// One message through TLS, without a network.
enum TLSCounts {
    /// A record of 160 bytes: encrypted at one end, decrypted at the other.
    static func record(directory: String) throws -> Counts {
        let certificates = try DevelopmentCertificates.make(in: directory)
        let loop = EmbeddedEventLoop()
        var trust = TLSClientConfiguration()
        trust.trustsSystemAuthorities = false
        trust.additionalAuthoritiesFile = certificates.authority
        let serverTLS = TLSHandler(
            context: try TLSContext(
                server: TLSServerConfiguration(
                    certificateChainFile: certificates.certificate, privateKeyFile: certificates.privateKey)))
        let clientTLS = TLSHandler(context: try TLSContext(client: trust), serverHostname: "localhost")
        let server = EmbeddedChannel(loop: loop)
        let client = EmbeddedChannel(loop: loop)
        try server.pipeline.syncOperations.addHandler(serverTLS)
        try client.pipeline.syncOperations.addHandler(clientTLS)
        let address = try SocketAddress(ipAddress: "127.0.0.1", port: 443)
        server.connect(to: address, promise: nil)
        client.connect(to: address, promise: nil)
        try exchange(client, server)
        let (sent, received) = (ByteReceiver(), ByteReceiver())
        serverTLS.attach(receiver: sent)
        clientTLS.attach(receiver: received)
        try exchange(client, server)

        let plaintext = Array(repeating: UInt8(ascii: "x"), count: 160)
        let count = plaintext.withUnsafeBytes { plaintext in
            Counts("TLS record", iterations: 200) {
                serverTLS.writeDirect(plaintext)
                serverTLS.flushDirect()
                while let bytes = try? server.readOutbound(as: ByteBuffer.self) { _ = try? client.writeInbound(bytes) }
            }
        }
        precondition(!Counts.isWanted("TLS record") || received.count >= 200 * 160, "the records did not arrive")
        return count
    }

    private static func exchange(_ client: EmbeddedChannel, _ server: EmbeddedChannel) throws {
        var isMoving = true
        while isMoving {
            isMoving = false
            for (from, to) in [(client, server), (server, client)] {
                while let bytes = try from.readOutbound(as: ByteBuffer.self) {
                    try to.writeInbound(bytes)
                    isMoving = true
                }
            }
        }
    }
}

/// Counts the plaintext that it is given.
private final class ByteReceiver: TLSPlaintextReceiver {
    private(set) var count = 0

    func tlsReceived(_ plaintext: UnsafeMutableRawBufferPointer) { count += plaintext.count }
    func tlsReadCompleted() {}
    func tlsInputEnded(truncated: Bool) {}
    func tlsWritabilityChanged(isWritable: Bool) {}
    func tlsClosed(error: TLSError?) {}
}
