import NIOCore
import TestSupport
import TestTools
import Testing

@testable import ParleyServer

@Suite("The multipart parser")
struct MultipartParserTests {
    /// What a form was read as: for each part its head, its content and whether it ended.
    private struct Form: Equatable {
        var heads: [MultipartHead] = []
        var contents: [[UInt8]] = []
        var ends = 0
    }

    private static let boundary = "b0undary"
    private static let type = "multipart/form-data; boundary=b0undary"

    private func parser() throws -> MultipartParser {
        MultipartParser(boundary: try #require(MultipartBoundary(contentType: Self.type)))
    }

    private func read(_ pieces: [[UInt8]]) throws -> Form {
        var parser = try parser()
        var form = Form()
        for piece in pieces {
            for part in try parser.parse(ByteBuffer(bytes: piece)) {
                switch part {
                case .head(let head):
                    form.heads.append(head)
                    form.contents.append([])
                case .content(let bytes): form.contents[form.contents.count - 1] += Array(bytes.readableBytesView)
                case .end: form.ends += 1
                }
            }
        }
        try parser.finish()
        return form
    }

    private func read(_ text: String) throws -> Form { try read([Array(text.utf8)]) }

    private static func form(_ content: [UInt8], head: String = #"form-data; name="file"; filename="a.txt""#) -> [UInt8]
    {
        Array("--\(boundary)\r\nContent-Disposition: \(head)\r\n\r\n".utf8) + content
            + Array("\r\n--\(boundary)--\r\n".utf8)
    }

    /// Contents that look like a delimiter and are none.
    static let contents: [[UInt8]] = [
        [], Array("hello".utf8), Array("\r\n".utf8), Array("\r".utf8), Array("\r\n--b0undar".utf8),
        Array("\r\n--b0undarx--\r\n".utf8), Array("--b0undary--\r\n".utf8), Array("\n--b0undary--\r\n".utf8),
        Array("\r\r\n--b0undar\r\n--".utf8), Array("\r\n\r\n\r\n--".utf8), Array("\r\n-\r\n--b\r\n--b0".utf8),
        [0, 0xFF, 0x0D, 0x0A, 0x2D, 0x2D, 0x00], (0..<600).map { UInt8(truncatingIfNeeded: $0) },
    ]

    @Test("gives the same parts wherever the bytes are cut, once or everywhere", arguments: contents)
    func cuts(content: [UInt8]) throws {
        let bytes = Self.form(content)
        let wanted = Form(heads: [MultipartHead(name: "file", filename: "a.txt")], contents: [content], ends: 1)
        #expect(try read([bytes]) == wanted)
        for cut in 0...bytes.count {
            #expect(try read([Array(bytes[..<cut]), Array(bytes[cut...])]) == wanted, "cut at \(cut)")
        }
        #expect(try read(bytes.map { [$0] }) == wanted)
    }

    @Test("a form that ends too early is refused, wherever it ends")
    func truncated() throws {
        let bytes = Self.form(Array("hello\r\n--b0undar".utf8))
        // The line's end behind the last delimiter may be missing.
        for count in 0..<(bytes.count - 2) where count != bytes.count - 2 {
            #expect(throws: MultipartError.self, "\(count) bytes") { try read([Array(bytes[..<count])]) }
        }
        #expect(throws: Never.self) { try read([Array(bytes.dropLast(2))]) }
        #expect(throws: MultipartError.self) { try read([Array(bytes.dropLast(1))]) }
    }

    @Test("several parts come one after the other")
    func several() throws {
        let form = try read(
            "--b0undary\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--b0undary\r\n"
                + "X-Other: x\r\ncontent-disposition:form-data;name=\"b\"\r\n\r\n\r\n--b0undary--")
        #expect(form.heads == [.init(name: "a", filename: nil), .init(name: "b", filename: nil)])
        #expect(form.contents == [Array("1".utf8), []] && form.ends == 2)
    }

    @Test(
        "what is not a strict form is refused",
        arguments: [
            "", "hello", "\r\n--b0undary\r\n", "preamble\r\n--b0undary\r\n", "--b0undary \r\n", "--b0undary\n",
            "--b0undaryX\r\n", "--b0undary--\r\nx", "--b0undary--x", "--b0undary--\r\n\r\n",
            "--b0undary\r\n\r\nno head\r\n--b0undary--",
            "--b0undary\r\nContent-Type: text/plain\r\n\r\n\r\n--b0undary--",
            "--b0undary\r\nContent-Disposition: attachment; name=a\r\n\r\n\r\n--b0undary--",
            "--b0undary\r\nContent-Disposition: form-data\r\n\r\n\r\n--b0undary--",
            "--b0undary\r\nContent-Disposition: form-data; name=a; name=b\r\n\r\n\r\n--b0undary--",
            "--b0undary\r\nContent-Disposition: form-data; name=\"a\r\n\r\n\r\n--b0undary--",
            "--b0undary\r\nContent-Disposition: form-data; name=a;\r\n\r\n\r\n--b0undary--",
            "--b0undary\r\nContent-Disposition: form-data; name=a\r\nContent-Disposition: form-data; name=a\r\n\r\n\r\n"
                + "--b0undary--",
            "--b0undary\r\nContent-Disposition: form-data;\r\n name=a\r\n\r\n\r\n--b0undary--",
            "--b0undary\r\nContent-Disposition : form-data; name=a\r\n\r\n\r\n--b0undary--",
            "--b0undary\r\n: x\r\nContent-Disposition: form-data; name=a\r\n\r\n\r\n--b0undary--",
            "--b0undary\r\nContent-Disposition: form-data; name=a\nX: y\r\n\r\n\r\n--b0undary--",
            "--b0undary\r\nContent-Disposition: form-data; name=a\rX: y\r\n\r\n\r\n--b0undary--",
            "--b0undary\r\nContent-Disposition: form-data; name=\"a\u{0}\"\r\n\r\n\r\n--b0undary--",
            "--b0undary\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: form-data; name=a\r\n\r\n\r\n"
                + "--b0undary--",
            "--b0undary\r\nX: " + String(repeating: "x", count: 5000) + "\r\n\r\n\r\n--b0undary--",
            "--b0undary\r\n" + String(repeating: "X: y\r\n", count: 20)
                + "Content-Disposition: form-data; name=a\r\n\r\n\r\n--b0undary--",
        ])
    func strict(text: String) {
        #expect(throws: MultipartError.self) { try read(text) }
        #expect(throws: MultipartError.self) { try read(Array(text.utf8).map { [$0] }) }
    }

    @Test("a part's head without an end is refused at its limit, not kept")
    func endlessHead() throws {
        var parser = try parser()
        _ = try parser.parse(ByteBuffer(string: "--b0undary\r\n"))
        #expect(throws: MultipartError.self) {
            for _ in 0..<5000 { _ = try parser.parse(ByteBuffer(string: "x")) }
        }
        #expect(throws: MultipartError.self) { try parser.parse(ByteBuffer(string: "x")) }
    }

    @Test("noise never traps, and a refusal stays one", arguments: 0..<200)
    func noise(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var bytes = Self.form((0..<100).map { _ in UInt8.random(in: 0...255, using: &generator) })
        for _ in 0..<Int.random(in: 0...4, using: &generator) {
            let index = Int.random(in: 0..<bytes.count, using: &generator)
            switch Int.random(in: 0..<3, using: &generator) {
            case 0: bytes[index] = UInt8.random(in: 0...255, using: &generator)
            case 1: bytes.remove(at: index)
            default: bytes.insert(contentsOf: Array("\r\n--b0undary".utf8.prefix(index % 13)), at: index)
            }
        }
        let whole = Result { try read([bytes]) }
        var pieces: [[UInt8]] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = Int.random(in: 1...min(20, rest.count), using: &generator)
            pieces.append(Array(rest.prefix(count)))
            rest = rest.dropFirst(count)
        }
        switch (whole, Result { try read(pieces) }) {
        case (.success(let one), .success(let other)): #expect(one == other)
        case (.failure, .failure): break
        default: Issue.record("cutting the bytes changes whether they are a form")
        }
    }

