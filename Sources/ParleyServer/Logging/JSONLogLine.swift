import Chat
import Logging

/// Log lines for programs: one JSON object a line.
enum JSONLogLine {
    private static let ownNames: Set<String> = ["time", "level", "logger", "message"]

    /// The record as an object: `time level logger message`, then the metadata; a clashing name gets `metadata_` before it.
    static func encode(_ record: LogRecord) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("time", record.time)
            writer.member("level", record.level.rawValue)
            writer.member("logger", record.label)
            writer.member("message", record.message)
            for (name, value) in record.fields {
                writer.name(ownNames.contains(name) ? "metadata_\(name)" : name)
                writer.value(value)
            }
        }
        return writer.bytes + [UInt8(ascii: "\n")]
    }
}

extension JSONWriter {
    fileprivate mutating func value(_ value: Logger.MetadataValue) {
        switch value {
        case .string(let text): self.value(text)
        case .stringConvertible(let value): self.value(value.description)
        case .array(let elements): array { writer in for element in elements { writer.value(element) } }
        case .dictionary(let members):
            object { writer in
                for (name, value) in members.sorted(by: { $0.key < $1.key }) {
                    writer.name(name)
                    writer.value(value)
                }
            }
        }
    }
}
