package import Identity

extension ParleyConfiguration {
    /// `auth.…`: who may make accounts.
    package struct Auth: Sendable, Equatable {
        /// Who may register.
        package var registration: RegistrationPolicy
        /// Threads that hash passwords.
        package var passwordThreads: Int

        init(reading values: inout ConfigurationValues) {
            registration = values.choice(.authRegistration)
            passwordThreads = values.count(.authPasswordThreads)
        }
    }

    /// `tokens.…`: claims and lifetimes.
    package struct Tokens: Sendable, Equatable {
        /// The `iss` claim.
        package var issuer: String
        /// The `aud` claim.
        package var audience: String
        /// Life of an access token before jitter.
        package var accessLifetime: Duration
        /// A session not refreshed for this long has ended.
        package var refreshIdleLifetime: Duration
        /// A session ends this long after its login.
        package var refreshAbsoluteLifetime: Duration
        /// How long the previous refresh token is still answered.
        package var refreshGrace: Duration
        /// How long a socket outlives its access token.
        package var socketGrace: Duration

        init(reading values: inout ConfigurationValues) {
            issuer = values.text(.tokensIssuer)
            audience = values.text(.tokensAudience)
            accessLifetime = values.duration(.tokensAccessLifetime)
            refreshIdleLifetime = values.duration(.tokensRefreshIdleLifetime)
            refreshAbsoluteLifetime = values.duration(.tokensRefreshAbsoluteLifetime)
            refreshGrace = values.duration(.tokensRefreshGrace)
            socketGrace = values.duration(.tokensSocketGrace)
        }
    }
}
