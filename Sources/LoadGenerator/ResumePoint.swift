/// From where a socket of a reconnect storm resumes its room: a few messages before the head that `hello` tells.
struct ResumePoint: Equatable {
    /// Messages that such a socket counts as missed.
    static let missed = 20

    /// The `last_seq` of the `resume`.
    let seq: Int

    /// Looks for the room in the text of a `hello`; without it, from the first message on.
    init(hello: String, room: String) {
        guard let object = hello.split(separator: #""id":"\#(room)""#, maxSplits: 1).dropFirst().first,
            let head = object.split(separator: #""head":"#, maxSplits: 1, omittingEmptySubsequences: false)
                .dropFirst().first,
            let number = Int(head.prefix { $0.isNumber })
        else {
            seq = 0
            return
        }
        seq = max(0, number - Self.missed)
    }
}
