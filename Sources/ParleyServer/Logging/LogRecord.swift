import Chat
import Identity
import Logging

/// One log line before it has a form.
struct LogRecord {
    let time: String
    let level: Logger.Level
    let label: String
    let message: String
    /// Metadata sorted by name; values of secret names are already taken out.
    let fields: [(name: String, value: Logger.MetadataValue)]

    init(time: String, level: Logger.Level, label: String, message: String, metadata: Logger.Metadata) {
        self.time = time
        self.level = level
        self.label = label
        self.message = message
        self.fields = metadata.map { (Self.name($0.key), Self.withoutSecrets($0.key, $0.value)) }
            .sorted { $0.name < $1.name }
    }

    /// Hummingbird's name for the id of a request becomes the project's.
    private static func name(_ key: String) -> String {
        key == "hb.request.id" ? "request_id" : key
    }

    /// The last net under "secrets are never logged": a value whose name says secret is not written.
    private static func withoutSecrets(_ key: String, _ value: Logger.MetadataValue) -> Logger.MetadataValue {
        let name = key.lowercased()
        if ["password", "secret", "token", "cookie", "authorization"].contains(where: { name.contains($0) }) {
            return "<redacted>"
        }
        guard case .dictionary(let members) = value else { return value }
        return .dictionary(Dictionary(uniqueKeysWithValues: members.map { ($0, withoutSecrets($0, $1)) }))
    }

    /// The present as RFC 3339 UTC with milliseconds.
    static func now() -> String { Timestamp(milliseconds: WallClock.system.now).text }
}
