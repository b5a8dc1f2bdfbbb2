import Chat
import Identity

extension ParleyNode {
    /// Adds an entry about a request to the audit log; returns at once.
    func record(
        _ kind: AuditKind, _ context: ParleyRequestContext, actor: String? = nil, subject: String = "",
        session: String = "", details: [String: AuditValue] = [:]
    ) {
        audit.record(
            kind, actor: actor ?? context.actor, subject: subject, session: session, address: context.address,
            details: details)
    }

    /// Adds an entry about a revocation, with its receipt.
    func record(
        _ kind: AuditKind, _ context: ParleyRequestContext, _ target: RevocationTarget, _ receipt: RevocationReceipt,
        reason: String
    ) {
        var details = receipt.details(reason: reason)
        var (subject, session) = ("", "")
        switch target {
        case .session(let id, _): (details["target"], session) = (.text("session"), id.text)
        case .user(let user): (details["target"], subject) = (.text("user"), user.text)
        case .key(let key): (details["target"], subject) = (.text("key"), key.text)
        case .everyone: details["target"] = .text("everyone")
        }
        record(kind, context, subject: subject, session: session, details: details)
    }

    /// Adds an entry that anyone can cause as often as they like: so many a minute, and then their count.
    func recordSome(
        _ kind: AuditKind, address: String, subject: String = "", details: [String: AuditValue] = [:]
    ) {
        guard let suppressed = auditLimiter.admit(kind, now: clock.now) else { return }
        var details = details
        if suppressed > 0 { details["suppressed"] = .number(suppressed) }
        audit.record(kind, subject: subject, address: address, details: details)
    }
}

extension AuditLog {
    /// Adds an entry about what somebody did to a room; returns at once.
    func record(_ act: RoomAct) {
        switch act {
        case .messageDeleted(let room, let target, let author, let user):
            record(
                .room, actor: user.description, subject: room.description,
                details: [
                    "act": .text("delete_message"), "target": .number(target), "author": .text(author.description),
                ])
        case .directCreated(let room, let people, let user):
            record(
                .room, actor: user.description, subject: room.description,
                details: [
                    "act": .text("create"), "kind": .text(RoomKind.direct.rawValue),
                    "people": .text(people.map(\.description).joined(separator: ",")),
                ])
        }
    }
}

extension RevocationReceipt {
    /// The receipt as the details of an audit entry.
    func details(reason: String? = nil) -> [String: AuditValue] {
        var details: [String: AuditValue] = [
            "revoked_sessions": .number(Int64(revokedSessions)), "closed_sockets": .number(Int64(closedSockets)),
            "nodes": .number(Int64(nodes.count)), "elapsed_ms": .real(elapsedMilliseconds),
            "complete": .truth(isComplete),
        ]
        if let reason { details["reason"] = .text(reason) }
        return details
    }
}

extension ParleyConfiguration {
    /// The settings that decide on security, as the details of an audit entry.
    var details: [String: AuditValue] {
        [
            "version": .text(ParleyNode.product), "server.listen": .text("\(server.listen)"),
            "server.public_url": .text(server.publicURL.map { "\($0)" } ?? ""),
            "server.allowed_origins": .text(server.allowedOrigins.map(\.description).joined(separator: ",")),
            "server.trusted_proxies": .text(server.trustedProxies.map(\.description).joined(separator: ",")),
            "tls.certificate": .text(tls.pair?.certificate ?? "development"),
            "auth.registration": .text(auth.registration.rawValue),
            "tokens.issuer": .text(tokens.issuer), "tokens.audience": .text(tokens.audience),
            "tokens.access_lifetime": .text(DurationText.format(tokens.accessLifetime)),
            "tokens.refresh_idle_lifetime": .text(DurationText.format(tokens.refreshIdleLifetime)),
            "tokens.refresh_absolute_lifetime": .text(DurationText.format(tokens.refreshAbsoluteLifetime)),
            "tokens.refresh_grace": .text(DurationText.format(tokens.refreshGrace)),
            "limits.login_attempts": .number(Int64(limits.loginAttempts)),
            "limits.login_attempts_per_address": .number(Int64(limits.loginAttemptsPerAddress)),
            "audit.retention": .text(DurationText.format(audit.retention)),
            "insecure": .text(insecureSettings.map(\.key).joined(separator: ",")),
        ]
    }
}

extension LogRequest {
    /// What the request does to a room or its members, for the audit log; nil for what is no administration.
    var administration: (room: RoomID, details: [String: AuditValue])? {
        switch self {
        case .create(let room, let kind, _, _, _):
            (room, ["act": .text("create"), "kind": .text(kind.rawValue)])
        case .change(let room, _, _, let kind, let slowMode, let isArchived, let retention, _):
            (room, Self.details(kind, slowMode, isArchived, retention))
        case .administer(let room, let act, _): (room, act.details)
        case .delete(let room, _): (room, ["act": .text("delete")])
        case .setMember(let room, let user, let role, let isMuted, _):
            (
                room,
                ["act": .text("member"), "user": .text(user.description)]
                    .merging(role.map { ["role": .text($0.rawValue)] } ?? [:]) { $1 }
                    .merging(isMuted.map { ["muted": .truth($0)] } ?? [:]) { $1 }
            )
        case .removeMember(let room, let user, _):
            (room, ["act": .text("remove"), "user": .text(user.description)])
        case .ban(let room, let user, let until, _):
            (
                room,
                ["act": .text("ban"), "user": .text(user.description)]
                    .merging(until.map { ["until": .number($0)] } ?? [:]) { $1 }
            )
        case .unban(let room, let user, _): (room, ["act": .text("unban"), "user": .text(user.description)])
        default: nil
        }
    }

    private static func details(
        _ kind: RoomKind?, _ slowMode: Int64?, _ isArchived: Bool?, _ retention: Retention?
    ) -> [String: AuditValue] {
        var details = Self.details(retention)
        details["act"] = .text("change")
        details["kind"] = kind.map { .text($0.rawValue) }
        details["slow_mode"] = slowMode.map { .number($0) }
        details["archived"] = isArchived.map { .truth($0) }
        return details
    }

    fileprivate static func details(_ retention: Retention?) -> [String: AuditValue] {
        guard let retention else { return [:] }
        return ["retention": retention.seconds.map { .number($0) } ?? .text("default")]
    }
}

extension RoomAdministration {
    /// The act as the details of an audit entry.
    fileprivate var details: [String: AuditValue] {
        switch self {
        case .create(let kind, _, _, let owner):
            ["act": .text("create"), "kind": .text(kind.rawValue), "owner": .text(owner.description)]
        case .change(_, _, let retention):
            ["act": .text("change")].merging(LogRequest.details(retention)) { $1 }
        case .delete: ["act": .text("delete")]
        case .setMember(let user, let role):
            ["act": .text("member"), "user": .text(user.description)]
                .merging(role.map { ["role": .text($0.rawValue)] } ?? [:]) { $1 }
        case .removeMember(let user): ["act": .text("remove"), "user": .text(user.description)]
        }
    }
}
