import Database

/// Takes the words of deleted messages out of the file of the search index, in steps of one transaction each.
///
/// A deleted row is found by no search from its transaction on, but the engine only writes beside its words that they
/// are gone, and drops both when it joins the parts of its index. This joins them, of its own accord, and then empties
/// the engine's journal. It rests after that for many times as long as it took, so that a large index, which takes
/// long, is not rewritten all the time.
struct SearchErasure {
    private enum State {
        case idle
        /// Joining the parts, for all that was asked before.
        case joining(asked: Int64)
        /// The parts are joined; what they were still stands in the journal.
        case joined(asked: Int64)
    }

    /// Rests after a rewriting, as multiples of the time that it took.
    private static let rests = 200
    /// How long it waits for readers who need the journal.
    private static let retry: Duration = .seconds(1)

    /// When the next step is due, nil where there is nothing to erase.
    private(set) var due: ContinuousClock.Instant?
    private let engine: any DatabaseEngine
    private let delay: Duration
    private let clock = ContinuousClock()
    private var state = State.idle
    private var spent: Duration = .zero
    private var restsUntil: ContinuousClock.Instant

    init(engine: any DatabaseEngine, delay: Duration) {
        self.engine = engine
        self.delay = delay
        restsUntil = clock.now
    }

    /// Whether it is time for a step.
    var isDue: Bool { due.map { $0 <= clock.now } ?? false }

    /// Asks whether anything was deleted since the last rewriting. Throws `DatabaseError`.
    mutating func look() throws {
        guard due == nil else { return }
        let isPending = try engine.readBlocking { connection in
            try connection.first("SELECT asked > done FROM search_erasures WHERE id = 1") { $0.integer(0) != 0 }
        }
        if isPending == true { due = max(clock.now + delay, restsUntil) }
    }

    /// Takes one step. Throws `DatabaseError`; the same step can be taken again then.
    mutating func step() throws -> SearchIndexing.Spent {
        let asking = clock.now
        var begun = asking
        switch state {
        case .idle:
            let asked = try engine.writeBlocking { connection in
                begun = clock.now
                try SearchTable.beginJoining(connection)
                return try connection.first("SELECT asked FROM search_erasures WHERE id = 1") { $0.integer(0) } ?? 0
            }
            state = .joining(asked: asked)
        case .joining(let asked):
            let isDone = try engine.writeBlocking { connection in
                begun = clock.now
                return try SearchTable.joinFurther(connection)
            }
            if isDone { state = .joined(asked: asked) }
        case .joined(let asked):
            guard try engine.emptyJournalBlocking() else {
                due = clock.now + Self.retry
                break
            }
            try engine.writeBlocking { connection in
                begun = clock.now
                try connection.execute("UPDATE search_erasures SET done = $1 WHERE id = 1", [.integer(asked)])
            }
            restsUntil = clock.now + (spent + (clock.now - asking)) * Self.rests
            (state, spent, due) = (.idle, .zero, nil)
            try look()
            return SearchIndexing.Spent(time: .zero, isContended: false)
        }
        let time = clock.now - begun
        spent += time
        return SearchIndexing.Spent(time: time, isContended: begun - asking > SearchIndexing.contention)
    }
}
