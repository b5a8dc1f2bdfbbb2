import Database

extension AuditLog {
    /// Entries in their order, page by page; `cursor` is the `after` of the next page.
    package func list(_ filter: AuditFilter, limit: Int = 50) async throws -> Page<AuditEntry> {
        let limit = Page<AuditEntry>.bounded(limit)
        let entries = try await database.read { try AuditTable.list(filter, limit: limit + 1, in: $0) }
        return Page(entries, limit: limit) { String($0.id) }
    }

    /// Verifies every entry, the checkpoint and the head, and names the first entry that is not as it was written.
    package func verify() async throws -> AuditReport {
        try await flush()
        let key = key
        // Before the entries: the log only grows.
        let signed = head.read(try key.tagger())
        return try await database.read { connection in
            let tagger = try key.tagger()
            var walk = AuditWalk(checkpoint: try AuditTable.checkpoint(in: connection), tagger: tagger)
            try AuditTable.each(in: connection) { walk.visit($0, tag: $1) }
            return walk.report(head: signed)
        }
    }

    /// Deletes entries from before `time`, a thousand at the most at a time, and leaves a signed checkpoint in their place.
    ///
    /// What is not as it was written stays, with all that follows it: a checkpoint in its place would hide it. Gives
    /// the first such fault among the entries that are due.
    @discardableResult
    package func prune(before time: Int64) async throws -> AuditReport.Fault? {
        try await flush()
        let key = key
        let (pruned, fault) = try await database.write { connection -> (AuditLink?, AuditReport.Fault?) in
            let tagger = try key.tagger()
            let present = try AuditTable.checkpoint(in: connection)
            var walk = AuditWalk(checkpoint: present, tagger: tagger)
            var end: AuditLink?
            for (entry, tag) in try AuditTable.oldest(1000, in: connection) where walk.fault == nil {
                // Its time is believed only when the chain up to it is whole: time is a column like any other.
                walk.visit(entry, tag: tag)
                guard walk.fault == nil, entry.time < time else { break }
                end = AuditLink(id: entry.id, tag: tag)
            }
            guard let end else { return (nil, walk.fault) }
            try AuditTable.delete(upTo: end.id, in: connection)
            // A younger checkpoint, of a new key, says more: what is before it is not chained to what is behind it.
            if let present, present.link.id >= end.id { return (end, walk.fault) }
            let checkpoint = AuditTable.Checkpoint(
                link: end, reason: .pruned,
                signature: tagger.signature(of: end, purpose: AuditTable.Checkpoint.Reason.pruned.purpose))
            try AuditTable.replace(checkpoint, in: connection)
            return (end, walk.fault)
        }
        if let pruned { record(.auditPruned, actor: "server", details: ["up_to": .number(pruned.id)]) }
        return fault
    }
}

/// Goes through the entries in the order of their ids and keeps the first fault.
private struct AuditWalk {
    private let tagger: AuditTagger
    private let start: AuditLink
    /// Whether entries may stand before the start: those that were made with another key.
    private let hasOlder: Bool
    private var previous: AuditLink
    private var verified: Int64 = 0
    private var unverifiable: Int64 = 0
    private(set) var fault: AuditReport.Fault?
    private var last: Int64

    init(checkpoint: AuditTable.Checkpoint?, tagger: AuditTagger) {
        self.tagger = tagger
        start = checkpoint?.link ?? .start
        hasOlder = checkpoint?.reason == .newKey
        previous = start
        last = start.id
        if let checkpoint, !tagger.isSigned(checkpoint.link, purpose: checkpoint.reason.purpose, checkpoint.signature) {
            fault = AuditReport.Fault(
                entry: checkpoint.link.id,
                reason: "the checkpoint of the entries before is not signed with the log's key")
        }
    }

    mutating func visit(_ entry: AuditEntry, tag: [UInt8]) {
        last = max(last, entry.id)
        guard entry.id > start.id else {
            if hasOlder, entry.id > 0 {
                unverifiable += 1
            } else if fault == nil {
                fault = AuditReport.Fault(entry: entry.id, reason: "the entry was put in before the log's first")
            }
            return
        }
        guard fault == nil else { return }
        if entry.id != previous.id + 1 {
            fault = AuditReport.Fault(entry: previous.id + 1, reason: "the entry was removed")
        } else if tagger.tag(of: entry, after: previous) != tag {
            fault = AuditReport.Fault(entry: entry.id, reason: "the entry was changed or stands in another's place")
        } else {
            verified += 1
            previous = AuditLink(id: entry.id, tag: tag)
        }
    }

    func report(head: AuditLink?) -> AuditReport {
        AuditReport(
            verified: verified, unverifiable: unverifiable, last: last, fault: fault ?? self.fault(of: head))
    }

    private func fault(of head: AuditLink?) -> AuditReport.Fault? {
        guard let head else {
            return AuditReport.Fault(
                entry: previous.id, reason: "the signed head of the log is missing or not signed with the log's key")
        }
        guard head.id <= previous.id else {
            return AuditReport.Fault(entry: previous.id + 1, reason: "the entry was removed from the end of the log")
        }
        return nil
    }
}
