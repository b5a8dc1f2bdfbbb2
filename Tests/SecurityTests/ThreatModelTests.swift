import Foundation
import Testing

@Suite("The threat model")
struct ThreatModelTests {
    private let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..")

    /// The names of all tests and suites.
    private func names() throws -> Set<String> {
        let tests = root.appending(path: "Tests")
        let paths = FileManager.default.enumerator(atPath: tests.path)?.compactMap { $0 as? String } ?? []
        var names: Set<String> = []
        for path in paths where path.hasSuffix(".swift") {
            let text = try String(contentsOf: tests.appending(path: path), encoding: .utf8)
            for match in text.matches(of: /@(?:Suite|Test)\(\s*"((?:[^"\\]|\\.)*)"/) { names.insert(String(match.1)) }
        }
        return names
    }

    private func document() throws -> String {
        try String(
            contentsOf: root.appending(path: "Sources/parley/Documentation.docc/ThreatModel.md"), encoding: .utf8)
    }

    @Test("names tests that exist, in the last column of each table")
    func tests() throws {
        let names = try names()
        var quoted = 0
        for line in try document().split(separator: "\n") where line.hasPrefix("|") {
            let cell = line.dropLast().split(separator: "|").last ?? ""
            for match in cell.matches(of: /"([^"]+)"/) {
                #expect(names.contains(String(match.1)), "no test or suite is called \"\(match.1)\"")
                quoted += 1
            }
        }
        #expect(quoted > 100)
    }

    @Test("says of every requirement of ASVS 5.0.0 in its chapters how it stands")
    func requirements() throws {
        let sections = [
            "3.3": 5, "3.4": 8, "3.5": 8, "4.4": 4, "6.1": 3, "6.2": 12, "6.3": 8, "6.4": 6, "6.5": 8, "7.1": 3,
            "7.2": 4,
            "7.3": 2, "7.4": 5, "7.5": 3, "9.1": 3, "9.2": 4, "16.1": 1, "16.2": 5, "16.3": 4, "16.4": 3, "16.5": 4,
        ]
        let rows = try document().split(separator: "\n").filter { $0.hasPrefix("| ") }
        for (section, count) in sections {
            for number in 1...count {
                let row = rows.first {
                    $0.hasPrefix("| \(section).\(number) ") || $0.hasPrefix("| \(section).\(number),")
                }
                let state = row?.split(separator: "|").dropFirst(2).first?.trimmingCharacters(in: .whitespaces)
                #expect(["met", "partly", "no", "n/a"].contains(state ?? ""), "\(section).\(number)")
            }
        }
    }
}
