/// A line that somebody typed: words to send, or a command.
enum ChatLine: Equatable {
    case say(String)
    case join(room: String)
    case rooms
    case direct(user: String)
    case who
    case history(count: Int?)
    case search(words: String)
    /// Nil stands for one's own last message.
    case edit(target: Int?, text: String)
    case delete(target: Int?)
    case help
    case quit
    case nothing
    /// A command that there is not, or not so; the words say what there is.
    case wrong(String)

    /// What `/help` shows.
    static let explanation = """
        /join ROOM          go to a room, and join it first
        /rooms              your rooms and those that you may join
        /dm USER            talk with one person
        /who                who is in the room
        /history [N]        the room's last messages
        /search WORDS       look for words in all your rooms
        /edit [#N] TEXT     give your message N, or your last one here, other words
        /delete [#N]        delete message N, or your last one here
        /quit               log out and end
        //TEXT              send words that begin with a slash
        """

    init(_ line: String) {
        guard line.hasPrefix("/") else {
            self = line.allSatisfy(\.isWhitespace) ? .nothing : .say(line)
            return
        }
        guard !line.hasPrefix("//") else {
            self = .say(String(line.dropFirst()))
            return
        }
        let name = line.prefix { !$0.isWhitespace }
        let rest = line.dropFirst(name.count).trimmed
        self =
            switch (name, rest.isEmpty) {
            case ("/join", false): .join(room: rest)
            case ("/dm", false): .direct(user: rest)
            case ("/search", false): .search(words: rest)
            case ("/rooms", true): .rooms
            case ("/who", true): .who
            case ("/history", true): .history(count: nil)
            case ("/history", false): Int(rest).map { .history(count: $0) } ?? .wrong("/history takes a number")
            case ("/edit", false): Self.edit(rest)
            case ("/delete", _): Self.delete(rest)
            case ("/help", true): .help
            case ("/quit", true): .quit
            case ("/join", true), ("/dm", true), ("/search", true), ("/edit", true): .wrong("\(name) what? See /help")
            default: .wrong("no such command; see /help, or begin with // to send it")
            }
    }

    private static func edit(_ rest: String) -> ChatLine {
        guard rest.hasPrefix("#") else { return .edit(target: nil, text: rest) }
        let number = rest.prefix { !$0.isWhitespace }
        let text = rest.dropFirst(number.count).trimmed
        guard let target = Int(number.dropFirst()), !text.isEmpty else { return .wrong("/edit #N TEXT") }
        return .edit(target: target, text: text)
    }

    private static func delete(_ rest: String) -> ChatLine {
        if rest.isEmpty { return .delete(target: nil) }
        guard let target = Int(rest.hasPrefix("#") ? String(rest.dropFirst()) : rest) else {
            return .wrong("/delete #N")
        }
        return .delete(target: target)
    }
}

extension Substring {
    fileprivate var trimmed: String {
        var text = drop(while: \.isWhitespace)
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
