import Foundation
package import ParleyClient

extension JSONValue {
    /// The value as JSON text, members in the order of their names.
    package func encoded() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }

    /// The value that a JSON text holds. Throws `DecodingError`.
    package init(text: String) throws { self = try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8)) }
}
