import Database

extension Sessions {
    private enum Decision: Sendable {
        case renewed(User, Session, SigningKey)
        case refused(TokenDefect.Kind)
        case reused(SessionTable.Revocation)
    }

    /// Exchanges a refresh token, decided in one transaction so that two at the same time move the session once.
    ///
    /// - The present generation moves the session to the next.
    /// - The one before it, within the grace after that move, gets tokens of the present generation again; the grace
    ///   counts from the move and is not extended.
    /// - Any other generation is reuse: the session is ended.
    package func refresh(_ token: String?, address: String) async throws -> RefreshOutcome {
        let claims: RefreshToken
        do throws(TokenDefect) {
            claims = try context.tokens.verifyRefresh(token)
        } catch {
            return .refused(error)
        }
        let (context, opening) = (context, opening)
        let decision = try await context.database.write { connection -> Decision in
            let now = context.clock.now
            guard let present = try SessionTable.session(claims.session, in: connection),
                present.session.username == claims.username,
                let user = try UserTable.user(claims.username, in: connection)?.user
            else { return .refused(.unknownSession) }
            guard present.session.revokedAt == nil, !user.isDisabled else { return .refused(.revoked) }
            guard present.session.absoluteExpiresAt > now else { return .refused(.expired) }

            let current = present.session.generation
            let isInGrace = now - present.movedAt <= context.configuration.refreshGrace.milliseconds
            let next: Int64
            if claims.generation == current {
                next = current + 1
            } else if claims.generation == current - 1, isInGrace {
                next = current
            } else {
                let order = RevocationOrder(
                    target: .session(claims.session), reason: "refresh_reuse", actor: "server", time: now)
                return .reused(try SessionTable.revoke(order, in: connection))
            }
            let renewed = try opening.renew(present, generation: next, address: address, at: now, in: connection)
            guard let (session, key) = renewed else { return .refused(.unknownSession) }
            return .renewed(user, session, key)
        }
        switch decision {
        case .renewed(let user, let session, let key): return .renewed(try opening.login(user, session, key))
        case .refused(let kind): return .refused(TokenDefect(kind))
        case .reused(let outcome): return .reused(claims, context.publish(outcome))
        }
    }
}
