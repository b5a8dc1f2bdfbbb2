import Configuration
import Yams

extension ConfigurationSource {
    /// The layer of a YAML file with the contents `bytes`; nil when they are not YAML of the right shape or are empty.
    ///
    /// The file is walked once for the names and line numbers that a snapshot does not give out, and then handed to
    /// the snapshot for the values.
    init?(yaml bytes: [UInt8], path: String, problems: inout [ConfigurationProblem]) {
        let before = problems.count
        var walk = YAMLWalk(path: path)
        do {
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw ConfigurationProblem(place: path, reason: "the file is not UTF-8")
            }
            guard let root = try Parser(yaml: text).singleRoot(), root.null == nil else { return nil }
            guard let mapping = root.mapping else {
                let reason = "the file is not groups of keys (group:, then key: value)"
                throw ConfigurationProblem(place: path, reason: reason)
            }
            walk.visit(mapping, prefix: "")
            problems += walk.problems
            // Unknown keys and the like do not keep the others from being read; a shape that the snapshot refuses does.
            guard !walk.isMisshapen else { return nil }
            let snapshot = try YAMLSnapshot(data: bytes.span.bytes, providerName: path, parsingOptions: .default)
            self.init(places: walk.places, prefix: [], snapshot: snapshot)
        } catch let problem as ConfigurationProblem {
            problems.append(problem)
            return nil
        } catch {
            // A YAML error says line and column first, then draws the line in a second and third one.
            let reason = "\(error)".split(separator: "\n").first.map(String.init) ?? "not YAML"
            if problems.count == before { problems.append(ConfigurationProblem(place: path, reason: reason)) }
            return nil
        }
    }
}

extension ConfigurationProblem: Error {}

/// Collects the keys of a YAML mapping with their lines, and what cannot be right about them.
private struct YAMLWalk {
    let path: String
    var places: [String: String] = [:]
    var problems: [ConfigurationProblem] = []
    var isMisshapen = false

    private static let names = ConfigurationKey.all.map(\.name)
    private static let lists = Set(ConfigurationKey.all.filter(\.isList).map(\.name))
    private static let groups = Set(ConfigurationKey.all.compactMap(\.components.first))

    init(path: String) {
        self.path = path
    }

    mutating func visit(_ mapping: Node.Mapping, prefix: String) {
        for (keyNode, value) in mapping {
            let place = keyNode.mark.map { "\(path):\($0.line)" } ?? path
            guard let key = keyNode.string, keyNode.scalar != nil else {
                problems.append(ConfigurationProblem(place: place, reason: "a key that is not a word"))
                isMisshapen = true
                continue
            }
            let name = prefix.isEmpty ? key : "\(prefix).\(key)"
            if let group = value.mapping, !group.isEmpty, !Self.names.contains(name) {
                visit(group, prefix: name)
            } else {
                leaf(name, value, place: place)
            }
        }
    }

    private mutating func leaf(_ name: String, _ value: Node, place: String) {
        if Self.names.contains(name) {
            check(name, value, place: place)
        } else if Self.groups.contains(name) {
            // A group whose keys are all commented out is nothing; a group with a value of its own is a mistake.
            guard value.null == nil, value.mapping == nil else { return }
            let reason = "'\(name)' is a group of keys and takes no value"
            problems.append(ConfigurationProblem(place: place, reason: reason))
        } else {
            problems.append(.unknown(name, in: Self.names, place: place))
            isMisshapen = isMisshapen || value.sequence?.contains { $0.scalar == nil } == true
        }
    }

    private mutating func check(_ name: String, _ value: Node, place: String) {
        if places[name] != nil {
            problems.append(ConfigurationProblem(place: place, reason: "'\(name)' is set twice"))
        }
        if value.null != nil { return }
        let isRight = Self.lists.contains(name) ? value.sequence != nil : value.scalar != nil
        guard isRight, value.sequence?.contains(where: { $0.scalar == nil }) != true else {
            let shape = Self.lists.contains(name) ? "a list of words, such as [one, two]" : "one value"
            problems.append(ConfigurationProblem(place: place, reason: "'\(name)' takes \(shape)"))
            isMisshapen = isMisshapen || value.sequence?.contains { $0.scalar == nil } == true
            return
        }
        places[name] = place
    }
}
