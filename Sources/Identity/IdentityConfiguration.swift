package import OpenSSLCrypto

/// The settings of accounts, tokens and sessions.
package struct IdentityConfiguration: Sendable {
    /// `iss` of every token: 1 to 128 printable ASCII characters other than `"` and `\`.
    package var issuer = "parley"
    /// `aud` of every token, with the same rule.
    package var audience = "parley"
    /// The longest life of an access token; up to 5 % of it is taken off at random.
    package var accessLifetime: Duration = .seconds(600)
    /// How long a session lives without a refresh.
    package var refreshIdleLifetime: Duration = .seconds(14 * 86_400)
    /// How long a session lives at all.
    package var refreshAbsoluteLifetime: Duration = .seconds(60 * 86_400)
    /// For how long after a move the refresh token before it still gets the present generation.
    package var refreshGrace: Duration = .seconds(30)
    /// For how long an address that logged in to an account is known to it.
    package var knownAddressLifetime: Duration = .seconds(30 * 86_400)
    /// Who may register.
    package var registration = RegistrationPolicy.invite
    /// The cost of a new password hash.
    package var scrypt = Scrypt.standard
    /// Threads that hash passwords; each takes the memory of one derivation (32 MiB at the default).
    package var passwordThreads = 2
    /// Passwords that may wait for those threads; above it the answer is `overloaded`.
    package var passwordQueue = 64

    /// The defaults.
    package init() {}

    /// Throws ``IdentityError`` with the code `invalid_configuration` for the first setting outside its range.
    package func validate() throws {
        for (name, text) in [("issuer", issuer), ("audience", audience)] where !Self.isPlain(text) {
            throw invalid(name, "1 to 128 printable ASCII characters other than quotation mark and backslash")
        }
        guard (1...86_400).contains(accessLifetime.milliseconds / 1000) else {
            throw invalid("access lifetime", "between one second and one day")
        }
        // Ten years: far from what could overflow in milliseconds.
        guard (1...315_360_000).contains(refreshIdleLifetime.milliseconds / 1000),
            (1...315_360_000).contains(refreshAbsoluteLifetime.milliseconds / 1000)
        else { throw invalid("refresh lifetimes", "between one second and ten years") }
        guard (0...3600_000).contains(refreshGrace.milliseconds) else {
            throw invalid("refresh grace", "between nothing and one hour")
        }
        guard (1...64).contains(passwordThreads), (0...100_000).contains(passwordQueue) else {
            throw invalid("password threads and queue", "1 to 64 threads and a queue of 0 to 100000")
        }
    }

    /// Texts that stand in JSON as they are: tokens are read without unescaping.
    private static func isPlain(_ text: String) -> Bool {
        (1...128).contains(text.utf8.count)
            && text.utf8.allSatisfy {
                (0x20...0x7E).contains($0) && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\")
            }
    }

    private func invalid(_ name: String, _ rule: String, line: UInt = #line) -> IdentityError {
        IdentityError(.invalidConfiguration, "\(name): must be \(rule)", line: line)
    }
}
