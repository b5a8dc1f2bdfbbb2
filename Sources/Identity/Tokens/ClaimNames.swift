/// A set of claims, each by its bit.
struct ClaimNames: OptionSet {
    let rawValue: UInt16

    static let issuer = ClaimNames(rawValue: 1 << 0)
    static let audience = ClaimNames(rawValue: 1 << 1)
    static let subject = ClaimNames(rawValue: 1 << 2)
    static let session = ClaimNames(rawValue: 1 << 3)
    static let tokenID = ClaimNames(rawValue: 1 << 4)
    static let issuedAt = ClaimNames(rawValue: 1 << 5)
    static let expiresAt = ClaimNames(rawValue: 1 << 6)
    static let role = ClaimNames(rawValue: 1 << 7)
    static let generation = ClaimNames(rawValue: 1 << 8)

    init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    /// Nil for a name that no token of ours has.
    init?(_ name: JSONMemberReader.Text) {
        if name == "iss" {
            self = .issuer
        } else if name == "aud" {
            self = .audience
        } else if name == "sub" {
            self = .subject
        } else if name == "sid" {
            self = .session
        } else if name == "jti" {
            self = .tokenID
        } else if name == "iat" {
            self = .issuedAt
        } else if name == "exp" {
            self = .expiresAt
        } else if name == "role" {
            self = .role
        } else if name == "gen" {
            self = .generation
        } else {
            return nil
        }
    }
}
