/// The tokens that say what is true of a message as a whole. The dot keeps them apart from the characters of texts.
enum SearchMark {
    static let link = "has.link"
    static let file = "has.file"

    static func room(_ number: Int64) -> String { "in.\(number)" }
    static func from(_ user: UserID) -> String { "from.\(user)" }
    static func mention(_ user: UserID) -> String { "to.\(user)" }
}
