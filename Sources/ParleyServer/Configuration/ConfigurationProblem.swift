/// One thing that is wrong with the configuration, and where it was written.
package struct ConfigurationProblem: Sendable, Equatable, CustomStringConvertible {
    /// The file and line, the environment variable, or the command line; nil when several places play together.
    package let place: String?
    /// What is wrong, naming the key, the value and what is accepted.
    package let reason: String

    /// The place and the reason, one line.
    package var description: String {
        place.map { "\($0): \(reason)" } ?? reason
    }
}
