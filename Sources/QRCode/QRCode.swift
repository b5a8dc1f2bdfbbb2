/// A QR code (ISO/IEC 18004) of bytes, with error correction level M, up to version 15.
package struct QRCode: Sendable {
    /// The quiet zone that a reader needs around the code, in modules.
    package static let quietZone = 4

    /// Modules on a side.
    package let size: Int
    /// Rows of modules; true is dark.
    package let modules: [[Bool]]

    /// Encodes a text's UTF-8, with the mask of the least penalty; nil when it has more than 412 bytes.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard let version = (1...QRVersion.highest).lazy.map({ QRVersion($0) }).first(where: { $0.holds(bytes.count) })
        else { return nil }
        let codewords = version.interleaved(version.codewords(of: bytes))
        let candidates = (0..<8).map { mask in QRMatrix(version, codewords, mask: mask) }
        guard let best = candidates.min(by: { $0.penalty < $1.penalty }) else { return nil }
        size = best.size
        modules = best.dark
    }
}
