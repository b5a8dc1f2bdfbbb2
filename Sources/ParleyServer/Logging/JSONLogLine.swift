import Logging

/// Log lines for programs: one JSON object a line.
enum JSONLogLine {
    private static let ownNames: Set<String> = ["time", "level", "logger", "message"]

    /// The record as an object: `time level logger message`, then the metadata; a clashing name gets `metadata_` before it.
    static func encode(_ record: LogRecord) -> [UInt8] {
        var object = JSONObjectWriter()
        object.add("time", record.time)
        object.add("level", record.level.rawValue)
        object.add("logger", record.label)
        object.add("message", record.message)
        for (name, value) in record.fields {
            object.add(ownNames.contains(name) ? "metadata_\(name)" : name, value)
        }
        return object.finish() + [UInt8(ascii: "\n")]
    }
}

extension JSONObjectWriter {
    fileprivate mutating func add(_ name: String, _ value: Logger.MetadataValue) {
        switch value {
        case .string(let text): add(name, text)
        case .stringConvertible(let value): add(name, value.description)
        case .array, .dictionary: add(name, raw: Self.encode(value))
        }
    }

    private static func encode(_ value: Logger.MetadataValue) -> [UInt8] {
        switch value {
        case .string(let text):
            return JSONObjectWriter.string(text)
        case .stringConvertible(let value):
            return JSONObjectWriter.string(value.description)
        case .array(let elements):
            let body = elements.map(encode).joined(separator: [UInt8(ascii: ",")])
            return [UInt8(ascii: "[")] + body + [UInt8(ascii: "]")]
        case .dictionary(let members):
            var object = JSONObjectWriter()
            for (name, value) in members.sorted(by: { $0.key < $1.key }) { object.add(name, raw: encode(value)) }
            return object.finish()
        }
    }
}
