import Chat

/// Every name is an account, but those that start with `nobody`.
struct TestUsers: UserDirectory {
    func contains(_ user: UserID) -> Bool { !user.description.hasPrefix("nobody") }

    func displayName(of user: UserID) -> String { user.description.uppercased() }
}
