import Configuration

/// One layer of the configuration: where a key was written, and a snapshot that holds its value.
struct ConfigurationSource {
    /// The keys that this layer sets, with the place to name in a problem.
    let places: [String: String]
    /// Put before a key's components to find it in the snapshot.
    let prefix: [String]
    let snapshot: any ConfigSnapshot

    /// The words that the layer holds for `key`: one, or any number for a list.
    func words(for key: ConfigurationKey) throws -> [String] {
        let name = AbsoluteConfigKey(prefix + key.components)
        if key.isList {
            let value = try snapshot.value(forKey: name, type: .stringArray).value
            guard case .stringArray(let words) = value?.content else { return [] }
            return words.filter { !$0.isEmpty }
        }
        let value = try snapshot.value(forKey: name, type: .string).value
        guard case .string(let word) = value?.content else { return [] }
        return [word]
    }
}

extension ConfigurationSource {
    /// The layer of `PARLEY_…` variables; other variables are none of its business.
    init(environment: [String: String], problems: inout [ConfigurationProblem]) {
        let known = ConfigurationKey.all.map(\.environmentName)
        let names = Dictionary(uniqueKeysWithValues: zip(known, ConfigurationKey.all.map(\.name)))
        let ours = environment.filter { $0.key.hasPrefix("PARLEY_") }
        var places: [String: String] = [:]
        for variable in ours.keys.sorted() {
            let place = "environment variable \(variable)"
            if let name = names[variable] {
                places[name] = place
            } else {
                problems.append(.unknown(variable, in: known, place: "environment"))
            }
        }
        let provider = EnvironmentVariablesProvider(environmentVariables: ours)
        self.init(places: places, prefix: ["parley"], snapshot: provider.snapshot())
    }

    /// The layer of the command line's flags: key names and their values, lists with commas.
    init(overrides: [String: String], problems: inout [ConfigurationProblem]) {
        let keys = Dictionary(uniqueKeysWithValues: ConfigurationKey.all.map { ($0.name, $0) })
        var places: [String: String] = [:]
        var values: [AbsoluteConfigKey: ConfigValue] = [:]
        for (name, text) in overrides.sorted(by: { $0.key < $1.key }) {
            guard let key = keys[name] else {
                problems.append(.unknown(name, in: ConfigurationKey.all.map(\.name), place: "command line"))
                continue
            }
            let content: ConfigContent =
                key.isList ? .stringArray(text.split(separator: ",").map(String.init)) : .string(text)
            values[AbsoluteConfigKey(key.components)] = ConfigValue(content, isSecret: false)
            places[name] = "command line"
        }
        self.init(places: places, prefix: [], snapshot: InMemoryProvider(values: values).snapshot())
    }
}

extension ConfigurationProblem {
    /// A key that does not exist, with the nearest that does.
    static func unknown(_ name: String, in known: [String], place: String) -> ConfigurationProblem {
        let hint = NearestName.find(name, in: known).map { "; the nearest known one is '\($0)'" } ?? ""
        return ConfigurationProblem(place: place, reason: "unknown key '\(name)'\(hint)")
    }
}
