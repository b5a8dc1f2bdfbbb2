import FoundationEssentials
import Logging
import Synchronization
import Testing

@testable import ParleyServer

@Suite("Log lines")
struct LogLineTests {
    /// Collects lines.
    private final class Lines: Sendable {
        private let lines = Mutex<[String]>([])

        var output: LogOutput {
            LogOutput { [self] line in lines.withLock { $0.append(String(decoding: line, as: UTF8.self)) } }
        }

        var all: [String] { lines.withLock { $0 } }
    }

    private func logger(_ format: LogFormat, _ lines: Lines, level: Logger.Level = .info) -> Logger {
        Logger(label: "parley.test") { format.handler(label: $0, level: level, output: lines.output) }
    }

    @Test("a text line is time, level, message and fields in order")
    func text() throws {
        let lines = Lines()
        var logger = logger(.text, lines)
        logger[metadataKey: "connection_id"] = "17"
        logger.info("listening", metadata: ["url": "https://localhost:8443", "a note": "with \"words\""])
        let line = try #require(lines.all.first)
        #expect(line.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z INFO     listening .*\n/) != nil)
        #expect(line.hasSuffix(#" a note="with \"words\"" connection_id=17 url=https://localhost:8443"# + "\n"))
    }

    @Test("a peer's text can neither end a text line nor steer a terminal")
    func textIsEscaped() throws {
        let lines = Lines()
        logger(.text, lines).warning("a\nb\u{1b}[2J\u{2028}\u{202e}", metadata: ["c\r": "d\te \u{7f}\\"])
        let line = try #require(lines.all.first)
        #expect(line.dropLast().unicodeScalars.allSatisfy { $0.isASCII && $0.value >= 0x20 && $0.value < 0x7f })
        #expect(line.hasSuffix(#"a\nb\u{1b}[2J\u{2028}\u{202e} c\r="d\te \u{7f}\\""# + "\n"))
    }

    @Test("a JSON line is one object with the metadata as members")
    func json() throws {
        struct Line: Decodable, Equatable {
            var time, level, logger, message, requestID, metadataLevel: String
            var list: [String]
            var map: [String: String]

            enum CodingKeys: String, CodingKey {
                case time, level, logger, message, list, map
                case requestID = "request_id"
                case metadataLevel = "metadata_level"
            }
        }
        let lines = Lines()
        logger(.json, lines).error(
            "m\u{0}\u{1f}\u{7f}\"\\/\n\r\té🙂\u{2028}",
            metadata: [
                "hb.request.id": "r1", "level": "mine", "list": .array(["a", "b\n"]), "map": .dictionary(["k": "v\""]),
            ])
        let text = try #require(lines.all.first)
        #expect(text.hasSuffix("}\n") && text.dropLast().utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f })
        let line = try JSONDecoder().decode(Line.self, from: Data(text.utf8))
        #expect(line.message == "m\u{0}\u{1f}\u{7f}\"\\/\n\r\té🙂\u{2028}")
        #expect(line.level == "error" && line.logger == "parley.test" && line.requestID == "r1")
        #expect(line.metadataLevel == "mine" && line.list == ["a", "b\n"] && line.map == ["k": "v\""])
    }

    @Test("values with secret names are not written", arguments: [LogFormat.text, .json])
    func secrets(format: LogFormat) throws {
        let lines = Lines()
        logger(format, lines).info(
            "x",
            metadata: [
                "Password": "hunter2", "refresh_token": "hunter2", "headers": .dictionary(["Cookie": "hunter2"]),
            ])
        let line = try #require(lines.all.first)
        #expect(!line.contains("hunter2") && line.contains("<redacted>"))
    }

    @Test("lines below the level are not written")
    func level() {
        let lines = Lines()
        let logger = logger(.json, lines, level: .warning)
        logger.info("no")
        logger.warning("yes")
        #expect(lines.all.count == 1)
    }

    @Test("the error of a log call is written")
    func errors() throws {
        struct Broken: Error, CustomStringConvertible { let description = "it broke" }
        let lines = Lines()
        logger(.json, lines).error("failed", error: Broken())
        #expect(try #require(lines.all.first).contains(#""error":"it broke""#))
    }
}
