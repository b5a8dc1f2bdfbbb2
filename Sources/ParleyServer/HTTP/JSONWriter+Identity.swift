import Chat
import Identity

extension JSONWriter {
    /// The members of a user that everyone may see.
    mutating func user(_ user: User) {
        object { writer in
            writer.member("id", user.username.text)
            writer.member("name", user.name)
            writer.member("role", user.role.rawValue)
            if user.isBot { writer.member("bot", true) }
        }
    }

    /// A user of the directory: `status` and `last_seen` are null for someone with whom the caller shares no room.
    mutating func user(_ user: User, presence: Presence?) {
        object { writer in
            writer.member("id", user.username.text)
            writer.member("name", user.name)
            writer.member("role", user.role.rawValue)
            if user.isBot { writer.member("bot", true) }
            writer.presence(presence)
        }
    }

    /// The members `status` and `last_seen`, null for nothing known.
    mutating func presence(_ presence: Presence?) {
        guard let presence else {
            member("status", nil)
            return member("last_seen", nil)
        }
        presence.write(to: &self)
    }

    /// A user as administrators see it.
    mutating func account(_ user: User) {
        object { writer in
            writer.member("id", user.username.text)
            writer.member("name", user.name)
            writer.member("role", user.role.rawValue)
            writer.member("created_at", time: user.createdAt)
            writer.member("disabled", user.isDisabled)
            if let addresses = user.botAddresses {
                writer.member("bot", true)
                writer.name("addresses")
                writer.array { writer in for address in addresses { writer.value(address) } }
            }
        }
    }

    /// A session as its user, or an administrator, sees it in a list.
    mutating func session(_ session: Session, current: SessionID?, showsUser: Bool = false) {
        object { writer in
            writer.member("id", session.id.text)
            if showsUser { writer.member("user", session.username.text) }
            writer.member("device", session.device)
            writer.member("address", session.address)
            writer.member("created_at", time: session.createdAt)
            writer.member("last_seen_at", time: session.lastSeenAt)
            if showsUser {
                writer.member("key", session.key.text)
            } else {
                writer.member("current", session.id == current)
            }
        }
    }

    /// `{user, session}`, the answer to a login, a registration and a refresh.
    mutating func login(_ login: Login) {
        object { writer in
            writer.name("user")
            writer.user(login.user)
            writer.name("session")
            writer.object { writer in
                writer.member("id", login.session.id.text)
                writer.member("device", login.session.device)
                writer.member("created_at", time: login.session.createdAt)
                writer.member("access_expires_at", time: login.access.expiresAt)
            }
        }
    }
}
