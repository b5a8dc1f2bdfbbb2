/// The configuration cannot be used; carries every problem found, so that one run shows them all.
package struct ConfigurationError: Error, Equatable, CustomStringConvertible {
    /// What is wrong, at least one thing.
    package let problems: [ConfigurationProblem]

    /// One line for each problem.
    package var description: String {
        problems.map(\.description).joined(separator: "\n")
    }
}
