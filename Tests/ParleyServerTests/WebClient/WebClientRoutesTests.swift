import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Testing

@testable import ParleyServer

@Suite("The web client over HTTP")
struct WebClientRoutesTests {
    private func answer(_ path: String, headers: HTTPFields = [:]) async throws -> Response {
        let router = Router(context: ParleyRequestContext.self)
        router.add(middleware: SecurityHeadersMiddleware())
        router.add(middleware: ProblemMiddleware())
        WebClientRoutes().add(to: router)
        return try await router.buildResponder().respond(
            to: Request(
                head: HTTPRequest(
                    method: .get, scheme: "https", authority: "localhost", path: path, headerFields: headers),
                body: RequestBody(buffer: ByteBuffer())),
            context: ParleyRequestContext(operatorLogger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }))
    }

    @Test("the page may load and call nothing but the server, and is asked for again each time")
    func page() async throws {
        let answer = try await answer("/")
        #expect(answer.status == .ok)
        #expect(answer.headers[.contentType] == "text/html; charset=utf-8")
        #expect(answer.headers[.cacheControl] == "no-cache")
        #expect(answer.headers[.xContentTypeOptions] == "nosniff")
        #expect(
            answer.headers[values: .contentSecurityPolicy] == [
                "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
                    + "img-src 'self' blob:; require-trusted-types-for 'script'; trusted-types 'none'; "
                    + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
            ])
    }

    @Test("a page that has not changed is not sent again")
    func notModified() async throws {
        let tag = try #require(try await answer("/").headers[.eTag])
        let again = try await answer("/", headers: [.ifNoneMatch: tag])
        #expect(again.status == .notModified && again.headers[.eTag] == tag)
        #expect(again.headers[.contentSecurityPolicy] == WebClientRoutes.policy)
        #expect(try await answer("/", headers: [.ifNoneMatch: "\"other\""]).status == .ok)
    }

    @Test("every file that the page names is there, of its type, and may be kept for a year")
    func files() async throws {
        let bundle = WebClientBundle.embedded
        let page = String(buffer: bundle.page.bytes)
        let named = page.matches(of: /(?:href|src)="([^"]+)"/).map { String($0.1) }
        #expect(named.count > 20 && !page.contains("{"))
        for path in named {
            let answer = try await answer(path)
            #expect(answer.status == .ok, "\(path)")
            #expect(answer.headers[.cacheControl] == "public, max-age=31536000, immutable")
            #expect(answer.headers[.xContentTypeOptions] == "nosniff")
            let type = try #require(answer.headers[.contentType])
            #expect(["text/css; charset=utf-8", "text/javascript; charset=utf-8", "image/svg+xml"].contains(type))
        }
        #expect(Set(named) == Set(bundle.files.keys))
    }

    @Test("a browser that takes gzip gets it, and any other the bytes themselves")
    func compressed() async throws {
        for (path, file) in WebClientBundle.embedded.files.sorted(by: { $0.key < $1.key }).prefix(5) {
            let packed = try await answer(path, headers: [.acceptEncoding: "br;q=1.0, gzip;q=0.8"])
            #expect(packed.headers[.contentEncoding] == "gzip" && packed.headers[.vary] == "Accept-Encoding")
            #expect(packed.body.contentLength == file.gzipped?.readableBytes)
            #expect(file.gzipped.map { Array($0.readableBytesView.prefix(2)) } == [0x1F, 0x8B])
            let plain = try await answer(path)
            #expect(plain.headers[.contentEncoding] == nil && plain.headers[.vary] == "Accept-Encoding")
            #expect(plain.body.contentLength == file.bytes.readableBytes)
        }
        #expect(try await answer("/", headers: [.acceptEncoding: "gzip"]).headers[.contentEncoding] == "gzip")
    }

    @Test("the whole client takes less than 100 kB on its way")
    func weight() {
        let bundle = WebClientBundle.embedded
        let sizes = ([bundle.page] + bundle.files.values).map { ($0.gzipped ?? $0.bytes).readableBytes }
        #expect(sizes.reduce(0, +) < 100_000)
    }

    @Test(
        "gzip is sent to who allows it",
        arguments: [
            (nil, false), ("", false), ("gzip", true), ("GZIP", true), ("br, gzip", true), ("br", false), ("*", true),
            ("gzip;q=0", false), ("gzip; q=0.000", false), ("gzip ; q=0.1", true), ("*;q=0", false),
            ("gzip;q=0, *", false), ("identity, *;q=0.5", true), ("gzipped", false), (";q=1", false),
        ] as [(String?, Bool)])
    func negotiation(value: String?, isAllowed: Bool) {
        #expect(AcceptEncoding.allowsGzip(value) == isAllowed)
    }

    @Test(
        "nothing else is there",
        arguments: ["/index.html", "/assets", "/assets/0000000000000000/main.js", "/assets/../main.js", "/main.js"])
    func nothingElse(path: String) async throws {
        #expect(try await answer(path).status == .notFound)
    }
}

