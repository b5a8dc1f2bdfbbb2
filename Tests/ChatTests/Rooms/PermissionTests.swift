import Chat
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
        (.changeRole, [.member: no, .moderator: no, .owner: yes]),
        (.deleteRoom, [.member: no, .moderator: no, .owner: yes]),
    ]
    private static let yes = [true, true, true, true]
    private static let no = [false, false, false, false]

    private func code(_ permission: Permission, _ actor: Member, over target: Role?) -> String? {
        do throws(ChatError) {
            try permission.check(actor, over: target.map { Member(role: $0, read: 0) })
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

    @Test("roles rank as member, moderator, owner")
    func rank() {
        #expect(([.owner, .member, .moderator] as [Role]).sorted() == [.member, .moderator, .owner])
    }
}
