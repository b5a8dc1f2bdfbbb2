import Chat

/// Reads the width and height of an image from its header, without decoding anything.
///
/// `read` gives up to so many bytes from an offset of the file, fewer at its end. Pure; never traps.
struct ImageHeader {
    typealias Read = (_ offset: Int64, _ count: Int) throws -> [UInt8]

    /// Segments of a JPEG that are looked at before giving up; real ones have a few dozen.
    private static let maximumSegments = 1000

    let read: Read

    /// The size of an image of that media type, nil where it is no such image or does not say.
    func pixels(of type: String) throws -> FileInfo.Pixels? {
        switch type {
        case "image/png": try png()
        case "image/gif": try gif()
        case "image/webp": try webp()
        case "image/jpeg": try jpeg()
        default: nil
        }
    }

    private func pixels(_ width: Int64, _ height: Int64) -> FileInfo.Pixels? {
        guard width > 0, height > 0, width <= Int64(Int32.max), height <= Int64(Int32.max) else { return nil }
        return FileInfo.Pixels(width: width, height: height)
    }

    /// ISO/IEC 15948 section 11.2.2: IHDR is the first chunk.
    private func png() throws -> FileInfo.Pixels? {
        let head = try read(0, 24)
        guard head.count == 24, head[12..<16].elementsEqual("IHDR".utf8) else { return nil }
        return pixels(Self.big(head[16..<20]), Self.big(head[20..<24]))
    }

    /// GIF89a section 18: the logical screen.
    private func gif() throws -> FileInfo.Pixels? {
        let head = try read(0, 10)
        guard head.count == 10 else { return nil }
        return pixels(Self.little(head[6..<8]), Self.little(head[8..<10]))
    }

    /// RFC 9649: the size stands in the first chunk, whichever of the three kinds it is.
    private func webp() throws -> FileInfo.Pixels? {
        let head = try read(0, 30)
        guard head.count == 30 else { return nil }
        switch String(decoding: head[12..<16], as: UTF8.self) {
        case "VP8 ":
            guard head[23..<26].elementsEqual([0x9D, 0x01, 0x2A]) else { return nil }
            return pixels(Self.little(head[26..<28]) & 0x3FFF, Self.little(head[28..<30]) & 0x3FFF)
        case "VP8L":
            guard head[20] == 0x2F else { return nil }
            let bits = Self.little(head[21..<25])
            return pixels(bits & 0x3FFF + 1, bits >> 14 & 0x3FFF + 1)
        case "VP8X": return pixels(Self.little(head[24..<27]) + 1, Self.little(head[27..<30]) + 1)
        default: return nil
        }
    }

    /// ITU-T T.81 annex B: segments are skipped by their lengths up to the frame header.
    private func jpeg() throws -> FileInfo.Pixels? {
        var offset: Int64 = 2
        for _ in 0..<Self.maximumSegments {
            let segment = try read(offset, 9)
            guard segment.count >= 2, segment[0] == 0xFF else { return nil }
            switch segment[1] {
            // A fill byte, and markers that stand alone.
            case 0xFF: offset += 1
            case 0x01, 0xD0...0xD7: offset += 2
            case 0xC0...0xC3, 0xC5...0xC7, 0xC9...0xCB, 0xCD...0xCF:
                guard segment.count == 9 else { return nil }
                return pixels(Self.big(segment[7..<9]), Self.big(segment[5..<7]))
            // The image's data begins, or its end has come, without a frame.
            case 0xD8...0xDA, 0x00: return nil
            default:
                guard segment.count >= 4 else { return nil }
                let length = Self.big(segment[2..<4])
                guard length >= 2 else { return nil }
                offset += 2 + length
            }
        }
        return nil
    }

    private static func big(_ bytes: ArraySlice<UInt8>) -> Int64 { bytes.reduce(0) { $0 << 8 | Int64($1) } }

    private static func little(_ bytes: ArraySlice<UInt8>) -> Int64 { big(ArraySlice(bytes.reversed())) }
}
