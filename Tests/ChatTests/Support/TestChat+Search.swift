@testable import Chat

extension TestChat {
    /// Brings the search index up to date.
    func index() throws {
        var work = SearchIndexing(engine: engine)
        var rooms = try work.backlog()
        repeat { _ = try work.step(&rooms, within: .seconds(10)) } while !rooms.isEmpty || work.hasDiscarded
    }
}
