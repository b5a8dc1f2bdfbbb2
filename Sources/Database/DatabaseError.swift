/// What went wrong in the database, with a stable code; equal when the codes are.
package struct DatabaseError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kinds of failure that callers tell apart.
    package struct Code: Sendable, Hashable {
        let name: String
        /// The disk is full, cannot be written or its flush failed; the transaction left no trace.
        package static let storageUnavailable = Code(name: "storage_unavailable")
        /// A UNIQUE, NOT NULL, CHECK or foreign key constraint refused the change.
        package static let constraint = Code(name: "constraint")
        /// The file is not a database of Parley, is damaged, or was written by a newer version.
        package static let unusable = Code(name: "unusable")
        /// The statement ran past its deadline.
        package static let interrupted = Code(name: "interrupted")
        /// Any other failure.
        package static let other = Code(name: "other")
    }

    /// The kind of failure.
    package let code: Code
    /// What the engine said, without any bound value.
    package let reason: String

    package init(_ code: Code, reason: String) {
        self.code = code
        self.reason = reason
    }

    package static func == (left: DatabaseError, right: DatabaseError) -> Bool { left.code == right.code }

    package var description: String { "\(code.name): \(reason)" }
}
