/// What chat asks of accounts: who exists.
package protocol UserDirectory: Sendable {
    /// Tells whether there is an account of that name. Never blocks.
    func contains(_ user: UserID) -> Bool
    /// The name to show, the same as the username where none was set. Never blocks.
    func displayName(of user: UserID) -> String
}
