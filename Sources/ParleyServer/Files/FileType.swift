/// Tells a file's media type by its first bytes; what the client calls it does not count.
///
/// Nothing here is a type that a browser runs: HTML, SVG and XML are text, and everything unknown is a row of bytes.
enum FileType {
    /// How many of a file's first bytes are looked at.
    static let headBytes = 4096

    static let unknown = "application/octet-stream"
    static let text = "text/plain"

    /// The types of images that may be shown in a page: they hold pixels and nothing that runs.
    static let raster: Set<String> = ["image/png", "image/jpeg", "image/gif", "image/webp"]

    /// What begins with these bytes.
    private static let signatures: [(bytes: [UInt8], type: String)] = [
        ([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], "image/png"),
        ([0xFF, 0xD8, 0xFF], "image/jpeg"),
        (Array("GIF87a".utf8), "image/gif"),
        (Array("GIF89a".utf8), "image/gif"),
        (Array("%PDF-".utf8), "application/pdf"),
        ([0x50, 0x4B, 0x03, 0x04], "application/zip"),
        ([0x50, 0x4B, 0x05, 0x06], "application/zip"),
        ([0x1F, 0x8B, 0x08], "application/gzip"),
        ([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], "application/x-7z-compressed"),
        ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00], "application/x-xz"),
        ([0x28, 0xB5, 0x2F, 0xFD], "application/zstd"),
        (Array("ID3".utf8), "audio/mpeg"),
        (Array("fLaC".utf8), "audio/flac"),
    ]

    /// The type of a file that begins with `head`, its first ``headBytes`` bytes or all of it.
    static func sniffed(_ head: [UInt8]) -> String {
        for signature in signatures where head.starts(with: signature.bytes) { return signature.type }
        return riff(head) ?? isoMedia(head) ?? ogg(head) ?? matroska(head) ?? mpegAudio(head) ?? plainText(head)
            ?? unknown
    }

    private static func riff(_ head: [UInt8]) -> String? {
        guard head.starts(with: "RIFF".utf8) else { return nil }
        switch word(head, at: 8) {
        case "WEBP": return "image/webp"
        case "WAVE": return "audio/wav"
        case "AVI ": return "video/x-msvideo"
        default: return nil
        }
    }

    /// ISO/IEC 14496-12: a `ftyp` box names the brand.
    private static func isoMedia(_ head: [UInt8]) -> String? {
        guard word(head, at: 4) == "ftyp", let brand = word(head, at: 8) else { return nil }
        switch brand {
        case "avif", "avis": return "image/avif"
        case "heic", "heix", "mif1", "msf1", "hevc": return "image/heic"
        case "qt  ": return "video/quicktime"
        case "M4A ", "M4B ": return "audio/mp4"
        default: return "video/mp4"
        }
    }

    private static func ogg(_ head: [UInt8]) -> String? {
        guard head.starts(with: "OggS".utf8) else { return nil }
        let codec = String(decoding: head.dropFirst(28).prefix(8), as: UTF8.self)
        return codec.hasPrefix("OpusHead") || codec.hasPrefix("\u{1}vorbis") ? "audio/ogg" : "application/ogg"
    }

    private static func matroska(_ head: [UInt8]) -> String? {
        guard head.starts(with: [0x1A, 0x45, 0xDF, 0xA3]) else { return nil }
        let start = String(decoding: head.prefix(64).map { $0 < 0x80 ? $0 : 0x20 }, as: UTF8.self)
        return start.contains("webm") ? "video/webm" : "video/x-matroska"
    }

    /// The head of an MPEG layer III frame, with nothing reserved in it.
    private static func mpegAudio(_ head: [UInt8]) -> String? {
        guard head.count >= 4, head[0] == 0xFF, head[1] & 0xE6 == 0xE2, head[1] & 0x18 != 0x08 else { return nil }
        let (rate, frequency) = (head[2] >> 4, head[2] >> 2 & 3)
        return rate != 0 && rate != 15 && frequency != 3 ? "audio/mpeg" : nil
    }

    private static func plainText(_ head: [UInt8]) -> String? {
        guard !head.isEmpty, head.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || (0x09...0x0D).contains($0) }) else {
            return nil
        }
        // The last character may have been cut.
        for cut in 0...(head.count == headBytes ? 3 : 0)
        where String(validating: head.dropLast(cut), as: UTF8.self) != nil {
            return text
        }
        return nil
    }

    private static func word(_ head: [UInt8], at offset: Int) -> String? {
        guard head.count >= offset + 4 else { return nil }
        return String(decoding: head[offset..<(offset + 4)], as: UTF8.self)
    }
}
