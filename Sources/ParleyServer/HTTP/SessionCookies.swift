import HTTPTypes
import Identity

/// The two cookies of a login: their names, attributes and values.
enum SessionCookies {
    static let access = "__Host-parley_access"
    static let refresh = "__Secure-parley_refresh"

    private static let accessAttributes = "HttpOnly; Secure; SameSite=Strict; Path=/"
    private static let refreshAttributes = "HttpOnly; Secure; SameSite=Strict; Path=/api/v1/auth"

    /// Sets both, each for the rest of its token's life.
    static func set(_ login: Login, in fields: inout HTTPFields) {
        fields.append(HTTPField(name: .setCookie, value: cookie(access, login.access, accessAttributes)))
        fields.append(HTTPField(name: .setCookie, value: cookie(refresh, login.refresh, refreshAttributes)))
    }

    /// Clears both.
    static func clear(in fields: inout HTTPFields) {
        fields.append(HTTPField(name: .setCookie, value: "\(access)=; Max-Age=0; \(accessAttributes)"))
        fields.append(HTTPField(name: .setCookie, value: "\(refresh)=; Max-Age=0; \(refreshAttributes)"))
    }

    /// The token in a cookie. Throws `invalid_token` for one that was sent twice; nil when it was not sent.
    static func token(_ name: String, in fields: HTTPFields) throws(Problem) -> String? {
        switch CookieHeader(fields[values: .cookie]).value(of: name) {
        case .missing: return nil
        case .one(let value): return String(value)
        case .repeated: throw Problem(.invalidToken, "The cookie \(name) was sent more than once.")
        }
    }

    private static func cookie(_ name: String, _ token: IssuedToken, _ attributes: String) -> String {
        "\(name)=\(token.value); Max-Age=\(token.maximumAge); \(attributes)"
    }
}
