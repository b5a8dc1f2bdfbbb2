/// Why a node cannot start or stop; equal when the codes are.
package struct NodeError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The kinds of failure that callers tell apart.
    package enum Code: Sendable {
        case dataDirectory
        case dataDirectoryInUse
        case database
        case certificate
        case listener
    }

    /// The kind of failure.
    package let code: Code
    /// What happened and what to do.
    package let reason: String

    package init(_ code: Code, _ reason: String) {
        self.code = code
        self.reason = reason
    }

    package static func == (left: NodeError, right: NodeError) -> Bool { left.code == right.code }

    package var description: String { reason }
}
