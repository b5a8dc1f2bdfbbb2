/// The `type` of every command. The parser knows no other, the contract and `ParleyClient` have each.
package enum CommandType: String, Sendable, CaseIterable {
    case send, edit, delete, react, join, leave, direct, resume, history, read, typing, presence, ping
}
