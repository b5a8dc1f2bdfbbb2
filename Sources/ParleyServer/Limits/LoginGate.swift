import Identity

/// Lets a password be tried where the throttle allows it, and tells the throttle how that went.
struct LoginGate {
    let node: ParleyNode

    /// Runs `body`, which throws `IdentityError` for a wrong password.
    ///
    /// Throws the problem `too_many_requests` with `Retry-After` instead of running it, whether the password is right
    /// or not. `session` is the one with which a user who is logged in already asks, from wherever.
    func attempt<Result>(
        user: String, address: String, session: SessionID? = nil, _ body: (_ network: String) async throws -> Result
    ) async throws -> Result {
        let network = IPAddress(address)?.network ?? address
        let standing: LoginThrottle.Standing
        if let session {
            standing = .session(session.text)
        } else {
            standing = try await node.authority.sessions.isKnown(network, of: user) ? .knownAddress : .stranger
        }
        let throttle = node.loginThrottle
        switch throttle.begin(user: user, network: network, standing, now: node.clock.now) {
        case .refused(let delay):
            node.recordSome(.loginThrottled, address: address, subject: known(user))
            throw Problem.retry(
                .tooManyRequests, after: .milliseconds(delay), "Too many failed logins: wait and try again.")
        case .admitted(let attempt):
            do {
                let result = try await body(network)
                throttle.end(attempt, .succeeded, now: node.clock.now)
                return result
            } catch let error as IdentityError where error.isFailedLogin {
                throttle.end(attempt, .failed, now: node.clock.now)
                let known = known(user)
                if known.isEmpty {
                    // Of names that nobody has there is no end, and no throttle of an account.
                    node.recordSome(.loginFailed, address: address)
                } else {
                    node.audit.record(.loginFailed, subject: known, address: address)
                }
                throw error
            } catch {
                throttle.end(attempt, .undecided, now: node.clock.now)
                throw error
            }
        }
    }
}

extension LoginGate {
    /// The name, when an account has it: what was typed otherwise may be a password in the wrong field.
    private func known(_ user: String) -> String {
        Username(user).flatMap { node.authority.directory.user($0) }?.username.text ?? ""
    }
}

extension IdentityError {
    fileprivate var isFailedLogin: Bool {
        code == .invalidCredentials || self == IdentityError(.totpRequired, "", field: "totp")
    }
}

extension IPAddress {
    /// What one client is counted as: an IPv4 address, or the /64 of an IPv6 one, in which a client is free to choose.
    var network: String {
        guard width == 128 else { return description }
        return AddressRange("\(self)/64")?.start ?? description
    }
}
