import Chat
import Foundation
import Identity
import NIOCore
import NIOEmbedded
import NIOHTTP1
import NIOOpenSSL
import ParleyServer
import WebSocketTransport

/// The parsers that strangers reach.
struct FuzzTargets {
    let world: FuzzWorld

    var all: [FuzzTarget] { [token, cookie, frames, command, head, tls] }

    /// Only the very tokens of the login are taken for good.
    private var token: FuzzTarget {
        let (access, refresh) = (Array(world.login.access.value.utf8), Array(world.login.refresh.value.utf8))
        let authority = world.node.authority
        return FuzzTarget(
            name: "token",
            seeds: [
                access, refresh, Array("a.b.c".utf8), Array("eyJhbGciOiJub25lIn0..".utf8), Array("....".utf8), [],
            ]
        ) { bytes in
            let isGood = bytes.withUnsafeBytes { (try? authority.authenticate($0)) != nil }
            precondition(!isGood || bytes == access, "a token was accepted that was not issued")
        }
    }

    /// What is found stands in a field, behind the name.
    private var cookie: FuzzTarget {
        let name = "__Host-parley_access"
        let seeds = [
            "\(name)=abc", "a=b; \(name)=abc; c=d", "\(name)=1; \(name)=2", "\(name)", "=;=;;  ;\(name)==", "",
            "\(name)=\"q;q\"", "x\t=\t1;\(name)=é",
        ]
        return FuzzTarget(name: "cookie", seeds: seeds.map { Array($0.utf8) }) { bytes in
            let fields = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map { String($0) }
            if case .one(let value) = CookieHeader(fields).value(of: name) {
                precondition(fields.contains { $0.contains("\(name)=\(value)") }, "a cookie came from nowhere")
            }
        }
    }

    /// However the bytes are cut, the same things come out.
    private var frames: FuzzTarget {
        let text = Array("{\"type\":\"ping\"}".utf8)
        let masked: [UInt8] = [1, 2, 3, 4] + text.enumerated().map { $1 ^ UInt8($0 % 4 + 1) }
        let whole = [0x81, 0x80 | UInt8(text.count)] + masked
        return FuzzTarget(
            name: "frames",
            seeds: [
                whole, whole + whole, [0x01, 0x80 | 3, 0, 0, 0, 0, 0xE2, 0x82, 0xAC] + [0x80, 0x80, 0, 0, 0, 0],
                [0x88, 0x82, 0, 0, 0, 0, 0x03, 0xE8], [0x89, 0x80, 0, 0, 0, 0], [0x8A, 0xFD] + masked,
                [0x81, 0xFE, 0x00, 0x7E, 0, 0, 0, 0] + [UInt8](repeating: 0x61, count: 126),
                [0x81, 0xFF, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0], [0x82, 0x80, 0, 0, 0, 0], [0xC1, 0x80, 0, 0, 0, 0],
            ]
        ) { bytes in
            let cut = bytes.isEmpty ? 0 : Int(bytes[bytes.count / 2]) % (bytes.count + 1)
            let all = Self.events([bytes])
            let parts = Self.events([Array(bytes[..<cut]), Array(bytes[cut...])])
            precondition(all == parts, "the cut of a read made a difference")
        }
    }

    private static func events(_ pieces: [[UInt8]]) -> [String] {
        var parser = FrameParser(maximumMessageBytes: 64 << 10)
        var events: [String] = []
        for piece in pieces {
            var piece = piece
            piece.withUnsafeMutableBytes { buffer in
                var input = buffer
                while let event = parser.next(in: &input) { events.append(describe(event)) }
            }
        }
        return events
    }

    private static func describe(_ event: FrameEvent) -> String {
        switch event {
        case .text(let payload): "text \(Array(payload))"
        case .binary(let payload): "binary \(Array(payload))"
        case .ping(let payload): "ping \(Array(payload))"
        case .pong(let payload): "pong \(Array(payload))"
        default: "\(event)"
        }
    }

