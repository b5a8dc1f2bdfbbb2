/// Why a backup cannot be made, or is not whole.
package struct BackupError: Error, Sendable, CustomStringConvertible {
    /// What happened, with the path that it is about.
    package let description: String

    init(_ description: String) { self.description = description }
}
