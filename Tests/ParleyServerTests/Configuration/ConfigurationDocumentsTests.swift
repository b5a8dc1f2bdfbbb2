import Foundation
import TestTools
import Testing

@testable import ParleyServer

@Suite("Documents of the configuration")
struct ConfigurationDocumentsTests {
    private let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..")

    private func lines(_ path: String) throws -> [String] {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
            .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    @Test("config/parley.yaml gives exactly the defaults")
    func fileIsDefaults() throws {
        let path = root.appending(path: "config/parley.yaml").path
        #expect(try ParleyConfiguration.load(file: path, environment: [:]) == .defaults)
    }

    @Test("config/parley.yaml holds every key with its default, under the words of the table")
    func fileHoldsEveryKey() throws {
        var group = ""
        var comment = ""
        var found: [String] = []
        for line in try lines("config/parley.yaml") where !line.isEmpty {
            if line.hasPrefix("#") { continue }
            if line.hasPrefix("  # ") {
                comment = String(line.dropFirst(4))
                continue
            }
            let parts = line.split(separator: ":", maxSplits: 1).map { $0.trimmingPrefix { $0 == " " } }
            guard line.hasPrefix("  "), parts.count == 2 else {
                group = String(line.dropLast())
                continue
            }
            let name = "\(group).\(parts[0])"
            let key = try #require(ConfigurationKey.all.first { $0.name == name }, "\(name) is not in the table")
            #expect(parts[1].replacing("\"", with: "") == key.defaultText, "\(name)")
            #expect(comment == key.summary + ".", "\(name)")
            found.append(name)
        }
        #expect(found == ConfigurationKey.all.map(\.name))
    }

    @Test("what the article Operations changes in the file names the data and the certificate, and the unit does not")
    func installation() throws {
        var file = try lines("config/parley.yaml").joined(separator: "\n")
        let article = try lines("Sources/parley/Documentation.docc/Operations.md").joined(separator: "\n")
        var count = 0
        for match in article.matches(of: /-e 's\|\^(.+?)\$\|(.+?)\|'/) {
            #expect(file.contains("\n\(match.1)\n"), "\(match.1)")
            file = file.replacing("\n\(match.1)\n", with: "\n\(match.2)\n")
            count += 1
        }
        #expect(count == 3)
        let directory = try TemporaryDirectory()
        let path = directory.file("parley.yaml")
        try Data(file.utf8).write(to: URL(filePath: path))
        let configuration = try ParleyConfiguration.load(file: path, environment: [:])
        #expect(configuration.data.directory == "/var/lib/parley")
        #expect(configuration.tls.pair?.certificate == "/etc/parley/tls/fullchain.pem")
        #expect(configuration.tls.pair?.privateKey == "/etc/parley/tls/privkey.pem")
        #expect(try !lines("config/parley.service").contains { $0.hasPrefix("Environment=PARLEY_") })
    }

    @Test("the article Configuration has a row for every key, and no other")
    func articleHoldsEveryKey() throws {
        let rows = try lines("Sources/parley/Documentation.docc/Configuration.md").filter { $0.hasPrefix("| `") }
        let wanted = ConfigurationKey.all.map { key in
            let value = key.defaultText.isEmpty ? "empty" : "`\(key.defaultText)`"
            return "| `\(key.name)` | \(value) | \(kind(key)) | \(key.summary) |"
        }
        #expect(rows == wanted)
    }

    /// The word of the article's column for what a key takes.
    private func kind(_ key: ConfigurationKey) -> String {
        switch key.kind {
        case .text: "text"
        case .slug: "slug"
        case .path: "path"
        case .address: "HOST:PORT"
        case .httpsOrigin: "origin"
        case .origins: "list of origins"
        case .addressRanges: "list of address ranges"
        case .count: "number"
        case .size: "size"
        case .duration: "duration"
        case .choice: "word"
        }
    }

    @Test("names are unique, of two parts, and fit one line of the file")
    func table() {
        let keys = ConfigurationKey.all
        #expect(Set(keys.map(\.name)).count == keys.count)
        #expect(Set(keys.map(\.environmentName)).count == keys.count)
        for key in keys {
            #expect(key.components.count == 2)
            #expect(key.summary.utf8.count <= 115 && !key.summary.hasSuffix("."))
        }
    }
}
