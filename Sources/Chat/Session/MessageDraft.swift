/// A message as a client wrote it, from the socket or over HTTP, with what is wrong with it.
package struct MessageDraft: Sendable, Equatable {
    package private(set) var text = ""
    package private(set) var nonce: String?
    package private(set) var replyTo: Int64?
    package private(set) var files: [FileID] = []
    /// The first thing that is wrong. It does not matter for a nonce that was seen before.
    package private(set) var violation: ChatError?

    /// Takes the fields `text`, `nonce`, `reply_to` and `files`; a message with files may do without a text.
    package init(_ object: JSON.Object, limits: ChatLimits) {
        do throws(ChatError) {
            nonce = try Self.nonce(object["nonce"])
            replyTo = try Self.replyTo(object["reply_to"])
            files = try Self.files(object["files"], limits: limits)
            text = try Self.text(object["text"], mayBeEmpty: !files.isEmpty, limits: limits)
        } catch {
            violation = error
        }
    }

    private static func nonce(_ value: JSON?) throws(ChatError) -> String? {
        switch value {
        case nil, .null?: return nil
        case .string(let nonce)? where (1...CommandParser.maximumIDCharacters).contains(nonce.unicodeScalars.count):
            return nonce
        default: throw .invalidField("nonce", "is not a string of 1 to \(CommandParser.maximumIDCharacters) characters")
        }
    }

    private static func replyTo(_ value: JSON?) throws(ChatError) -> Int64? {
        switch value {
        case nil, .null?: return nil
        case .integer(let seq)?: return seq
        default: throw .invalidField("reply_to", "is not a 'seq'")
        }
    }

    private static func files(_ value: JSON?, limits: ChatLimits) throws(ChatError) -> [FileID] {
        let items: [JSON]
        switch value {
        case nil, .null?: return []
        case .array(let array)?: items = array
        default: throw .invalidField("files", "is not a list of the ids of files")
        }
        guard items.count <= limits.filesPerMessage else { throw .tooManyFiles(limit: limits.filesPerMessage) }
        var ids: [FileID] = []
        for item in items {
            guard let text = item.text else { throw .invalidField("files", "is not a list of the ids of files") }
            guard let id = FileID(text) else { throw .fileNotFound }
            guard !ids.contains(id) else { throw .invalidField("files", "names a file twice") }
            ids.append(id)
        }
        return ids
    }

    /// The words of a message or an edit; none where files say enough. Throws `invalid_field` and `text_too_long`.
    package static func text(
        _ value: JSON?, mayBeEmpty: Bool = false, limits: ChatLimits
    ) throws(ChatError) -> String {
        if mayBeEmpty, value == nil || value == .null || value == .string("") { return "" }
        guard let text = value?.text else { throw .invalidField("text", "is missing or not a string") }
        guard !text.isEmpty else { throw .invalidField("text", "is empty") }
        guard text.utf8.count <= limits.textBytes else { throw .textTooLong(limit: limits.textBytes) }
        let isClean = text.utf8.allSatisfy { $0 >= 0x20 || $0 == 0x09 || $0 == 0x0A }
        guard isClean else {
            throw .invalidField("text", "has a control character other than tab and newline")
        }
        return text
    }
}
