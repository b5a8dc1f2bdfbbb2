/// What one check of ``Doctor`` found.
package struct Finding: Sendable, Equatable {
    /// How bad it is.
    package enum Severity: String, Sendable {
        case ok
        case warning
        case failed
    }

    /// What was checked.
    package enum Check: String, Sendable, CaseIterable {
        case configuration
        case permissions
        case certificate
        case clock
        case openFiles = "open_files"
        case database
        case origins
        case connection
        case securityHeaders = "security_headers"
        case login
        case cookies
        case socket
        case clientAddress = "client_address"

        /// What is checked on the host itself.
        package static let ofHost: [Check] = [
            .configuration, .permissions, .certificate, .clock, .openFiles, .database, .origins,
        ]
    }

    /// What was checked.
    package let check: Check
    /// How bad it is.
    package let severity: Severity
    /// What was found.
    package let message: String
    /// What to do; empty where all is well.
    package let remedy: String

    package init(_ check: Check, _ severity: Severity, _ message: String, remedy: String = "") {
        self.check = check
        self.severity = severity
        self.message = message
        self.remedy = remedy
    }
}
