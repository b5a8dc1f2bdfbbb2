import Chat
import Foundation

/// What Foundation makes of a JSON text, to compare with.
enum FoundationOracle {
    /// The value, nil where Foundation refuses the text.
    static func read(_ text: String) -> Any? {
        try? JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed)
    }

    /// Tells whether the two are the same value.
    static func isSame(_ ours: JSON, _ theirs: Any) -> Bool {
        switch ours {
        case .null: theirs is NSNull
        case .bool(let truth): isBoolean(theirs) && (theirs as? Bool) == truth
        case .integer(let number): !isBoolean(theirs) && (theirs as? NSNumber)?.int64Value == number
        case .real(let number): !isBoolean(theirs) && isSame(number, (theirs as? NSNumber)?.doubleValue ?? .nan)
        case .string(let text): (theirs as? String).map { $0.utf8.elementsEqual(text.utf8) } ?? false
        case .array(let items):
            (theirs as? [Any]).map { $0.count == items.count && zip(items, $0).allSatisfy { isSame($0, $1) } } ?? false
        case .object(let object):
            (theirs as? [String: Any]).map { dictionary in
                dictionary.count == object.members.count
                    && object.members.allSatisfy { member in
                        dictionary[member.name].map { isSame(member.value, $0) } ?? false
                    }
            } ?? false
        }
    }

    /// Foundation goes through decimal numbers and is off by some units in the last place at times.
    private static func isSame(_ ours: Double, _ theirs: Double) -> Bool {
        ours == theirs || abs(ours - theirs) <= 1e-14 * abs(ours)
    }

    private static func isBoolean(_ value: Any) -> Bool {
        // A boolean's NSNumber has the type of a C char.
        value is Bool && (value as? NSNumber).map { String(cString: $0.objCType) == "c" } ?? true
    }
}
