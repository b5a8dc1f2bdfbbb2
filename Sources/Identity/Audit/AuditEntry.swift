import OpenSSLCrypto

/// One entry of the audit log.
package struct AuditEntry: Hashable, Sendable {
    /// Its place: 1, 2, 3 …
    package let id: Int64
    /// When it was, in milliseconds since 1970.
    package let time: Int64
    /// What happened.
    package let kind: AuditKind
    /// Who did it: a username, `operator` for who may use the admin socket, `server`; empty for nobody in particular.
    package let actor: String
    /// To whom or what: a username, a room, a key; empty for nothing in particular.
    package let subject: String
    /// The session concerned; empty for none.
    package let session: String
    /// The client's address; empty for none.
    package let address: String
    /// More, as the text of a JSON object.
    package let details: String

    /// What the entry's tag is made over: each field with its length in front, behind the tag of the entry before.
    func message(after previous: [UInt8]) -> [UInt8] {
        var bytes = Array("parley-audit-1".utf8) + previous
        for number in [id, time] { withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) } }
        for text in [kind.rawValue, actor, subject, session, address, details] {
            withUnsafeBytes(of: UInt64(text.utf8.count).bigEndian) { bytes.append(contentsOf: $0) }
            bytes.append(contentsOf: text.utf8)
        }
        return bytes
    }
}
