/// Pieces of memory to be sent, in order: four inline, more in an array. Neighbours in memory become one.
struct RegionList {
    struct Region: Equatable {
        var base: UnsafeRawPointer
        var count: Int

        var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: count) }
        fileprivate var end: UnsafeRawPointer { base + count }
    }

    private(set) var first: Region?
    private var second: Region?
    private var third: Region?
    private var fourth: Region?
    private var more: [Region] = []

    var isEmpty: Bool { first == nil }

    /// The region when there is exactly one.
    var only: Region? { second == nil ? first : nil }

    mutating func append(_ base: UnsafeRawPointer, _ count: Int) {
        let region = Region(base: base, count: count)
        guard let first else { return self.first = region }
        guard let second else { return Self.join(first, region, &self.first, &self.second) }
        guard let third else { return Self.join(second, region, &self.second, &self.third) }
        guard let fourth else { return Self.join(third, region, &self.third, &self.fourth) }
        if more.isEmpty, fourth.end == base {
            self.fourth?.count += count
        } else if let last = more.last, last.end == base {
            more[more.count - 1].count += count
        } else {
            more.append(region)
        }
    }

    func forEach(_ body: (Region) -> Void) {
        guard let first else { return }
        body(first)
        guard let second else { return }
        body(second)
        guard let third else { return }
        body(third)
        guard let fourth else { return }
        body(fourth)
        for region in more { body(region) }
    }

    private static func join(_ last: Region, _ next: Region, _ lastSlot: inout Region?, _ nextSlot: inout Region?) {
        if last.end == next.base {
            lastSlot?.count += next.count
        } else {
            nextSlot = next
        }
    }
}
