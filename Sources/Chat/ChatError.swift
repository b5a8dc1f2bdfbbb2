/// Why a command was refused: a stable code and words for a person.
package struct ChatError: Error, Sendable, Equatable {
    /// A word of the protocol: `room_not_found`, `text_too_long` …
    package let code: String
    /// What happened and what to do, without any text of a message.
    package let message: String
    /// When to try again, in milliseconds, where trying again can help.
    package let retryAfterMilliseconds: Int64?
    /// The name of the field that is not valid, with the code `invalid_field`.
    package let field: String?

    package init(_ code: String, _ message: String, field: String? = nil, retryAfterMilliseconds: Int64? = nil) {
        self.code = code
        self.message = message
        self.field = field
        self.retryAfterMilliseconds = retryAfterMilliseconds
    }
}

extension ChatError {
    /// A field is missing, of the wrong type or outside its limits.
    package static func invalidField(_ name: String, _ rule: String) -> ChatError {
        ChatError("invalid_field", "The field '\(name)' \(rule).", field: name)
    }

    package static let roomNotFound = ChatError("room_not_found", "There is no such room, or you may not see it.")
    package static let notAMember = ChatError("not_a_member", "You are not a member of this room: join it first.")
    package static let forbidden = ChatError("forbidden", "Your role in this room does not allow that.")
    package static let muted = ChatError("muted", "You are muted in this room.")
    package static let banned = ChatError("banned", "You are banned from this room.")
    package static let roomExists = ChatError("room_exists", "A room of that name exists already: choose another.")
    package static let lastOwner = ChatError(
        "last_owner", "You are the last owner of this room: make another member owner first, or delete the room.")
    package static let userNotFound = ChatError("user_not_found", "There is no such user.")
    package static let invalidSeq = ChatError("invalid_seq", "The 'seq' is below 0 or beyond the room's head.")
    package static let roomArchived = ChatError(
        "room_archived", "This room is archived: it can be read, and nothing is said or changed in it.")
    package static let reservedName = ChatError(
        "reserved_name", "Names that start with 'dm-' are kept for direct rooms: use 'direct'.")
    package static let storageUnavailable = ChatError(
        "storage_unavailable", "The server cannot store anything at the moment; nothing was changed. Try again later.",
        retryAfterMilliseconds: 2000)
    package static let invalidEmoji = ChatError.invalidField("emoji", "is not one emoji")
    package static let notAMessage = ChatError("not_a_message", "There is no message at that 'seq' of the room.")
    package static let messageDeleted = ChatError("message_deleted", "That message was deleted.")
    package static let notTheAuthor = ChatError("not_the_author", "That message is somebody else's.")
    package static let badJSON = ChatError("bad_json", "The frame is not one JSON object.")

    package static let webhookNotFound = ChatError(
        "webhook_not_found", "There is no webhook of that address: it is mistyped, or was revoked.")
    package static let fileNotFound = ChatError(
        "file_not_found", "There is no such file, or you may not use it.")

    /// A message names more files than `files.per_message`.
    package static func tooManyFiles(limit: Int) -> ChatError {
        ChatError("too_many_files", "A message carries at most \(limit) files (files.per_message).", field: "files")
    }

    /// The user's files would be more than `files.quota_bytes`.
    package static func quotaExceeded(limit: Int64) -> ChatError {
        ChatError(
            "quota_exceeded",
            "Your files would be more than \(limit) bytes (files.quota_bytes): delete messages with files first.")
    }

    package static let emptyQuery = ChatError(
        "empty_query", "There is nothing to look for: write a word, or a filter like 'from:' or 'has:'.")
    package static let searchTimeout = ChatError(
        "search_timeout",
        "The search took too long (limits.search_timeout): name a room with 'in:', an author, or a time.")
    package static let searchesOverloaded = ChatError(
        "overloaded", "Too many searches are waiting (limits.search_queue). Try again in a moment.",
        retryAfterMilliseconds: 1000)

    /// The user has `limits.searches_per_user` searches under way already.
    static func tooManySearches(limit: Int) -> ChatError {
        ChatError(
            "rate_limited",
            "\(limit) of your searches are under way already (limits.searches_per_user): wait for one of them.",
            retryAfterMilliseconds: 1000)
    }

    /// The query is longer than `limits.search_characters`.
    package static func queryTooLong(limit: Int) -> ChatError {
        ChatError("query_too_long", "The query is longer than \(limit) characters (limits.search_characters).")
    }

    /// The text is longer than `limits.text_bytes`.
    package static func textTooLong(limit: Int) -> ChatError {
        ChatError("text_too_long", "The text is longer than \(limit) bytes (limits.text_bytes).")
    }

    /// The member spoke less than the room's slow mode ago.
    package static func slowMode(seconds: Int64, wait: Int64) -> ChatError {
        ChatError(
            "slow_mode", "This room is in slow mode: one message in \(seconds) s from each member.",
            retryAfterMilliseconds: wait)
    }

    /// The message was sent longer ago than `chat.edit_window`.
    package static func editWindowClosed(milliseconds: Int64) -> ChatError {
        ChatError(
            "edit_window_closed",
            "A message can be edited for \(milliseconds / 1000) s after it was sent (chat.edit_window).")
    }

    /// The message names more members than `limits.mentions_per_message` allows.
    package static func tooManyMentions(limit: Int) -> ChatError {
        ChatError(
            "too_many_mentions", "The text names more than \(limit) members (limits.mentions_per_message).",
            field: "text")
    }

    /// The message has as many different emoji as `limits.reactions_per_message` allows.
    package static func tooManyReactions(limit: Int) -> ChatError {
        ChatError(
            "too_many_reactions",
            "The message has \(limit) different emoji already (limits.reactions_per_message): use one of them.")
    }
}
