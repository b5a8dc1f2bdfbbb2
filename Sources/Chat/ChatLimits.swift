/// The limits that chat keeps, each with its configuration key.
package struct ChatLimits: Sendable {
    /// `limits.text_bytes`: UTF-8 bytes of a message's text.
    package var textBytes = 8 * 1024
    /// `limits.frame_bytes`: bytes of one message from a client; told in `hello`.
    package var frameBytes = 64 * 1024
    /// `limits.messages_per_second`: messages a socket may send, with bursts of three times as many.
    package var messagesPerSecond = 10
    /// `limits.commands_per_second`: commands of any kind, with bursts of three times as many.
    package var commandsPerSecond = 50
    /// `limits.messages_per_user`: the same for one user over all sockets and HTTP; 0 for as many as a socket.
    package var messagesPerUser = 0
    /// `limits.commands_per_user`: the same for one user over all sockets; 0 for as many as a socket.
    package var commandsPerUser = 0
    /// `limits.flood_refusals`: refusals of `rate_limited` after which a socket is not read from for a while.
    package var floodRefusals = 20
    /// `limits.flood_pauses`: such pauses after which a socket is closed.
    package var floodPauses = 10
    /// `limits.unread`: the newest events of a room in which `hello` counts unread messages.
    package var unreadPerRoom = 1000
    /// `limits.title_characters`: characters of a room's title.
    package var titleCharacters = 80
    /// `limits.topic_characters`: characters of a room's topic.
    package var topicCharacters = 500
    /// `limits.rooms_per_user`: rooms that one user may be a member of.
    package var roomsPerUser = 500
    /// `limits.members_per_room`: members that one room may have.
    package var membersPerRoom = 10_000
    /// `limits.reactions_per_message`: different emoji that one message may have.
    package var reactionsPerMessage = 20
    /// `limits.mentions_per_message`: members that one message may name.
    package var mentionsPerMessage = 50
    /// `chat.edit_window`: milliseconds after sending in which the author may edit a message; 0 for no end.
    package var editWindowMilliseconds: Int64 = 86_400_000
    /// `limits.webhooks_per_room`: webhooks that one room may have.
    package var webhooksPerRoom = 20
    /// `files.per_message`: files that one message may carry.
    package var filesPerMessage = 10
    /// `files.maximum_bytes`: bytes of one uploaded file; told in `hello`.
    package var fileBytes = 25 << 20
    /// `limits.search_characters`: characters of a search.
    package var searchCharacters = 256
    /// `limits.search_timeout`: how long a search may take.
    package var searchTimeout: Duration = .seconds(2)
    /// `limits.search_queue`: searches that are under way or wait, at the most.
    package var searchQueue = 64
    /// `limits.searches_per_user`: those of one user among them, at the most.
    package var searchesPerUser = 4
    /// Events or messages of one page, at the most, whatever a caller asks for.
    package var pageEvents = 200
    /// Bytes of JSON of one page, at the most (a single larger event goes alone).
    package var pageBytes = 256 * 1024
    /// Bytes of JSON of one page with which a socket catches up: half an outbox (`limits.outbox_bytes`), so that a page
    /// always fits an empty one.
    package var catchUpBytes = 128 * 1024

    package init() {}

    /// Messages that one user may send in a second.
    var userMessagesPerSecond: Int { messagesPerUser > 0 ? messagesPerUser : messagesPerSecond }

    /// Commands that one user may send in a second.
    var userCommandsPerSecond: Int { commandsPerUser > 0 ? commandsPerUser : commandsPerSecond }
}