    private var command: FuzzTarget {
        let parser = CommandParser(limits: ChatLimits())
        let seeds = [
            #"{"type":"send","id":"1","room":"general","text":"hi","nonce":"n","reply_to":3}"#,
            #"{"type":"resume","rooms":{"general":0,"x":9223372036854775807}}"#,
            #"{"type":"history","room":"a","before":1,"after":null,"limit":-1}"#,
            #"{"type":"direct","users":["a","b"]}"#, #"{"type":"edit","room":"a","target":1,"text":"\ud83d\ude00"}"#,
            #"{"type":"react","room":"a","target":1e3,"emoji":"👍","on":true}"#, "[[[[[[[[{}]]]]]]]]",
            "{\"a\":1,\"a\":2}",
            "\"\\u0000\"", "-0.0e-999", "",
        ]
        return FuzzTarget(name: "command", seeds: seeds.map { Array($0.utf8) }) { bytes in
            let parsed = bytes.withUnsafeBytes { parser.parse($0) }
            precondition(parsed.id?.unicodeScalars.count ?? 0 <= 64, "an id over its limit")
        }
    }

    /// A socket opens only with the cookie of the login.
    private var head: FuzzTarget {
        let token = world.login.access.value
        let fields =
            "Host: localhost:8443\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        let seeds = [
            "GET /ws HTTP/1.1\r\n\(fields)Cookie: __Host-parley_access=\(token)\r\n\r\n",
            "GET /ws HTTP/1.1\r\n\(fields)Origin: https://localhost:8443\r\nX-Forwarded-For: ::1, 1.2.3.4\r\n\r\n",
            "POST /ws HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n",
            "GET http://[::1]:1/ws?x=y#z HTTP/1.0\r\n\r\n", "\r\n\r\nGET", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        ]
        let (decider, loop) = (world.decider, world.loop)
        return FuzzTarget(name: "head", seeds: seeds.map { Array($0.utf8) }) { bytes in
            let channel = EmbeddedChannel(handler: ByteToMessageHandler(HTTPRequestDecoder()))
            _ = try? channel.writeInbound(ByteBuffer(bytes: bytes))
            while let part = try? channel.readInbound(as: HTTPServerRequestPart.self) {
                guard case .head(let head) = part else { continue }
                let peer = try? SocketAddress(ipAddress: "127.0.0.1", port: 4000)
                let request = UpgradeRequest(head: head, remoteAddress: peer)
                let isOpen = try? loop.submit {
                    if case .accept = decider.decide(request, on: loop) { true } else { false }
                }.wait()
                let isMine = head.headers["cookie"].contains { $0.contains(token) }
                precondition(isOpen == false || isMine, "a socket would have opened for a stranger")
            }
            _ = try? channel.finish()
        }
    }

    /// Nothing is taken for a finished handshake.
    private var tls: FuzzTarget {
        let context = world.tls
        let hello: [UInt8] =
            [22, 3, 1, 0, 49, 1, 0, 0, 45, 3, 3] + [UInt8](repeating: 7, count: 32) + [
                0, 0, 4, 0x13, 1, 0xC0, 0x2F, 1, 0,
            ]
        return FuzzTarget(
            name: "tls",
            seeds: [
                hello, hello + hello, [21, 3, 3, 0, 2, 1, 0], [20, 3, 3, 0, 1, 1], [23, 3, 3, 0, 5, 1, 2, 3, 4, 5],
                [0x80, 0x2E, 1, 0, 2], Array("GET / HTTP/1.1\r\n\r\n".utf8),
            ]
        ) { bytes in
            let channel = EmbeddedChannel(handler: TLSHandler(context: context))
            try? channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 4000)).wait()
            _ = try? channel.writeInbound(ByteBuffer(bytes: bytes))
            channel.embeddedEventLoop.advanceTime(by: .seconds(60))
            precondition((try? channel.readInbound(as: ByteBuffer.self)) == nil, "bytes came through")
            _ = try? channel.finish()
        }
    }
}
