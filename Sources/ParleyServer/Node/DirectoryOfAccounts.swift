import Chat
import Identity

/// Accounts as chat asks for them.
struct DirectoryOfAccounts: UserDirectory {
    private let directory: AccountDirectory

    init(_ directory: AccountDirectory) { self.directory = directory }

    func contains(_ user: UserID) -> Bool { account(user).map { !$0.isDeleted } ?? false }

    func displayName(of user: UserID) -> String { account(user)?.name ?? user.description }

    private func account(_ user: UserID) -> User? { Username(user.description).flatMap { directory.anyone($0) } }
}
