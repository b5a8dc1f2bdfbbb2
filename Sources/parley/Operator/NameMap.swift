import Foundation
import ParleyClient

/// Takes users of an export for users of this server.
struct NameMap {
    /// New names by old ones.
    let map: [String: String]
    /// Who stands for those whom the server does not know, nil where they keep their names.
    let others: String?
    let known: Set<String>

    /// The line with the names that stand for the old ones. Throws ``CommandFailure`` for a line that is no JSON object.
    func mapped(_ line: String, number: Int64) throws -> String {
        guard let value = try? JSONDecoder().decode(JSONValue.self, from: Data(line.utf8)), var object = value.object
        else {
            throw CommandFailure("line \(number) is not one JSON object")
        }
        if map.isEmpty, others == nil { return line }
        for name in ["from", "by", "user"] { object[name] = object[name].map(mapped) }
        if let names = object["mentions"]?.array { object["mentions"] = .array(unique(names.map(mapped))) }
        return String(decoding: try JSONEncoder().encode(JSONValue.object(object)), as: UTF8.self)
    }

    private func mapped(_ name: JSONValue) -> JSONValue {
        guard let text = name.string else { return name }
        if let new = map[text] { return .string(new) }
        // The host and webhooks are no accounts: their names stay unless they are mapped by name.
        if let others, !known.contains(text), text != "operator", !text.hasPrefix("hook:") { return .string(others) }
        return name
    }

    private func unique(_ names: [JSONValue]) -> [JSONValue] {
        names.enumerated().filter { index, name in !names[..<index].contains(name) }.map(\.element)
    }
}
