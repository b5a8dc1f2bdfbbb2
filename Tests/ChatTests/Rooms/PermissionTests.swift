import Chat
import FoundationEssentials
import Testing

@Suite("Permissions")
struct PermissionTests {
    /// Who is allowed, by the actor's role and then the target's: nobody in particular, member, moderator, owner.
    private static let table: [(Permission, [Role: [Bool]])] = [
        (.send, [.member: [true, true, false, false], .moderator: [true, true, false, false], .owner: yes]),
        (.edit, [.member: [true, true, false, false], .moderator: [true, true, false, false], .owner: yes]),
        (.react, [.member: [true, true, false, false], .moderator: [true, true, false, false], .owner: yes]),
        (.deleteMessage, [.member: no, .moderator: [true, true, false, false], .owner: yes]),
        (.invite, [.member: no, .moderator: [true, true, false, false], .owner: yes]),
        (.removeMember, [.member: no, .moderator: [true, true, false, false], .owner: yes]),
        (.mute, [.member: no, .moderator: [true, true, false, false], .owner: yes]),
        (.ban, [.member: no, .moderator: [true, true, false, false], .owner: yes]),
        (.changeRoom, [.member: no, .moderator: [true, true, false, false], .owner: yes]),
        (.manageWebhooks, [.member: no, .moderator: [true, true, false, false], .owner: yes]),
        (.slowMode, [.member: no, .moderator: [true, true, false, false], .owner: yes]),
        (.changeKind, [.member: no, .moderator: no, .owner: yes]),
        (.archive, [.member: no, .moderator: no, .owner: yes]),
        (.changeRole, [.member: no, .moderator: no, .owner: yes]),
        (.deleteRoom, [.member: no, .moderator: no, .owner: yes]),
    ]
    private static let yes = [true, true, true, true]
    private static let no = [false, false, false, false]

    private func code(
        _ permission: Permission, _ actor: Member, over target: Role?, in kind: RoomKind = .private
    ) -> String? {
        do throws(ChatError) {
            try permission.check(actor, over: target.map { Member(role: $0, read: 0) }, in: kind)
            return nil
        } catch {
            return error.code
        }
    }

    @Test("are what the table says, for every role over every other")
    func roles() {
        #expect(Set(Self.table.map(\.0)) == Set(Permission.allCases))
        for (permission, rows) in Self.table {
            for (role, expected) in rows {
                let targets: [Role?] = [nil, .member, .moderator, .owner]
                for (target, isAllowed) in zip(targets, expected) {
                    let code = code(permission, Member(role: role, read: 0), over: target)
                    #expect(code == (isAllowed ? nil : "forbidden"), "\(permission), \(role) over \(target as Any)")
                }
            }
        }
    }

    @Test("a mute takes the voice and nothing else, whatever the role", arguments: [Role.member, .moderator, .owner])
    func muted(role: Role) {
        let voiceless = Member(role: role, isMuted: true, read: 0)
        let voice: Set<Permission> = [.send, .edit, .react]
        for permission in voice { #expect(code(permission, voiceless, over: nil) == "muted") }
        for permission in Permission.allCases where !voice.contains(permission) {
            #expect(code(permission, voiceless, over: nil) == code(permission, Member(role: role, read: 0), over: nil))
        }
    }

    @Test("nobody governs a direct room, whatever the role", arguments: [Role.member, .moderator, .owner])
    func direct(role: Role) {
        for permission in Permission.allCases {
            let code = code(permission, Member(role: role, read: 0), over: nil, in: .direct)
            #expect(code == (permission.isVoice ? nil : "forbidden"), "\(permission)")
        }
    }

    @Test("the article Protocol prints the table that the code asks")
    func documented() throws {
        let article = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../../Sources/parley/Documentation.docc/Protocol.md")
        let lines = try String(contentsOf: article, encoding: .utf8).split(separator: "\n").map(String.init)
        let start = try #require(lines.firstIndex { $0.hasPrefix("| Permission |") })
        let rows = lines[(start + 2)...].prefix { $0.hasPrefix("|") }
        func word(_ isSo: Bool) -> String { isSo ? "yes" : "no" }
        let wanted = Permission.allCases.map { permission in
            let roles = [Role.member, .moderator, .owner].map { role in
                word(permission.isGranted(to: Member(role: role, read: 0), in: .public))
            }
            let columns = roles + [word(!permission.isVoice), word(permission.exists(in: .direct))]
            return "| `\(permission.rawValue)` | " + columns.joined(separator: " | ") + " |"
        }
        #expect(Array(rows) == wanted)
    }

    @Test("roles rank as member, moderator, owner")
    func rank() {
        #expect(([.owner, .member, .moderator] as [Role]).sorted() == [.member, .moderator, .owner])
    }
}
