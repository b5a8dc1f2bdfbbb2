import FoundationEssentials
import OpenSSLCrypto

/// The signed end of the log, in a file beside the keys: without it entries could be cut off at the end unseen.
struct AuditHead {
    private struct Contents: Codable {
        let version: Int
        let id: Int64
        let tag: String
        let signature: String
    }

    let file: SecretFile

    /// Writes the head; blocks.
    func write(_ link: AuditLink, _ tagger: AuditTagger) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        let contents = Contents(
            version: 1, id: link.id, tag: Base64URL.encode(link.tag),
            signature: Base64URL.encode(tagger.signature(of: link, purpose: "head")))
        try encoder.encode(contents).withUnsafeBytes { try file.replace($0) }
    }

    /// Reads the head; nil when there is none or it is not signed with this key. Blocks.
    func read(_ tagger: AuditTagger) -> AuditLink? {
        guard let bytes = try? file.read(),
            let contents = try? bytes.withUnsafeBytes({ try JSONDecoder().decode(Contents.self, from: Data($0)) }),
            contents.version == 1, let tag = Base64URL.bytes(contents.tag, count: 32),
            let signature = Base64URL.bytes(contents.signature, count: 32)
        else { return nil }
        let link = AuditLink(id: contents.id, tag: tag)
        return tagger.isSigned(link, purpose: "head", signature) ? link : nil
    }
}

extension Base64URL {
    /// The bytes of `text` when they are exactly `count`.
    fileprivate static func bytes(_ text: String, count: Int) -> [UInt8]? {
        guard Base64URL.decodedCount(ofDigits: text.utf8.count) == count else { return nil }
        var bytes = [UInt8](repeating: 0, count: count)
        let written = bytes.withUnsafeMutableBytes { room in
            Array(text.utf8).withUnsafeBytes { Base64URL.decode($0, into: room) }
        }
        return written == count ? bytes : nil
    }
}
