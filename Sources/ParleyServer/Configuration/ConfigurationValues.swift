/// Reads keys out of the layers of the configuration and collects what is wrong with their values.
///
/// A value with a problem reads as the default, so that the reading goes on and finds the next problem.
struct ConfigurationValues {
    /// The layers, the strongest first.
    private let sources: [ConfigurationSource]
    private(set) var problems: [ConfigurationProblem]

    init(sources: [ConfigurationSource], problems: [ConfigurationProblem]) {
        self.sources = sources
        self.problems = problems
    }

    /// Where the strongest layer that sets `key` wrote it, nil when the default holds.
    func place(of key: ConfigurationKey) -> String? {
        sources.lazy.compactMap { $0.places[key.name] }.first
    }

    mutating func text(_ key: ConfigurationKey) -> String {
        one(key) { (1...128).contains($0.utf8.count) && $0.utf8.allSatisfy { (0x20...0x7e).contains($0) } ? $0 : nil }
    }

    mutating func slug(_ key: ConfigurationKey) -> String {
        one(key) { text in
            let isSlug = text.utf8.enumerated().allSatisfy { index, byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
                case UInt8(ascii: "-"), UInt8(ascii: "_"): index > 0
                default: false
                }
            }
            return isSlug && (1...64).contains(text.utf8.count) && !text.hasPrefix("dm-") ? text : nil
        }
    }

    /// A path; the empty text is nil where the default is empty and a problem elsewhere.
    mutating func path(_ key: ConfigurationKey) -> String {
        one(key) { text in
            text.utf8.contains(0) || (text.isEmpty && !key.defaultText.isEmpty) ? nil : text
        }
    }

    /// The path of `key` for a default that builds on it; its problems are left to who reads the key itself.
    func pathForDefaults(_ key: ConfigurationKey) -> String {
        var copy = self
        return copy.path(key)
    }

    mutating func optionalPath(_ key: ConfigurationKey) -> String? {
        let text = path(key)
        return text.isEmpty ? nil : text
    }

    mutating func address(_ key: ConfigurationKey) -> ListenAddress {
        one(key) { ListenAddress($0) }
    }

    mutating func httpsOrigin(_ key: ConfigurationKey) -> WebOrigin? {
        one(key) { text -> WebOrigin?? in
            if text.isEmpty { return .some(nil) }
            guard let origin = WebOrigin(text.hasSuffix("/") ? text.dropLast() : text[...]), origin.scheme == "https"
            else {
                return nil
            }
            return origin
        }
    }

    mutating func origins(_ key: ConfigurationKey) -> [WebOrigin] {
        list(key) { WebOrigin($0) }
    }

    mutating func addressRanges(_ key: ConfigurationKey) -> [AddressRange] {
        list(key) { AddressRange($0) }
    }

    mutating func count(_ key: ConfigurationKey) -> Int {
        guard case .count(let range) = key.kind else { preconditionFailure("\(key.name) is no count") }
        return one(key) { text in WholeNumberText.parse(text[...]).flatMap { range.contains($0) ? $0 : nil } }
    }

    mutating func size(_ key: ConfigurationKey) -> Int {
        guard case .size(let range) = key.kind else { preconditionFailure("\(key.name) is no size") }
        return one(key) { text in ByteSizeText.parse(text).flatMap { range.contains($0) ? $0 : nil } }
    }

    mutating func duration(_ key: ConfigurationKey) -> Duration {
        guard case .duration(let range) = key.kind else { preconditionFailure("\(key.name) is no duration") }
        return one(key) { text in DurationText.parse(text).flatMap { range.contains($0) ? $0 : nil } }
    }

    mutating func choice<Choice: RawRepresentable<String>>(_ key: ConfigurationKey) -> Choice {
        one(key) { Choice(rawValue: $0) }
    }

    /// Notes that values which are right one by one do not fit together.
    mutating func note(_ reason: String, about keys: [ConfigurationKey]) {
        problems.append(ConfigurationProblem(place: keys.compactMap { place(of: $0) }.first, reason: reason))
    }

    private mutating func one<Value>(_ key: ConfigurationKey, parse: (String) -> Value?) -> Value {
        if let word = words(key)?.first {
            if let value = parse(word) { return value }
            refuse(word, key)
        }
        guard let value = parse(key.defaultText) else {
            preconditionFailure("the default of \(key.name) is not \(key.accepted)")
        }
        return value
    }

    private mutating func list<Value>(_ key: ConfigurationKey, parse: (String) -> Value?) -> [Value] {
        var values: [Value] = []
        for word in words(key) ?? [] {
            if let value = parse(word) { values.append(value) } else { refuse(word, key) }
        }
        return values
    }

    /// The words that the strongest layer holds for `key`, nil when none sets it.
    private mutating func words(_ key: ConfigurationKey) -> [String]? {
        guard let source = sources.first(where: { $0.places[key.name] != nil }) else { return nil }
        do {
            return try source.words(for: key)
        } catch {
            problems.append(ConfigurationProblem(place: source.places[key.name], reason: "\(key.name): \(error)"))
            return nil
        }
    }

    private mutating func refuse(_ word: String, _ key: ConfigurationKey) {
        let reason = "\(key.name): '\(word)' is not \(key.accepted)"
        problems.append(ConfigurationProblem(place: place(of: key), reason: reason))
    }
}
