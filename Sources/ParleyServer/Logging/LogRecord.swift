// Beside Glibc, because the time structures of C belong to whichever of the two modules the compiler met first.
import Dispatch
import Glibc
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
    static func now() -> String {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return timestamp(seconds: time.tv_sec, milliseconds: time.tv_nsec / 1_000_000)
    }

    /// A moment, in seconds since 1970 and milliseconds, as RFC 3339 UTC.
    static func timestamp(seconds: Int, milliseconds: Int) -> String {
        var seconds = seconds
        var parts = tm()
        gmtime_r(&seconds, &parts)
        func padded(_ number: some BinaryInteger, _ width: Int) -> String {
            let digits = String(number)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        let date = "\(padded(parts.tm_year + 1900, 4))-\(padded(parts.tm_mon + 1, 2))-\(padded(parts.tm_mday, 2))"
        let clock = "\(padded(parts.tm_hour, 2)):\(padded(parts.tm_min, 2)):\(padded(parts.tm_sec, 2))"
        return "\(date)T\(clock).\(padded(milliseconds, 3))Z"
    }
}
