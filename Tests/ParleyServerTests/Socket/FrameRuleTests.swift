import NIOCore
import ParleyClient
import TestSupport
import TestTools
import Testing

extension WholeServer {
    @Suite("Frames that are not as they should be")
    struct FrameRuleTests {
        /// A frame header without a mask's worth of payload behind it.
        private func header(_ first: UInt8, _ second: UInt8, _ rest: [UInt8] = []) -> ByteBuffer {
            ByteBuffer(bytes: [first, second] + rest)
        }

        @Test("what RFC 6455 forbids closes with its code, and no other socket notices")
        func closeCodes() async throws {
            try await TestServer.run { server in
                let login = try await server.access.register("alice")
                let bystander = try await server.access.greeted(try await server.access.register("bob"))
                let mask: [UInt8] = [0, 0, 0, 0]
                let cases: [(what: String, bytes: ByteBuffer, code: UInt16)] = [
                    ("binary", header(0x82, 0x81, mask + [1]), 1003),
                    ("bad UTF-8", header(0x81, 0x82, mask + [0xC3, 0x28]), 1007),
                    ("a cut character", header(0x81, 0x81, mask + [0xC3]), 1007),
                    ("unmasked", header(0x81, 0x02, Array("{}".utf8)), 1002),
                    ("RSV1", header(0xC1, 0x80, mask), 1002), ("RSV2", header(0xA1, 0x80, mask), 1002),
                    ("reserved opcode", header(0x83, 0x80, mask), 1002),
                    ("reserved control opcode", header(0x8B, 0x80, mask), 1002),
                    ("fragmented ping", header(0x09, 0x80, mask), 1002),
                    ("long ping", header(0x89, 0xFE, [0, 126] + mask), 1002),
                    ("continuation of nothing", header(0x80, 0x80, mask), 1002),
                    ("close code 1005", header(0x88, 0x82, mask + [0x03, 0xED]), 1002),
                    ("close code 999", header(0x88, 0x82, mask + [0x03, 0xE7]), 1002),
                    ("close with one byte", header(0x88, 0x81, mask + [3]), 1002),
                    ("a frame of 64 KiB and one byte", header(0x81, 0xFF, [0, 0, 0, 0, 0, 1, 0, 1] + mask), 1009),
                    ("a frame of 2^62 bytes", header(0x81, 0xFF, [0x40, 0, 0, 0, 0, 0, 0, 0] + mask), 1009),
                ]
                for (what, bytes, code) in cases {
                    let socket = try await server.access.greeted(login)
                    try await socket.send(bytes: bytes)
                    #expect(try await socket.closeCode() == code, "\(what)")
                }
                #expect(try await bystander.ask("ping")["type"] == "pong")
                try await bystander.close()
                try await waitUntil("no socket is left") { try await server.socketCount() == 0 }
            }
        }

        @Test("a message of 64 KiB is taken whole or in fragments, one byte more is 1009")
        func messageSize() async throws {
            try await TestServer.run { server in
                let login = try await server.access.register("alice")
                let frame = #"{"type":"ping","pad":""}"#
                func message(_ bytes: Int) -> [UInt8] {
                    let pad = String(repeating: "p", count: bytes - frame.utf8.count)
                    return Array(#"{"type":"ping","pad":"\#(pad)"}"#.utf8)
                }
                let socket = try await server.access.greeted(login)
                try await socket.send(opcode: 0x1, message(65_536))
                #expect(try await socket.event()["type"] == "pong")
                for (bytes, fits) in [(65_536, true), (65_537, false)] {
                    let whole = message(bytes)
                    for (index, start) in stride(from: 0, to: whole.count, by: 10_000).enumerated() {
                        let part = Array(whole[start..<min(start + 10_000, whole.count)])
                        var buffer = ByteBuffer()
                        ClientFrame.write(
                            opcode: index == 0 ? 0x1 : 0x0, payload: part, mask: 7, into: &buffer)
                        if start + 10_000 < whole.count { buffer.setInteger(UInt8(index == 0 ? 0x1 : 0x0), at: 0) }
                        try await socket.send(bytes: buffer)
                    }
                    if fits { #expect(try await socket.event()["type"] == "pong") }
                }
                #expect(try await socket.closeCode() == 1009)
            }
        }

        @Test("a Close is answered with its code")
        func closing() async throws {
            try await TestServer.run { server in
                let login = try await server.access.register("alice")
                for (payload, code) in [
                    ([0x03, 0xE8], 1000), ([0x03, 0xE9], 1001), ([0x0F, 0xA0], 4000), ([], 1005),
                ] {
                    let socket = try await server.access.greeted(login)
                    try await socket.send(opcode: 0x8, payload.map { UInt8($0) })
                    #expect(try await socket.closeCode() == UInt16(code))
                }
            }
        }

        @Test("a peer that vanishes leaves nothing behind")
        func vanishing() async throws {
            try await TestServer.run { server in
                let login = try await server.access.register("alice")
                for _ in 0..<5 { try await server.access.greeted(login).abort() }
                for _ in 0..<5 { try await server.access.socket(login).abort() }
                try await waitUntil("no socket is left") { try await server.socketCount() == 0 }
            }
        }

        @Test("a socket that says nothing is pinged, and closes with 4009 when it does not answer")
        func heartbeat() async throws {
            let settings = [
                "heartbeat.interval": "100ms", "heartbeat.minimum": "100ms", "heartbeat.timeout": "100ms",
            ]
            try await TestServer.run(settings) { server in
                let login = try await server.access.register("alice")
                let answers = try await server.access.greeted(login)
                let deaf = try await server.access.socket(login, answersPings: false)
                #expect(try await deaf.closeCode() == 4009)
                #expect(try await answers.ask("ping")["type"] == "pong")
                try await answers.close()
            }
        }
    }
}
