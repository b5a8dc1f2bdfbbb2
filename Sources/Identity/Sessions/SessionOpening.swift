import Database

/// Opens and renews sessions: joins the rows with the tokens that go with them.
struct SessionOpening: Sendable {
    private static let maximumDeviceCount = 128
    private static let maximumAddressCount = 64

    /// Where a login or refresh comes from.
    struct Origin: Sendable {
        let device: String
        let address: String
        /// The address, or the network that it is counted as.
        let network: String
    }

    let context: IdentityContext

    /// Checks what the client called its device, and cuts an address that is too long to be one.
    static func origin(device: String?, address: String, network: String? = nil) throws -> Origin {
        let named = device.flatMap { $0.isEmpty ? nil : $0 }
        let accepted = try named.map {
            try IdentityContext.accepted($0, maximum: maximumDeviceCount, field: "device")
        }
        return Origin(
            device: accepted ?? "", address: String(address.prefix(maximumAddressCount)),
            network: String((network ?? address).prefix(maximumAddressCount)))
    }

    /// Stores a new session of a user; the tokens are made after the commit.
    func open(
        _ username: Username, from origin: Origin, at now: Int64, in connection: any SQLConnection
    ) throws -> (Session, SigningKey) {
        let key = context.ring.snapshot.current
        let absoluteEnd = now + context.configuration.refreshAbsoluteLifetime.milliseconds
        let session = Session(
            id: try .random(), username: username, device: origin.device, address: origin.address, createdAt: now,
            lastSeenAt: now, generation: 1, key: key.id, refreshExpiresAt: refreshEnd(now, absoluteEnd),
            absoluteExpiresAt: absoluteEnd, revokedAt: nil, revokedReason: nil, revokedBy: nil)
        try SessionTable.insert(session, accessExpiresAt: accessEnd(now), in: connection)
        try LoginAddressTable.note(origin.network, of: username, at: now, in: connection)
        return (session, key)
    }

    /// Stores a refresh: `generation` is the next one or, within the grace, the present one again.
    func renew(
        _ present: SessionTable.Present, generation: Int64, address: String, at now: Int64,
        in connection: any SQLConnection
    ) throws -> (Session, SigningKey)? {
        let key = context.ring.snapshot.current
        let isMove = generation != present.session.generation
        let session = try SessionTable.renew(
            present.session.id, generation: generation, movedAt: isMove ? now : present.movedAt,
            address: String(address.prefix(Self.maximumAddressCount)), key: key.id, at: now,
            accessExpiresAt: accessEnd(now), refreshExpiresAt: refreshEnd(now, present.session.absoluteExpiresAt),
            in: connection)
        return session.map { ($0, key) }
    }

    /// Makes the tokens of a session that was just opened or renewed.
    func login(_ user: User, _ session: Session, _ key: SigningKey) throws -> Login {
        let now = session.lastSeenAt
        return Login(
            user: user, session: session,
            access: try context.tokens.issueAccess(
                user.username, session: session.id, role: user.role, key: key, at: now),
            refresh: try context.tokens.issueRefresh(
                user.username, session: session.id, generation: session.generation, key: key, at: now,
                until: session.refreshExpiresAt))
    }

    /// The latest end of an access token made now; its jitter only shortens it.
    private func accessEnd(_ now: Int64) -> Int64 { now + context.configuration.accessLifetime.milliseconds }

    private func refreshEnd(_ now: Int64, _ absoluteEnd: Int64) -> Int64 {
        min(now + context.configuration.refreshIdleLifetime.milliseconds, absoluteEnd)
    }
}
