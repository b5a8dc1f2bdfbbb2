package import Logging

extension ParleyConfiguration {
    /// `log.…`: the log on standard error.
    package struct Log: Sendable, Equatable {
        /// The least severe lines to write.
        package var level: Logger.Level
        /// What the lines look like.
        package var format: LogFormat

        init(reading values: inout ConfigurationValues) {
            level = values.choice(.logLevel)
            format = values.choice(.logFormat)
        }
    }
}
