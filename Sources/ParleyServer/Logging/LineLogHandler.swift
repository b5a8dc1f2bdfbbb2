import Logging

/// A log handler that turns every event into one line and hands it to an output.
struct LineLogHandler: LogHandler {
    let label: String
    let output: LogOutput
    let encode: @Sendable (LogRecord) -> [UInt8]
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?

    init(
        label: String, level: Logger.Level, output: LogOutput, encode: @escaping @Sendable (LogRecord) -> [UInt8]
    ) {
        self.label = label
        self.logLevel = level
        self.output = output
        self.encode = encode
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var fields = metadata
        if let provided = metadataProvider?.get() { fields.merge(provided) { _, new in new } }
        if let own = event.metadata { fields.merge(own) { _, new in new } }
        if let error = event.error, fields["error"] == nil { fields["error"] = "\(error)" }
        let record = LogRecord(
            time: LogRecord.now(), level: event.level, label: label, message: event.message.description,
            metadata: fields)
        output.write(encode(record))
    }
}
