/// The best places that were found so far, in their order, as many as count.
struct SearchPlaces {
    let limit: Int
    private(set) var all: [SearchPlace] = []

    init(limit: Int) { self.limit = limit }

    /// The one that the next better one drives out; nil while there is room for any.
    var last: SearchPlace? { all.count < limit ? nil : all.last }

    /// Tells whether the place would not count.
    func excludes(_ place: SearchPlace) -> Bool { last.map { $0 < place } ?? false }

    mutating func insert(_ place: SearchPlace) {
        let index = all.firstIndex { place < $0 } ?? all.count
        all.insert(place, at: index)
        if all.count > limit { all.removeLast() }
    }
}
