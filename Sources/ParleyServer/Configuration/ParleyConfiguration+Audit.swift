extension ParleyConfiguration {
    /// `audit.…`: the audit log.
    package struct Audit: Sendable, Equatable {
        /// How long entries are kept.
        package var retention: Duration

        init(reading values: inout ConfigurationValues) {
            retention = values.duration(.auditRetention)
        }
    }
}
