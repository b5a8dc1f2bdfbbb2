import Chat
import Hummingbird
import Identity
import QRCode

/// `/me/totp`: a user's own second factor.
struct SecondFactorRoutes {
    let node: ParleyNode

    func add(to group: RouterGroup<ParleyRequestContext>) {
        group.get("me/totp") { _, context in
            let status = try await node.authority.secondFactors.status(of: try context.user().user.username)
            return Response.object { writer in
                writer.member("enabled", status.isOn)
                writer.member("recovery_codes_left", status.recoveryCodesLeft)
            }
        }
        group.post("me/totp") { _, context in
            let enrolment = try await node.authority.secondFactors.begin(try context.user().user.username)
            return Response.object { writer in
                writer.member("secret", enrolment.secret)
                writer.member("uri", enrolment.uri)
                guard let code = QRCode(enrolment.uri) else { return }
                writer.name("qr")
                writer.array { writer in
                    for row in code.modules { writer.value(String(row.map { $0 ? "1" : "0" })) }
                }
            }
        }
        group.post("me/totp/confirm") { request, context in
            let user = try context.user().user.username
            let body = try await request.object(upTo: node.configuration.limits.bodyBytes)
            let codes = try await node.authority.secondFactors.confirm(try body.text("code"), of: user)
            node.record(.totpEnabled, context, subject: user.text)
            return Response.object { writer in
                writer.name("recovery_codes")
                writer.array { writer in for code in codes { writer.value(code) } }
            }
        }
        group.delete("me/totp") { request, context in
            let caller = try context.user()
            let user = caller.user.username
            let body = try await request.object(upTo: node.configuration.limits.bodyBytes)
            let password = try body.text("password")
            let wasOn: Bool
            do {
                wasOn = try await LoginGate(node: node).attempt(
                    user: user.text, address: context.address, session: caller.token.session
                ) { _ in
                    try await node.authority.secondFactors.remove(user, password: password)
                }
            } catch let error as IdentityError where error.code == .invalidCredentials {
                throw Problem.invalidField("password", "is not the password of this account")
            }
            if wasOn { node.record(.totpDisabled, context, subject: user.text) }
            return Response(status: .noContent)
        }
    }

    /// For administrators: a user who lost the authenticator and the recovery codes.
    func addReset(to group: RouterGroup<ParleyRequestContext>) {
        group.delete("users/:user/totp") { _, context in
            guard let user = Username(try context.parameters.require("user")),
                node.authority.directory.user(user) != nil
            else { throw Problem(.userNotFound) }
            let wasOn = try await node.authority.secondFactors.reset(user)
            if wasOn { node.record(.totpDisabled, context, subject: user.text) }
            return Response.object { $0.member("was_enabled", wasOn) }
        }
    }
}
