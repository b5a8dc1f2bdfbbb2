import COpenSSL

/// The calling thread's queue of OpenSSL errors, shared by every connection of an event loop.
enum OpenSSLErrorQueue {
    /// Takes everything in the queue as text, oldest first, and whether one entry has the given libssl reason.
    static func drain(lookingFor wanted: CInt = -1) -> (text: String, found: Bool) {
        var parts: [String] = []
        var found = false
        while true {
            let code = ERR_get_error()
            if code == 0 { break }
            if COpenSSL_ERR_GET_REASON(code) == wanted { found = true }
            let reason = ERR_reason_error_string(code).map { String(cString: $0) } ?? "error \(code)"
            if !parts.contains(reason) { parts.append(reason) }
        }
        return (parts.isEmpty ? "no reason given by OpenSSL" : parts.joined(separator: "; "), found)
    }

    /// Takes everything in the queue as text.
    static func drainText() -> String { drain().text }
}
