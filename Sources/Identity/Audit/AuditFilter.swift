/// Which entries to show.
package struct AuditFilter: Sendable {
    /// Only those behind this id.
    package var after: Int64 = 0
    /// Only of this kind.
    package var kind: AuditKind?
    /// Only those that this user did, or that were done to them.
    package var user: String?
    /// Only from this time on, in milliseconds since 1970.
    package var since: Int64?
    /// Only before this time, in milliseconds since 1970.
    package var until: Int64?

    /// All entries.
    package init() {}
}
