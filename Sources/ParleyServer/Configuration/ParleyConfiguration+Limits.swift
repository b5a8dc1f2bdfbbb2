extension ParleyConfiguration {
    /// `limits.…`: what one client may ask for, and how long it may take.
    package struct Limits: Sendable, Equatable {
        /// Failed logins of one account within ``loginWindow``.
        package var loginAttempts: Int
        /// The window in which failed logins are counted.
        package var loginWindow: Duration
        /// Failed logins of one account within ``loginWindowLong``.
        package var loginAttemptsLong: Int
        /// The long window in which failed logins are counted.
        package var loginWindowLong: Duration
        /// Failed logins from one address within ``loginWindowPerAddress``.
        package var loginAttemptsPerAddress: Int
        /// The window in which failed logins from an address are counted.
        package var loginWindowPerAddress: Duration
        /// How long an address that logged in to an account is known to it.
        package var loginKnownAddress: Duration
        /// Passwords waiting to be checked.
        package var loginQueue: Int
        /// Messages that one socket may send in a second.
        package var messagesPerSecond: Int
        /// Commands that one socket may send in a second.
        package var commandsPerSecond: Int
        /// Messages that one user may send in a second, 0 for as many as one socket.
        package var messagesPerUser: Int
        /// Commands that one user may send in a second, 0 for as many as one socket.
        package var commandsPerUser: Int
        /// Refusals after which a socket is not read from for a while.
        package var floodRefusals: Int
        /// Pauses after which a socket is closed.
        package var floodPauses: Int
        /// HTTP requests in a second from one user, or one address without a login.
        package var requestsPerSecond: Int
        /// Connections in all.
        package var connections: Int
        /// Sockets of one user.
        package var connectionsPerUser: Int
        /// Connections from one address.
        package var connectionsPerAddress: Int
        /// From accept to a complete request head or a decided upgrade.
        package var headerTimeout: Duration
        /// How long a kept-alive connection may wait for a request.
        package var idleTimeout: Duration
        /// How long the answer to a Close frame may take.
        package var closeTimeout: Duration
        /// A request's head.
        package var headBytes: Int
        /// A request's body.
        package var bodyBytes: Int
        /// A request's body on routes that take large ones.
        package var largeBodyBytes: Int
        /// A WebSocket message from a client.
        package var frameBytes: Int
        /// The text of one chat message.
        package var textBytes: Int
        /// A page of history or log.
        package var pageBytes: Int
        /// Messages or events in a page of history or log.
        package var pageEvents: Int
        /// Webhooks of one room.
        package var webhooksPerRoom: Int
        /// Messages that one webhook may post in a second.
        package var webhookMessagesPerSecond: Int
        /// Rooms that one user may be a member of.
        package var roomsPerUser: Int
        /// Members of one room.
        package var membersPerRoom: Int
        /// Characters of a room's title.
        package var titleCharacters: Int
        /// Characters of a room's topic.
        package var topicCharacters: Int
        /// Different emoji that one message may have.
        package var reactionsPerMessage: Int
        /// Members that one message may name.
        package var mentionsPerMessage: Int
        /// Characters of a search.
        package var searchCharacters: Int
        /// How long a search may take.
        package var searchTimeout: Duration
        /// Searches under way or waiting.
        package var searchQueue: Int
        /// Those of one user among them.
        package var searchesPerUser: Int
        /// Bytes waiting for one socket.
        package var outboxBytes: Int
        /// A socket that takes no byte for this long is closed.
        package var stuckTimeout: Duration
        /// Events of a room in which unread messages are counted.
        package var unread: Int
        /// The least time between two typing events of one socket in one room.
        package var typingInterval: Duration
        /// Typing events that one room is told in a second.
        package var typingPerRoom: Int

        init(reading values: inout ConfigurationValues) {
            loginAttempts = values.count(.limitsLoginAttempts)
            loginWindow = values.duration(.limitsLoginWindow)
            loginAttemptsLong = values.count(.limitsLoginAttemptsLong)
            loginWindowLong = values.duration(.limitsLoginWindowLong)
            loginAttemptsPerAddress = values.count(.limitsLoginAttemptsPerAddress)
            loginWindowPerAddress = values.duration(.limitsLoginWindowPerAddress)
            loginKnownAddress = values.duration(.limitsLoginKnownAddress)
            loginQueue = values.count(.limitsLoginQueue)
            messagesPerSecond = values.count(.limitsMessagesPerSecond)
            commandsPerSecond = values.count(.limitsCommandsPerSecond)
            messagesPerUser = values.count(.limitsMessagesPerUser)
            commandsPerUser = values.count(.limitsCommandsPerUser)
            floodRefusals = values.count(.limitsFloodRefusals)
            floodPauses = values.count(.limitsFloodPauses)
            requestsPerSecond = values.count(.limitsRequestsPerSecond)
            connections = values.count(.limitsConnections)
            connectionsPerUser = values.count(.limitsConnectionsPerUser)
            connectionsPerAddress = values.count(.limitsConnectionsPerAddress)
            headerTimeout = values.duration(.limitsHeaderTimeout)
            idleTimeout = values.duration(.limitsIdleTimeout)
            closeTimeout = values.duration(.limitsCloseTimeout)
            headBytes = values.size(.limitsHeadBytes)
            bodyBytes = values.size(.limitsBodyBytes)
            largeBodyBytes = values.size(.limitsLargeBodyBytes)
            frameBytes = values.size(.limitsFrameBytes)
            textBytes = values.size(.limitsTextBytes)
            pageBytes = values.size(.limitsPageBytes)
            pageEvents = values.count(.limitsPageEvents)
            webhooksPerRoom = values.count(.limitsWebhooksPerRoom)
            webhookMessagesPerSecond = values.count(.limitsWebhookMessagesPerSecond)
            roomsPerUser = values.count(.limitsRoomsPerUser)
            membersPerRoom = values.count(.limitsMembersPerRoom)
            titleCharacters = values.count(.limitsTitleCharacters)
            topicCharacters = values.count(.limitsTopicCharacters)
            reactionsPerMessage = values.count(.limitsReactionsPerMessage)
            mentionsPerMessage = values.count(.limitsMentionsPerMessage)
            searchCharacters = values.count(.limitsSearchCharacters)
            searchTimeout = values.duration(.limitsSearchTimeout)
            searchQueue = values.count(.limitsSearchQueue)
            searchesPerUser = values.count(.limitsSearchesPerUser)
            outboxBytes = values.size(.limitsOutboxBytes)
            stuckTimeout = values.duration(.limitsStuckTimeout)
            unread = values.count(.limitsUnread)
            typingInterval = values.duration(.limitsTypingInterval)
            typingPerRoom = values.count(.limitsTypingPerRoom)
        }
    }
}
