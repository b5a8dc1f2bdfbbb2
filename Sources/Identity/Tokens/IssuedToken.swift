/// A token on its way to its cookie.
package struct IssuedToken: Sendable, CustomStringConvertible, CustomReflectable {
    /// The cookie's value; nothing else may hold it.
    package let value: String
    /// `exp`, in milliseconds since 1970.
    package let expiresAt: Int64
    /// The remaining life in seconds, for the cookie's `Max-Age`.
    package let maximumAge: Int64

    /// Not the token: this is what a log would show.
    package var description: String { "<token of \(maximumAge) s>" }

    /// Empty, so that dumping a structure does not show the token in it.
    package var customMirror: Mirror { Mirror(self, children: []) }
}
