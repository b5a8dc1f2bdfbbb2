import Glibc
import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import NIOOpenSSL
import NIOPosix
import WebSocketTransport

// EchoServer CERTIFICATE-CHAIN PRIVATE-KEY [PORT]
//
// Echoes every message over the product's own TLS, upgrade gate and frame code; the Autobahn cases run against it.
// Prints the port it listens on as its first line.

let arguments = CommandLine.arguments.dropFirst()
guard let chain = arguments.first, let key = arguments.dropFirst().first else {
    FileHandleOutput.error("usage: EchoServer CERTIFICATE-CHAIN PRIVATE-KEY [PORT]")
    exit(64)
}

var configuration = WebSocketUpgradeConfiguration { _, _ in .accept(delegate: EchoSession()) }
configuration.path = "/"
configuration.connection.allowsBinary = true
// Group 9 sends up to 16 MiB and asks for as much back.
configuration.connection.maximumMessageBytes = 16 * 1024 * 1024
configuration.connection.outboxBytes = 64 * 1024 * 1024

let source = try TLSContextSource(
    configuration: TLSServerConfiguration(certificateChainFile: chain, privateKeyFile: key))
let channel = ChatUpgradeChannel(
    responder: { _, writer, _ in try await writer.writeResponse(.init(status: .notFound)) }, tls: source,
    configuration: configuration)
var logger = Logger(label: "echo")
logger.logLevel = .warning
let server = Server(
    childChannelSetup: channel,
    configuration: .init(address: .hostname("127.0.0.1", port: arguments.dropFirst(2).first.flatMap(Int.init) ?? 0)),
    onServerRunning: { FileHandleOutput.line("\($0.localAddress?.port ?? 0)") },
    eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: logger)
try await server.run()
