/// A place in the chain: an entry's id and its tag.
struct AuditLink: Hashable, Sendable {
    let id: Int64
    let tag: [UInt8]

    /// Before the first entry.
    static let start = AuditLink(id: 0, tag: [UInt8](repeating: 0, count: 32))
}
