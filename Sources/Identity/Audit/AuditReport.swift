/// What came of verifying the audit log.
package struct AuditReport: Hashable, Sendable {
    /// The first thing that is wrong.
    package struct Fault: Hashable, Sendable {
        /// The entry that was changed, removed or moved.
        package let entry: Int64
        /// What is wrong with it, for people.
        package let reason: String
    }

    /// How many entries are in their places and as they were written, up to the fault.
    package let verified: Int64
    /// Entries from before the log got a new key, which nobody can verify any more.
    package let unverifiable: Int64
    /// The id of the last entry.
    package let last: Int64
    /// Nil when the log is as it was written.
    package let fault: Fault?
}
