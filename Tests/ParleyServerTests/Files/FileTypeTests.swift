import Chat
import TestSupport
import TestTools
import Testing

@testable import ParleyServer

@Suite("Types of files")
struct FileTypeTests {
    @Test(
        "are told by the content",
        arguments: [
            ([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0], "image/png"),
            ([0xFF, 0xD8, 0xFF, 0xE0], "image/jpeg"),
            (Array("GIF89a....".utf8), "image/gif"), (Array("RIFF\0\0\0\0WEBPVP8 ".utf8), "image/webp"),
            (Array("RIFF\0\0\0\0WAVEfmt ".utf8), "audio/wav"), (Array("%PDF-1.7".utf8), "application/pdf"),
            (Array("PK\u{3}\u{4}".utf8), "application/zip"), ([0x1F, 0x8B, 8, 0], "application/gzip"),
            (Array("\0\0\0\u{18}ftypisom".utf8), "video/mp4"), (Array("\0\0\0\u{18}ftypM4A ".utf8), "audio/mp4"),
            (Array("\0\0\0\u{18}ftypavif".utf8), "image/avif"), (Array("ID3\u{4}".utf8), "audio/mpeg"),
            ([0xFF, 0xFB, 0x90, 0x00], "audio/mpeg"), (Array("fLaC".utf8), "audio/flac"),
            (Array("OggS".utf8) + Array(repeating: 0, count: 24) + Array("OpusHead".utf8), "audio/ogg"),
            ([0x1A, 0x45, 0xDF, 0xA3, 0x42, 0x82, 0x84] + Array("webm".utf8), "video/webm"),
            (Array("hello\tworld\n".utf8), "text/plain"), (Array("наука".utf8), "text/plain"),
            (Array("<!DOCTYPE html><script>alert(1)</script>".utf8), "text/plain"),
            (Array("<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>".utf8), "text/plain"),
            (Array("<?xml version='1.0'?><x/>".utf8), "text/plain"),
            ([], "application/octet-stream"), ([0], "application/octet-stream"),
            ([0xFF, 0xFE, 0x3C, 0x00], "application/octet-stream"), ([0xC3, 0x28], "application/octet-stream"),
            (Array("MZ\u{90}\0".utf8), "application/octet-stream"),
            ([0xFF, 0xFF, 0xFF, 0xFF], "application/octet-stream"),
        ] as [([UInt8], String)])
    func sniffed(head: [UInt8], wanted: String) { #expect(FileType.sniffed(head) == wanted) }

    @Test("text whose head cuts a character is text; text cut inside the head is not")
    func cutText() {
        let long = Array(String(repeating: "é", count: 3000).utf8)
        #expect(FileType.sniffed(Array(([0x61] + long).prefix(FileType.headBytes))) == "text/plain")
        #expect(FileType.sniffed(Array(long.prefix(101))) == "application/octet-stream")
    }

    private func pixels(_ bytes: [UInt8], _ type: String) throws -> FileInfo.Pixels? {
        try ImageHeader { offset, count in Array(bytes.dropFirst(Int(offset)).prefix(count)) }.pixels(of: type)
    }

    /// Headers of images of 300 by 200 pixels.
    static let images: [(type: String, bytes: [UInt8])] = [
        (
            "image/png",
            [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13] + Array("IHDR".utf8)
                + [0, 0, 1, 44, 0, 0, 0, 200]
        ),
        ("image/gif", Array("GIF89a".utf8) + [44, 1, 200, 0]),
        (
            "image/webp",
            Array("RIFF\0\0\0\0WEBPVP8 \0\0\0\0".utf8) + [0, 0, 0, 0x9D, 1, 0x2A, 44, 0x41, 200, 0x80]
        ),
        (
            "image/webp",
            // 14 bits each: 299, then 199.
            Array("RIFF\0\0\0\0WEBPVP8L\0\0\0\0".utf8) + [0x2F, 0x2B, 0xC1, 0x31, 0, 0, 0, 0, 0, 0]
        ),
        (
            "image/webp",
            Array("RIFF\0\0\0\0WEBPVP8X\0\0\0\0".utf8) + [0, 0, 0, 0, 0x2B, 1, 0, 199, 0, 0]
        ),
        (
            "image/jpeg",
            [0xFF, 0xD8, 0xFF, 0xE0, 0, 6, 1, 2, 3, 4, 0xFF, 0xE1, 0xFF, 0xFF] + Array(repeating: 0xFF, count: 65533)
                + [0xFF, 0xFF, 0xFF, 0xC4, 0, 2, 0xFF, 0xC2, 0, 17, 8, 0, 200, 1, 44]
        ),
    ]

    @Test("the size of an image is read from its header, and a cut one has none", arguments: images)
    func dimensions(_ image: (type: String, bytes: [UInt8])) throws {
        let wanted = FileInfo.Pixels(width: 300, height: 200)
        #expect(try pixels(image.bytes, image.type) == wanted)
        for count in stride(from: 0, to: image.bytes.count, by: max(1, image.bytes.count / 50)) {
            #expect(try pixels(Array(image.bytes.prefix(count)), image.type) == nil, "\(count) bytes")
        }
        #expect(try pixels(Array(image.bytes.dropLast()), image.type) == nil)
    }

    @Test("a header that loops, lies or is noise gives no size and never traps")
    func hostile() throws {
        #expect(try pixels([0xFF, 0xD8] + Array(repeating: 0xFF, count: 5000), "image/jpeg") == nil)
        #expect(try pixels([0xFF, 0xD8, 0xFF, 0xE0, 0, 0, 0, 0], "image/jpeg") == nil)
        #expect(try pixels([0xFF, 0xD8, 0xFF, 0xC0, 0, 17, 8, 0, 0, 1, 44], "image/jpeg") == nil)
        var png = Self.images[0].bytes
        png.replaceSubrange(16..<20, with: [0xFF, 0xFF, 0xFF, 0xFF])
        #expect(try pixels(png, "image/png") == nil)
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<2000 {
            let bytes = (0..<64).map { _ in UInt8.random(in: 0...255, using: &generator) }
            for type in FileType.raster { _ = try pixels([0xFF, 0xD8] + bytes, type) }
            _ = FileType.sniffed(bytes)
        }
    }
}