    @Test(
        "the boundary is taken from the content type, or refused",
        arguments: [
            ("multipart/form-data; boundary=abc", "abc"), ("Multipart/Form-Data;boundary=\"a b\"", "a b"),
            ("multipart/form-data; charset=utf-8; BOUNDARY=----WebKitFormBoundaryX", "----WebKitFormBoundaryX"),
            ("multipart/form-data", nil), ("multipart/form-data; boundary=", nil),
            ("multipart/form-data; boundary=\"a \"", nil), ("multipart/mixed; boundary=abc", nil),
            ("application/json; boundary=abc", nil), ("multipart/form-data; boundary=a;boundary=b", nil),
            ("multipart/form-data; boundary=\"a\u{e9}\"", nil), ("", nil), (";", nil),
            ("multipart/form-data; boundary=" + String(repeating: "x", count: 71), nil),
            ("multipart/form-data; boundary=\"abc", nil),
        ] as [(String, String?)])
    func boundary(value: String, wanted: String?) {
        #expect(MultipartBoundary(contentType: value)?.bytes == wanted.map { Array($0.utf8) })
    }

    @Test(
        "a file's name is read as clients write it",
        arguments: [
            (#"filename="a.txt""#, "a.txt"), ("filename=a.txt", "a.txt"), (#"filename="a\"b.txt""#, "a\"b.txt"),
            (#"filename="a%22b%0D%0A.txt""#, "a\"b\r\n.txt"), (#"filename="C:\dir\a.txt""#, #"C:\dir\a.txt"#),
            (#"filename="a;b=c.txt""#, "a;b=c.txt"), (#"filename="наука 科学.txt""#, "наука 科学.txt"),
            (#"filename="""#, ""), (#"filename*=UTF-8''x.txt"#, nil), (#"filename="100%25.txt""#, "100%25.txt"),
        ] as [(String, String?)])
    func filename(parameter: String, wanted: String?) throws {
        let form = try read([Self.form([], head: "form-data; name=\"file\"; \(parameter)")])
        #expect(form.heads == [MultipartHead(name: "file", filename: wanted)])
    }
}
