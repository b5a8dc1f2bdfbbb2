import ParleyClient

/// A login as the server's answer gave it.
package struct TestLogin: Sendable {
    /// The password of every account that a test makes.
    package static let password = "correct horse battery"
    package static let accessName = "__Host-parley_access"
    package static let refreshName = "__Secure-parley_refresh"

    package let username: String
    package let session: String
    package let access: String
    package let refresh: String

    /// Takes the answer to a login, registration or refresh. Throws ``NoLogin``.
    package init(_ answer: RawResponse) throws {
        guard let username = answer.json["user"]?["id"]?.string, let session = answer.json["session"]?["id"]?.string,
            let access = answer.cookie(Self.accessName), let refresh = answer.cookie(Self.refreshName)
        else { throw NoLogin(answer: answer) }
        self.username = username
        self.session = session
        self.access = access
        self.refresh = refresh
    }

    /// The access cookie as a request carries it.
    package var accessCookie: String { "\(Self.accessName)=\(access)" }
    /// The refresh cookie as a request carries it.
    package var refreshCookie: String { "\(Self.refreshName)=\(refresh)" }
    /// Both cookies, as a request to the authentication routes carries them.
    package var headers: [(name: String, value: String)] { [("Cookie", "\(accessCookie); \(refreshCookie)")] }
}

/// The server did not log in.
package struct NoLogin: Error, CustomStringConvertible {
    package let answer: RawResponse

    package var description: String { "no login: \(answer.status) \(answer.text)" }
}
