package import NIOOpenSSL

extension TLSContext {
    /// A client's context for a trust policy; a load test resumes no sessions, to pay for every handshake in full, or
    /// keeps as many of them as it opens sockets at a time.
    ///
    /// - Throws: ``ClientError`` with the code `untrustedServer` where the file of authorities cannot be used.
    package static func client(
        trusting trust: TrustPolicy, resumesSessions: Bool = true, sessionsPerHost: Int = 1
    ) throws -> TLSContext {
        var configuration = TLSClientConfiguration()
        configuration.resumesSessions = resumesSessions
        configuration.sessionsPerHost = sessionsPerHost
        switch trust {
        case .system:
            break
        case .file(let path):
            configuration.trustsSystemAuthorities = false
            configuration.additionalAuthoritiesFile = path
        case .insecureWithoutVerification:
            configuration.insecurelyAcceptAnyCertificate = true
        }
        do {
            return try TLSContext(client: configuration)
        } catch {
            throw ClientError(.untrustedServer, "\(error)")
        }
    }
}

extension ClientError {
    /// What an error on a channel means to the user of a client.
    init(connection error: any Error) {
        switch error {
        case let error as ClientError:
            self = error
        case let error as TLSError where error.code == .certificateRejected:
            self.init(.untrustedServer, error.reason)
        case let error as TLSError where error.code == .handshakeFailed || error.code == .handshakeTimedOut:
            self.init(.connectFailed, error.reason)
        case let error as TLSError:
            self.init(.connectionClosed, error.reason)
        default:
            self.init(.connectionClosed, "\(error)")
        }
    }
}
