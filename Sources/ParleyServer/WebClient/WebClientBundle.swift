import NIOCore
import OpenSSLCrypto
import WebClient

/// The web client as this binary carries it: the page, and the files that the page asks for.
///
/// The files' addresses hold a digest over all of them: modules find each other by relative paths, and a page never
/// gets a part of another version.
struct WebClientBundle: Sendable {
    /// One file as it is served.
    struct File: Sendable {
        let mediaType: String
        let bytes: ByteBuffer
        /// The same as a gzip stream, where that is shorter.
        let gzipped: ByteBuffer?

        init(mediaType: String, bytes: [UInt8]) {
            self.mediaType = mediaType
            self.bytes = ByteBuffer(bytes: bytes)
            let packed = Gzip.compressed(bytes)
            gzipped = packed.flatMap { $0.count < bytes.count ? ByteBuffer(bytes: $0) : nil }
        }
    }

    /// The bundle of this binary.
    static let embedded = WebClientBundle(files: embeddedFiles())

    private static let pageName = "index.html"

    /// The first 16 hexadecimal digits of the digest over all paths and bytes.
    let version: String
    /// The page.
    let page: File
    /// All other files by their absolute path.
    let files: [String: File]

    /// A bundle of files by their path; `index.html` is the page.
    init(files sources: [String: [UInt8]]) {
        var digested: [UInt8] = []
        for (path, bytes) in sources.sorted(by: { $0.key < $1.key }) {
            // Lengths keep apart what could otherwise flow into one another.
            digested += Array("\(path.utf8.count) \(path) \(bytes.count) ".utf8) + bytes
        }
        let version = String(digested.withUnsafeBytes { SHA256Digest(of: $0) }.hexadecimal.prefix(16))
        let folder = "/assets/\(version)"
        var files: [String: File] = [:]
        for (path, bytes) in sources where path != Self.pageName {
            files["\(folder)/\(path)"] = File(mediaType: Self.mediaType(of: path), bytes: bytes)
        }
        // Without the list a browser would learn of a module only when it has read the one that imports it.
        let modules = files.keys.filter { $0.hasSuffix(".js") }.sorted()
            .map { "<link rel=\"modulepreload\" href=\"\($0)\">" }
        let text = String(decoding: sources[Self.pageName] ?? [], as: UTF8.self)
            .replacing("{assets}", with: folder)
            .replacing("{modules}", with: modules.joined(separator: "\n"))
        self.version = version
        self.files = files
        page = File(mediaType: Self.mediaType(of: Self.pageName), bytes: Array(text.utf8))
    }

    private static func mediaType(of path: String) -> String {
        switch path.split(separator: ".").last {
        case "html": "text/html; charset=utf-8"
        case "css": "text/css; charset=utf-8"
        case "js": "text/javascript; charset=utf-8"
        case "svg": "image/svg+xml"
        default: "application/octet-stream"
        }
    }

    private static func embeddedFiles() -> [String: [UInt8]] {
        var files: [String: [UInt8]] = [:]
        for index in 0..<web_client_asset_count() {
            guard let asset = web_client_asset_at(index)?.pointee else { continue }
            files[String(cString: asset.path)] = Array(UnsafeBufferPointer(start: asset.bytes, count: asset.count))
        }
        return files
    }
}
