import Foundation
import NIOCore
import NIOPosix
import Testing

@testable import NIOOpenSSL

@Suite("With other implementations over real sockets", .timeLimit(.minutes(2)))
struct InteropTests {
    private let files = TestCertificates.shared

    /// Runs a program against a server of its own, off the concurrency pool.
    private func run(
        _ program: String, _ mode: EchoServer.Mode = .echo, certificate: String = "server.pem",
        key: String = "server-key.pem",
        input: String = "", _ arguments: @escaping @Sendable (Int) -> [String]
    ) async throws -> Command.Result {
        let server = try await EchoServer.start(Contexts.server(certificate, key: key), mode)
        let port = server.port
        let result = try await NIOThreadPool.singleton.runIfActive {
            try Command.run(program, arguments(port), input: input)
        }
        try await server.stop()
        return result
    }

    @Test(
        "openssl s_client speaks both versions and verifies", arguments: ["-tls1_2", "-tls1_3"],
        [EchoServer.Mode.echo, .directEcho])
    func sClient(version: String, mode: EchoServer.Mode) async throws {
        let authority = files.authority
        // s_client ends when its input does; -ign_eof would wait for ours. The echo of "Q" would end it early too.
        let result = try await run("/bin/sh", mode) { port in
            [
                "-c",
                """
                (echo hello-echo; while ! grep -q hello-echo "$0" 2>/dev/null; do :; done) | openssl s_client \
                -connect 127.0.0.1:\(port) \(version) -CAfile \(authority) -verify_return_error -servername localhost \
                -verify_hostname localhost -alpn http/1.1 > "$0" 2>&1; status=$?; cat "$0"; rm "$0"; exit $status
                """, authority + ".\(version).\(mode).out",
            ]
        }
        #expect(result.output.contains("hello-echo"), "\(result.output)")
        #expect(result.output.contains("ALPN protocol: http/1.1"))
        #expect(result.output.contains("Verify return code: 0 (ok)"))
        #expect(result.output.contains("Secure Renegotiation IS"))
        #expect(result.output.contains("Compression: NONE"))
    }

    @Test("openssl s_client resumes with the ticket", arguments: ["-tls1_2"])
    func reconnect(version: String) async throws {
        let authority = files.authority
        let result = try await run("/usr/bin/openssl") { port in
            ["s_client", "-connect", "127.0.0.1:\(port)", version, "-CAfile", authority, "-reconnect"]
        }
        #expect(result.output.components(separatedBy: "Reused, TLSv1.2").count == 6, "\(result.output)")
    }

    @Test(
        "Python's ssl verifies, echoes a megabyte, resumes, and unwraps",
        arguments: [EchoServer.Mode.echo, .directEcho])
    func python(mode: EchoServer.Mode) async throws {
        let authority = files.authority
        let script = """
            import socket, ssl, sys
            port = int(sys.argv[1])
            context = ssl.create_default_context(cafile=sys.argv[2])
            context.set_alpn_protocols(["http/1.1"])
            def talk(session, size):
                raw = socket.create_connection(("127.0.0.1", port))
                with context.wrap_socket(raw, server_hostname="localhost", session=session) as tls:
                    sent, got = 0, 0
                    data = bytes(range(256)) * (size // 256)
                    tls.settimeout(20)
                    received = bytearray()
                    while sent < len(data):
                        sent += tls.send(data[sent:sent + 60000])
                        while len(received) < sent:
                            received += tls.recv(65536)
                    assert bytes(received) == data
                    print(tls.version(), tls.selected_alpn_protocol(), tls.session_reused)
                    kept = tls.session
                    tls.unwrap()
                    return kept
            for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
                context.maximum_version = version
                context.minimum_version = version
                talk(talk(None, 1 << 20), 4096)
            """
        let result = try await run("/usr/bin/python3", mode) { port in
            ["-c", script, String(port), authority]
        }
        #expect(
            result.output == """
                TLSv1.2 http/1.1 False
                TLSv1.2 http/1.1 True
                TLSv1.3 http/1.1 False
                TLSv1.3 http/1.1 True

                """)
    }

    @Test("openssl s_client updates its keys and gets one ticket", arguments: [EchoServer.Mode.echo, .directEcho])
    func keyUpdate(mode: EchoServer.Mode) async throws {
        let authority = files.authority
        // "K" alone on a line asks both sides to change keys. Each step waits for the echo of the one before.
        let result = try await run("/bin/sh", mode) { port in
            [
                "-c",
                """
                await() { while ! grep -q "$1" "$0" 2>/dev/null; do :; done; }
                : > "$0"
                (echo first; await '^first'; echo K; await KEYUPDATE; echo second; await '^second') | openssl s_client \
                -connect 127.0.0.1:\(port) -tls1_3 -CAfile \(authority) > "$0" 2>&1
                cat "$0"; rm "$0"
                """, authority + ".update.\(mode).out",
            ]
        }
        #expect(result.output.contains("\nfirst") && result.output.contains("KEYUPDATE"))
        #expect(result.output.contains("\nsecond"), "\(result.output)")
        #expect(result.output.components(separatedBy: "Post-Handshake New Session Ticket arrived").count == 2)
    }

    @Test("curl verifies an RSA certificate and refuses a wrong one")
    func curl() async throws {
        let authority = files.authority
        let good = try await run("/usr/bin/curl", .answer, certificate: "rsa.pem", key: "rsa-key.pem") { port in
            ["-sv", "-m", "20", "--cacert", authority, "https://localhost:\(port)/"]
        }
        #expect(good.status == 0 && good.output.contains("answered"))
        #expect(good.output.contains("SSL certificate verify ok"), "\(good.output)")
        #expect(good.output.contains("ALPN: server accepted http/1.1"))
        let bad = try await run("/usr/bin/curl", certificate: "wrong-name.pem") { port in
            ["-s", "-m", "20", "--cacert", authority, "https://localhost:\(port)/"]
        }
        #expect(bad.status == 60)
    }

    @Test(
        "our client and server carry megabytes against back-pressure", arguments: [EchoServer.Mode.echo, .directEcho])
    func ourselves(mode: EchoServer.Mode) async throws {
        let server = try await EchoServer.start(Contexts.server(), mode)
        let context = try Contexts.client()
        let total = 8 << 20
        let client = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .connect(host: "127.0.0.1", port: server.port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        TLSHandler(context: context, serverHostname: "localhost"))
                    return try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        try await client.executeThenClose { inbound, outbound in
            async let written: Void = {
                for _ in 0..<(total / 65_536) { try await outbound.write(ByteBuffer(repeating: 120, count: 65_536)) }
            }()
            var received = 0
            for try await part in inbound {
                received += part.readableBytes
                if received == total { break }
            }
            try await written
            #expect(received == total)
        }
        try await server.stop()
    }
}
