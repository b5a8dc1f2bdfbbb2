/// Why a body is not the multipart form that was asked for.
package struct MultipartError: Error, Equatable, Sendable {
    /// What is wrong, for people.
    package let reason: String

    package init(_ reason: String) { self.reason = reason }
}
