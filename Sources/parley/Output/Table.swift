import ParleyClient

/// A table for people: a heading, columns as wide as their widest cell.
struct Table {
    /// A column: what stands above it and the member of each item that stands in it.
    struct Column {
        let title: String
        let member: String

        init(_ title: String, _ member: String) {
            self.title = title
            self.member = member
        }
    }

    let columns: [Column]
    let items: [JSONValue]

    /// The table's lines.
    var text: String {
        let rows = [columns.map(\.title)] + items.map { item in columns.map { Self.cell(item[$0.member]) } }
        let widths = columns.indices.map { index in rows.map { $0[index].count }.max() ?? 0 }
        return rows.map { row in
            zip(row, widths).map { cell, width in cell + String(repeating: " ", count: width - cell.count) }
                .joined(separator: "  ").trimmingEnd
        }
        .joined(separator: "\n")
    }

    static func cell(_ value: JSONValue?) -> String {
        switch value {
        case nil, .null?: "-"
        case .string(let text)?:
            text.isEmpty ? "-" : String(String.UnicodeScalarView(text.unicodeScalars.filter(isPrintable)))
        case .bool(let truth)?: truth ? "yes" : "no"
        case .integer(let number)?: String(number)
        case .number(let number)?: String(number)
        case .array(let values)?: values.map { cell($0) }.joined(separator: ",")
        case .object?: "…"
        }
    }

    /// Names come from people: a control character in one must not reach the terminal.
    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.generalCategory != .control && scalar.properties.generalCategory != .format
    }
}

extension String {
    fileprivate var trimmingEnd: String {
        var text = self
        while text.last == " " { text.removeLast() }
        return text
    }
}
