/// A page of events as JSON text.
package struct JSONPage: Sendable {
    /// The events as the elements of a JSON array, brackets included, oldest first.
    package let events: [UInt8]
    /// Whether there are more in the direction of the request.
    package let hasMore: Bool
}

/// Collects events until the page is full by number or by bytes.
struct JSONPageBuilder {
    /// Events of the page, at the most.
    let limit: Int
    private let maximumBytes: Int
    private var texts: [[UInt8]] = []
    private var byteCount = 0
    private var hasMore = false

    init(limits: ChatLimits, limit: Int?) {
        self.limit = min(max(1, limit ?? 50), limits.pageEvents)
        maximumBytes = limits.pageBytes
    }

    /// Takes the next event; false when the page is full without it.
    mutating func append(_ event: Event) -> Bool {
        var writer = JSONWriter()
        event.write(to: &writer)
        guard texts.count < limit, texts.isEmpty || byteCount + writer.bytes.count <= maximumBytes else {
            hasMore = true
            return false
        }
        byteCount += writer.bytes.count
        texts.append(writer.bytes)
        return true
    }

    func finished(isBackwards: Bool) -> JSONPage {
        var writer = JSONWriter(capacity: byteCount + texts.count + 2)
        writer.array { writer in
            for text in isBackwards ? texts.reversed() : texts { writer.json(text) }
        }
        return JSONPage(events: writer.bytes, hasMore: hasMore)
    }
}
