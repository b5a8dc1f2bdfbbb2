/// What a room knows of one member.
package struct Member: Sendable, Equatable {
    /// The member's role.
    package var role: Role
    /// Whether the member is kept from sending.
    package var isMuted = false
    /// The highest `seq` that the member has read; never goes back.
    package var read: Int64

    package init(role: Role, isMuted: Bool = false, read: Int64) {
        self.role = role
        self.isMuted = isMuted
        self.read = read
    }
}
