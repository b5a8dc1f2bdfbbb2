import Foundation
import NIOOpenSSL
import ParleyClient
import ParleyServer

/// Examines a running server from outside, through whatever proxy stands before it.
struct Probe {
    /// A login to try with.
    struct Credentials {
        let user: String
        let password: String
        let totp: String?
    }

    /// How far it came; each has an exit status of its own.
    enum Outcome {
        case examined
        /// Nobody answered, or not as a Parley server.
        case unreachable
        /// The server refused the login.
        case loginRefused
    }

    let address: ServerAddress
    let trust: TrustPolicy
    let credentials: Credentials?
    /// Seconds since 1970 UTC.
    var now: @Sendable () -> Double = { Date().timeIntervalSince1970 }

    /// All findings, and how far it came. Throws `ClientError` where the file of authorities cannot be used.
    func examine() async throws -> (findings: [Finding], outcome: Outcome) {
        var findings: [Finding] = []
        guard let connection = try await connect(&findings) else { return (findings, .unreachable) }
        do {
            let health = try await connection.send("GET", "/healthz")
            guard health.status == 200, health.body.contains("ok") else {
                findings.append(
                    Finding(
                        .connection, .failed, "/healthz answers \(health.status): this is not a Parley server's answer",
                        remedy: "pass every path on to the server, and check that it runs"))
                return (findings, .unreachable)
            }
            findings += certificate(health) + clock(health)
            findings += headers(health, of: "/healthz") + headers(try await connection.send("GET", "/"), of: "/")
            findings += try await origins(connection)
            guard let credentials else {
                findings += try await socketWithoutLogin(connection)
                findings.append(
                    Finding(
                        .login, .warning, "nobody was logged in: cookies, sockets and addresses were not examined",
                        remedy: "give --user and a password (PARLEY_PROBE_PASSWORD or --password-stdin)"))
                return (findings, .examined)
            }
            let isLoggedIn = try await examine(credentials, connection, &findings)
            return (findings, isLoggedIn ? .examined : .loginRefused)
        } catch {
            findings.append(
                Finding(
                    .connection, .failed, "the connection failed in the middle: \(error)",
                    remedy: "look into the logs of the server and the proxy"))
            return (findings, .unreachable)
        }
    }

    /// A connection that the certificate allows, or one that does without it, so that the rest can be examined.
    private func connect(_ findings: inout [Finding]) async throws -> ProbeConnection? {
        let connection = ProbeConnection(address: address, tls: try .client(trusting: trust, resumesSessions: false))
        do {
            _ = try await connection.send("GET", "/healthz")
            return connection
        } catch let error as TLSError where error.code == .certificateRejected {
            findings.append(
                Finding(
                    .certificate, .failed, "the certificate was not accepted: \(error.reason)",
                    remedy: "give the proxy or server the whole chain of a certificate for \(address.host), or --ca"))
            let open = try TLSContext.client(trusting: .insecureWithoutVerification, resumesSessions: false)
            let unverified = ProbeConnection(address: address, tls: open)
            return (try? await unverified.send("GET", "/healthz")).map { _ in unverified }
        } catch {
            findings.append(
                Finding(
                    .connection, .failed, "\(address) cannot be reached: \(error)",
                    remedy: "check name, port and firewall, and that the server or proxy speaks TLS there"))
            return nil
        }
    }

    private func certificate(_ answer: ProbeAnswer) -> [Finding] {
        guard let certificate = answer.certificate else { return [] }
        let days = (Double(certificate.notAfter) - now()) / 86_400
        if days < 14 {
            let message = days < 0 ? "the certificate has expired" : "the certificate ends in \(Int(days)) days"
            return [
                Finding(.certificate, days < 0 ? .failed : .warning, message, remedy: "renew it where TLS ends")
            ]
        }
        return [Finding(.certificate, .ok, "\(certificate.subject), good for \(Int(days)) days")]
    }

    private func clock(_ answer: ProbeAnswer) -> [Finding] {
        guard let text = answer.values(of: "date").first, let date = Self.httpDate(text) else {
            return [
                Finding(
                    .clock, .warning, "the answer has no Date to compare clocks by", remedy: "let the proxy pass it")
            ]
        }
        let skew = Int(abs(date.timeIntervalSince1970 - now()).rounded())
        guard skew <= 5 else {
            return [
                Finding(
                    .clock, skew > 60 ? .failed : .warning, "the server's clock and this one differ by \(skew) s",
                    remedy: "run a time service on both: tokens and one-time codes go by the clock")
            ]
        }
        return [Finding(.clock, .ok, "the server's clock and this one agree")]
    }

    private static func httpDate(_ text: String) -> Date? {
        let format = DateFormatter()
        format.locale = Locale(identifier: "en_US_POSIX")
        format.timeZone = TimeZone(identifier: "GMT")
        format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss zzz"
        return format.date(from: text)
    }
}
