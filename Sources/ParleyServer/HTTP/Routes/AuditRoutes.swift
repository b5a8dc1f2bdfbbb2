import Chat
import Hummingbird
import Identity

/// `/admin/audit`: the audit log.
struct AuditRoutes {
    let node: ParleyNode

    func add(to group: RouterGroup<ParleyRequestContext>) {
        group.get("audit") { request, _ in
            try await node.audit.flush()
            let page = try await node.audit.list(try filter(request), limit: try request.limit())
            return Response.list(page.items, cursor: page.cursor) { writer, entry in
                writer.object { writer in
                    writer.member("id", entry.id)
                    writer.member("at", time: entry.time)
                    writer.member("kind", entry.kind.rawValue)
                    writer.member("actor", entry.actor)
                    writer.member("subject", entry.subject)
                    writer.member("session", entry.session)
                    writer.member("address", entry.address)
                    writer.name("details")
                    writer.json(entry.details.utf8)
                }
            }
        }
        group.get("audit/verify") { _, _ in
            let report = try await node.audit.verify()
            return Response.object { writer in
                writer.member("ok", report.fault == nil)
                writer.member("verified", report.verified)
                writer.member("unverifiable", report.unverifiable)
                writer.member("last", report.last)
                if let fault = report.fault {
                    writer.name("fault")
                    writer.object { writer in
                        writer.member("entry", fault.entry)
                        writer.member("reason", fault.reason)
                    }
                }
            }
        }
    }

    private func filter(_ request: Request) throws -> AuditFilter {
        let query = request.uri.queryParameters
        var filter = AuditFilter()
        if let cursor = request.cursor {
            guard let after = Int64(cursor), after >= 0 else {
                throw Problem.invalidField("cursor", "is not one of this list")
            }
            filter.after = after
        }
        filter.kind = query["kind"].map { AuditKind(rawValue: String($0)) }
        filter.user = query["user"].map { String($0) }
        filter.since = try request.number("since", in: 0...Int64.max)
        filter.until = try request.number("until", in: 0...Int64.max)
        return filter
    }
}
