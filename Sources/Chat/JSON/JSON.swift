/// A JSON value as RFC 8259 has it, with integers kept exact.
package enum JSON: Sendable, Equatable {
    case null
    case bool(Bool)
    case integer(Int64)
    case real(Double)
    case string(String)
    case array([JSON])
    case object(Object)

    /// The members of an object in their order; no name stands twice.
    package struct Object: Sendable, Equatable {
        package var members: [(name: String, value: JSON)]

        package init(_ members: [(name: String, value: JSON)] = []) { self.members = members }

        /// The member of that name, nil where there is none.
        package subscript(name: String) -> JSON? {
            for member in members where member.name == name { return member.value }
            return nil
        }

        package static func == (left: Object, right: Object) -> Bool {
            left.members.elementsEqual(right.members) { $0.name == $1.name && $0.value == $1.value }
        }
    }

    /// The text of a string, nil for any other value.
    package var text: String? { if case .string(let text) = self { text } else { nil } }

    /// The number of an integer, nil for any other value.
    package var number: Int64? { if case .integer(let number) = self { number } else { nil } }

    /// The truth of a boolean, nil for any other value.
    package var truth: Bool? { if case .bool(let truth) = self { truth } else { nil } }
}

extension JSON {
    /// The value as JSON text.
    package var encoded: String {
        var writer = JSONWriter()
        writer.value(self)
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}