@Suite("The bundle of the web client")
struct WebClientBundleTests {
    private let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../../Sources/WebClient/page").standardizedFileURL

    @Test("the binary carries every file of the folder as it is")
    func complete() throws {
        var sources: [String: [UInt8]] = [:]
        let paths = try #require(FileManager.default.enumerator(atPath: folder.path))
        for case let path as String in paths where path.contains(".") {
            sources[path] = Array(try Data(contentsOf: folder.appending(path: path)))
        }
        let there = WebClientBundle(files: sources)
        #expect(Set(there.files.keys) == Set(WebClientBundle.embedded.files.keys))
        #expect(there.version == WebClientBundle.embedded.version)
    }

    @Test("both languages have the same words, with the same places to fill in")
    func languages() throws {
        let tables = try ["en", "zh-Hans"].map { language in
            let text = try String(contentsOf: folder.appending(path: "words/\(language).js"), encoding: .utf8)
            let lines = text.matches(of: /(?m)^ {4}'?([\w-]+)'?: (.+)$/)
            return Dictionary(
                uniqueKeysWithValues: lines.map { line in
                    (String(line.1), Set(String(line.2).matches(of: /\{\w+\}/).map { String($0.0) }))
                })
        }
        #expect(tables[0].count > 100)
        #expect(tables[0] == tables[1])
    }

    @Test("every word that the modules ask for is there, and none is there in vain")
    func wordsInUse() throws {
        var sources = ""
        let paths = try #require(FileManager.default.enumerator(atPath: folder.path))
        for case let path as String in paths where path.hasSuffix(".js") && !path.hasPrefix("words/") {
            sources += try String(contentsOf: folder.appending(path: path), encoding: .utf8)
        }
        let text = try String(contentsOf: folder.appending(path: "words/en.js"), encoding: .utf8)
        let words = Set(text.matches(of: #/(?m)^ {4}'?([\w-]+)'?:/#).map { String($0.1) })
        let asked = Set(sources.matches(of: /\bt\('([\w-]+)'/).map { String($0.1) })
        #expect(asked.count > 200 && asked.subtracting(words).sorted() == [])
        // `t(`role_${role}`)` asks for all words that begin so; a word can also come from a table, in quotes.
        let prefixes = sources.matches(of: /\bt\(`([\w-]+)\$\{/).map { String($0.1) }
        let quoted = Set(sources.matches(of: /'([\w-]+)'/).map { String($0.1) })
        let idle = words.subtracting(asked).filter { word in
            !prefixes.contains { word.hasPrefix($0) } && !quoted.contains(word) && word != "language"
        }
        #expect(idle.sorted() == [])
    }

    @Test("no module makes markup of text, and none is longer than 400 lines")
    func modules() throws {
        let paths = try #require(FileManager.default.enumerator(atPath: folder.path))
        for case let path as String in paths where path.hasSuffix(".js") || path.hasSuffix(".css") {
            let text = try String(contentsOf: folder.appending(path: path), encoding: .utf8)
            #expect(text.split(separator: "\n", omittingEmptySubsequences: false).count <= 400, "\(path)")
            let markup = #/innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function|'style'/#
            #expect(text.firstMatch(of: markup) == nil, "\(path)")
        }
    }

    @Test("the addresses change with any byte and any name")
    func version() {
        let versions = [
            ["index.html": "a", "x.js": "b"], ["index.html": "a", "x.js": "c"], ["index.html": "ab", "x.js": ""],
            ["index.html": "a", "y.js": "b"],
        ].map { WebClientBundle(files: $0.mapValues { Array($0.utf8) }).version }
        #expect(Set(versions).count == versions.count)
        #expect(versions.allSatisfy { $0.wholeMatch(of: /[0-9a-f]{16}/) != nil })
    }

    @Test("the page names its folder and its modules")
    func page() {
        let page = "{modules}<script src=\"{assets}/a.js\">"
        let bundle = WebClientBundle(files: ["index.html": Array(page.utf8), "a.js": [], "b/c.js": [], "d.css": []])
        let folder = "/assets/\(bundle.version)"
        #expect(
            String(buffer: bundle.page.bytes)
                == "<link rel=\"modulepreload\" href=\"\(folder)/a.js\">\n"
                + "<link rel=\"modulepreload\" href=\"\(folder)/b/c.js\"><script src=\"\(folder)/a.js\">")
        #expect(bundle.files["\(folder)/d.css"]?.mediaType == "text/css; charset=utf-8")
        #expect(bundle.files["\(folder)/index.html"] == nil)
    }
}
