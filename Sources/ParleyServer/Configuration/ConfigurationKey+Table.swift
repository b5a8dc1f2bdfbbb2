import Identity

// One table: the reader, config/parley.yaml and the documentation are all held to it.
extension ConfigurationKey {
    private static let short: ClosedRange<Duration> = .milliseconds(1) ... .seconds(86_400)
    private static let long: ClosedRange<Duration> = .seconds(1) ... .seconds(3650 * 86_400)
    private static let message: ClosedRange<Int> = 1...(16 << 20)
    private static let many: ClosedRange<Int> = 1...1_000_000

    static let serverListen = ConfigurationKey(
        "server.listen", "0.0.0.0:8443", .address,
        "Where the one listener for HTTPS and wss binds; port 0 takes any free port")
    static let serverPublicURL = ConfigurationKey(
        "server.public_url", "", .httpsOrigin,
        "The address that people use, for links and as an allowed origin; empty: https://localhost with the port")
    static let serverAllowedOrigins = ConfigurationKey(
        "server.allowed_origins", "[]", .origins,
        "Origins whose pages may call the server; empty: the public URL, and localhost, 127.0.0.1, [::1] on the port")
    static let serverTrustedProxies = ConfigurationKey(
        "server.trusted_proxies", "[]", .addressRanges,
        "Address ranges of reverse proxies whose X-Forwarded-For names the client")
    static let serverEventLoops = ConfigurationKey(
        "server.event_loops", "0", .count(0...1024), "Event loops (threads for sockets); 0: one for each core")
    static let serverDrainDelay = ConfigurationKey(
        "server.drain_delay", "1s", .duration(short),
        "The delay that clients are told to wait before they reconnect when the server stops")
    static let serverShutdownTimeout = ConfigurationKey(
        "server.shutdown_timeout", "8s", .duration(short),
        "After SIGTERM: how long sockets and requests may take to end before they are cut")

    static let dataDirectory = ConfigurationKey(
        "data.directory", ".parley", .path, "Folder of the database, the key ring and the admin socket; one server each"
    )
    static let adminSocket = ConfigurationKey(
        "admin.socket", "", .path, "The Unix socket for administration, mode 0600; empty: admin.sock in the data folder"
    )
    static let databaseReaders = ConfigurationKey(
        "database.readers", "4", .count(1...64), "Connections that read the database at the same time")
    static let databaseSearchers = ConfigurationKey(
        "database.searchers", "2", .count(1...64),
        "Searches that run at the same time, each on a connection of its own")

    static let tlsCertificate = ConfigurationKey(
        "tls.certificate", "", .path, "PEM file of the certificate and its chain, the server's own first")
    static let tlsPrivateKey = ConfigurationKey(
        "tls.private_key", "", .path, "PEM file of the private key, RSA or ECDSA, not encrypted")
    static let tlsDevelopmentDirectory = ConfigurationKey(
        "tls.development_directory", "", .path,
        "Where a development CA and certificate are made when none is configured; empty: certs in the data folder")

    static let authRegistration = ConfigurationKey(
        "auth.registration", "invite", .choice(RegistrationPolicy.allCases.map(\.rawValue)),
        "Who may register: closed (nobody), invite (who holds one), open (whoever reaches the server)")

    static let authPasswordThreads = ConfigurationKey(
        "auth.password_threads", "2", .count(1...64), "Threads that hash passwords, each about 32 MiB while it works")

    static let tokensIssuer = ConfigurationKey(
        "tokens.issuer", "parley", .text, "The iss claim of every token; a token with another one is refused")
    static let tokensAudience = ConfigurationKey(
        "tokens.audience", "parley", .text, "The aud claim of every token; a token with another one is refused")
    static let tokensAccessLifetime = ConfigurationKey(
        "tokens.access_lifetime", "10m", .duration(long), "Life of an access token, less up to 5 % random jitter")
    static let tokensRefreshIdleLifetime = ConfigurationKey(
        "tokens.refresh_idle_lifetime", "14d", .duration(long), "A session not refreshed for this long has ended")
    static let tokensRefreshAbsoluteLifetime = ConfigurationKey(
        "tokens.refresh_absolute_lifetime", "60d", .duration(long), "A session ends this long after its login")
    static let tokensRefreshGrace = ConfigurationKey(
        "tokens.refresh_grace", "30s", .duration(short),
        "How long the previous refresh token is still answered, for several tabs and lost answers")
    static let tokensSocketGrace = ConfigurationKey(
        "tokens.socket_grace", "25s", .duration(short),
        "How long a socket outlives its access token, for a refresh to arrive, before it closes with 4001")

    static let limitsLoginAttempts = ConfigurationKey(
        "limits.login_attempts", "5", .count(many),
        "Failed logins of one account, from addresses that are strange to it, within the window")
    static let limitsLoginWindow = ConfigurationKey(
        "limits.login_window", "5m", .duration(short),
        "The window in which failed logins of an account are counted")
    static let limitsLoginAttemptsLong = ConfigurationKey(
        "limits.login_attempts_long", "20", .count(many),
        "Failed logins of one account within the long window")
    static let limitsLoginWindowLong = ConfigurationKey(
        "limits.login_window_long", "1h", .duration(short),
        "The long window in which failed logins of an account are counted")
    static let limitsLoginAttemptsPerAddress = ConfigurationKey(
        "limits.login_attempts_per_address", "20", .count(many),
        "Failed logins from one address (IPv6: one /64) within its window")
    static let limitsLoginWindowPerAddress = ConfigurationKey(
        "limits.login_window_per_address", "5m", .duration(short),
        "The window in which failed logins from an address are counted")
    static let limitsLoginKnownAddress = ConfigurationKey(
        "limits.login_known_address", "30d", .duration(long),
        "How long an address that logged in to an account is counted apart from strangers")
    static let limitsLoginQueue = ConfigurationKey(
        "limits.login_queue", "64", .count(many), "Passwords waiting to be checked; beyond it logins are answered 503")
    static let limitsMessagesPerSecond = ConfigurationKey(
        "limits.messages_per_second", "10", .count(many),
        "Messages that one socket may send in a second, three times as many at once")
    static let limitsCommandsPerSecond = ConfigurationKey(
        "limits.commands_per_second", "50", .count(many),
        "Commands that one socket may send in a second, three times as many at once")
    static let limitsMessagesPerUser = ConfigurationKey(
        "limits.messages_per_user", "0", .count(0...1_000_000),
        "Messages that one user may send in a second over all sockets and HTTP; 0: as many as one socket")
    static let limitsCommandsPerUser = ConfigurationKey(
        "limits.commands_per_user", "0", .count(0...1_000_000),
        "Commands that one user may send in a second over all sockets; 0: as many as one socket")
    static let limitsFloodRefusals = ConfigurationKey(
        "limits.flood_refusals", "20", .count(many),
        "Commands refused as rate_limited after which the socket is not read from for a while")
    static let limitsFloodPauses = ConfigurationKey(
        "limits.flood_pauses", "10", .count(many),
        "Such pauses, with no 30 seconds of peace between them, after which the socket closes with 4029")
    static let limitsRequestsPerSecond = ConfigurationKey(
        "limits.requests_per_second", "50", .count(many),
        "HTTP requests in a second from one user, or from one address without a login")
    static let limitsConnections = ConfigurationKey(
        "limits.connections", "18000", .count(many), "Connections in all; beyond it upgrades are answered 503")
    static let limitsConnectionsPerUser = ConfigurationKey(
        "limits.connections_per_user", "20", .count(many), "Sockets of one user; beyond it upgrades are answered 429")
    static let limitsConnectionsPerAddress = ConfigurationKey(
        "limits.connections_per_address", "18000", .count(many),
        "Connections from one address, which may stand for a whole company")
    static let limitsHeaderTimeout = ConfigurationKey(
        "limits.header_timeout", "10s", .duration(short),
        "From accept, over the TLS handshake, to a complete request head or a decided upgrade")
    static let limitsIdleTimeout = ConfigurationKey(
        "limits.idle_timeout", "60s", .duration(short), "How long a kept-alive HTTP connection may wait for a request")
    static let limitsCloseTimeout = ConfigurationKey(
        "limits.close_timeout", "5s", .duration(short), "How long the answer to a Close frame may take")
    static let limitsHeadBytes = ConfigurationKey(
        "limits.head_bytes", "16KiB", .size(1024...(1 << 20)), "A request's head: request line and header fields")
    static let limitsBodyBytes = ConfigurationKey(
        "limits.body_bytes", "64KiB", .size(message), "A request's body")
    static let limitsLargeBodyBytes = ConfigurationKey(
        "limits.large_body_bytes", "1MiB", .size(message), "A request's body on the few routes that take large ones")
    static let limitsFrameBytes = ConfigurationKey(
        "limits.frame_bytes", "64KiB", .size(message), "A WebSocket message from a client, over all its fragments")
    static let limitsTextBytes = ConfigurationKey(
        "limits.text_bytes", "8KiB", .size(message), "The text of one chat message, in UTF-8")
    static let limitsPageBytes = ConfigurationKey(
        "limits.page_bytes", "256KiB", .size(message), "A page of history or log; a page shrinks to fit")
    static let limitsPageEvents = ConfigurationKey(
        "limits.page_events", "200", .count(1...10_000), "Messages or events in a page of history or log")
    static let limitsRoomsPerUser = ConfigurationKey(
        "limits.rooms_per_user", "500", .count(many),
        "Rooms that one user may be a member of, of direct rooms those that the user made")
    static let limitsMembersPerRoom = ConfigurationKey(
        "limits.members_per_room", "10000", .count(many), "Members of one room")
    static let limitsTitleCharacters = ConfigurationKey(
        "limits.title_characters", "80", .count(1...1000), "Characters of a room's title")
    static let limitsTopicCharacters = ConfigurationKey(
        "limits.topic_characters", "500", .count(1...10_000), "Characters of a room's topic")
    static let limitsReactionsPerMessage = ConfigurationKey(
        "limits.reactions_per_message", "20", .count(1...1000), "Different emoji that one message may have")
    static let limitsMentionsPerMessage = ConfigurationKey(
        "limits.mentions_per_message", "50", .count(1...10_000), "Members that one message may name")
    static let limitsSearchCharacters = ConfigurationKey(
        "limits.search_characters", "256", .count(1...10_000), "Characters of a search, its filters included")
    static let limitsSearchTimeout = ConfigurationKey(
        "limits.search_timeout", "2s", .duration(short),
        "How long a search may take; beyond it, it is given up and answered 503 search_timeout")
    static let limitsSearchQueue = ConfigurationKey(
        "limits.search_queue", "64", .count(many),
        "Searches under way or waiting for their turn; beyond it they are answered 503")
    static let limitsSearchesPerUser = ConfigurationKey(
        "limits.searches_per_user", "4", .count(1...1000),
        "Searches of one user that are under way or wait; beyond it they are answered 429")
    static let limitsWebhooksPerRoom = ConfigurationKey(
        "limits.webhooks_per_room", "20", .count(1...1000), "Webhooks of one room")
    static let limitsWebhookMessagesPerSecond = ConfigurationKey(
        "limits.webhook_messages_per_second", "5", .count(many),
        "Messages that one webhook may post in a second; beyond it 429")
    static let limitsOutboxBytes = ConfigurationKey(
        "limits.outbox_bytes", "256KiB", .size(message),
        "Bytes waiting for one socket, beyond which it is served from the room log at its own pace")
    static let limitsStuckTimeout = ConfigurationKey(
        "limits.stuck_timeout", "60s", .duration(short), "A socket that takes no byte for this long closes with 4008")
    static let limitsUnread = ConfigurationKey(
        "limits.unread", "1000", .count(many),
        "Events, the newest of a room, in which hello counts unread messages; fewer where many rooms are unread")
    static let limitsTypingInterval = ConfigurationKey(
        "limits.typing_interval", "2s", .duration(short),
        "The least time between two typing events of one socket in one room; those in between are not told")
    static let limitsTypingPerRoom = ConfigurationKey(
        "limits.typing_per_room", "5", .count(many),
        "Typing events of all members that one room is told in a second")

    static let presenceOfflineDelay = ConfigurationKey(
        "presence.offline_delay", "5s", .duration(short),
        "How long after a user's last socket went others are told, so that a reload is not seen")
    static let presenceInterval = ConfigurationKey(
        "presence.interval", "300ms", .duration(short),
        "How long changes of presence and read markers are gathered, to be told together")
    static let presenceCountInterval = ConfigurationKey(
        "presence.count_interval", "5s", .duration(short),
        "The least time between two counts of those online that a large room is told")
    static let presenceLargeRoom = ConfigurationKey(
        "presence.large_room", "200", .count(many),
        "A room with more members is told how many are online instead of who, and no receipts")

    static let heartbeatInterval = ConfigurationKey(
        "heartbeat.interval", "25s", .duration(short), "Quiet time on a new socket before the server pings")
    static let heartbeatMinimum = ConfigurationKey(
        "heartbeat.minimum", "10s", .duration(short), "The shortest interval that a socket adapts to")
    static let heartbeatMaximum = ConfigurationKey(
        "heartbeat.maximum", "55s", .duration(short), "The longest interval that a socket adapts to")
    static let heartbeatTimeout = ConfigurationKey(
        "heartbeat.timeout", "10s", .duration(short), "Nothing received for this long after a ping closes with 4009")

    static let chatEditWindow = ConfigurationKey(
        "chat.edit_window", "24h", .duration(.zero...long.upperBound),
        "How long after sending its author may edit a message; 0s: for ever")
    static let chatDefaultRoom = ConfigurationKey(
        "chat.default_room", "general", .slug, "The room that exists from the start and that new users join")
    static let chatRetention = ConfigurationKey(
        "chat.retention", "0s", .duration(.zero...long.upperBound),
        "How long rooms that say nothing else keep their history; 0s: for ever")
    static let chatErasureDelay = ConfigurationKey(
        "chat.erasure_delay", "10s", .duration(.zero...long.upperBound),
        "After this long the words of deleted messages leave the search index's file, too")

    static let filesMaximumBytes = ConfigurationKey(
        "files.maximum_bytes", "25MiB", .size(1...(1 << 34)), "One uploaded file")
    static let filesQuotaBytes = ConfigurationKey(
        "files.quota_bytes", "1GiB", .size(1...(1 << 50)), "All files of one user together")
    static let filesPerMessage = ConfigurationKey(
        "files.per_message", "10", .count(1...100), "Files that one message may carry")
    static let filesUploadsPerUser = ConfigurationKey(
        "files.uploads_per_user", "4", .count(1...1000), "Uploads of one user at the same time; beyond it 429")
    static let filesDownloadsPerUser = ConfigurationKey(
        "files.downloads_per_user", "16", .count(1...1000), "Downloads of one user at the same time; beyond it 429")
    static let filesUploadTimeout = ConfigurationKey(
        "files.upload_timeout", "10m", .duration(short), "How long one upload may take, from its head to its end")
    static let filesOrphanLifetime = ConfigurationKey(
        "files.orphan_lifetime", "24h", .duration(long), "How long a file is kept that no message carries yet")
    static let filesThreads = ConfigurationKey(
        "files.threads", "2", .count(1...64), "Threads that write uploads to the disk and read downloads from it")

    static let auditRetention = ConfigurationKey(
        "audit.retention", "180d", .duration(long), "How long entries of the audit log are kept")

    static let logLevel = ConfigurationKey(
        "log.level", "info", .choice(["trace", "debug", "info", "notice", "warning", "error", "critical"]),
        "The least severe log lines to write")
    static let logFormat = ConfigurationKey(
        "log.format", "auto", .choice(LogFormat.allCases.map(\.rawValue)),
        "Log lines on standard error: text, json, or auto (text on a terminal, JSON otherwise)")

    /// Every key, in the order of `config/parley.yaml`.
    package static let all: [ConfigurationKey] = [
        serverListen, serverPublicURL, serverAllowedOrigins, serverTrustedProxies, serverEventLoops, serverDrainDelay,
        serverShutdownTimeout, dataDirectory, adminSocket, databaseReaders, databaseSearchers, tlsCertificate,
        tlsPrivateKey,
        tlsDevelopmentDirectory, authRegistration, authPasswordThreads, tokensIssuer, tokensAudience,
        tokensAccessLifetime,
        tokensRefreshIdleLifetime, tokensRefreshAbsoluteLifetime, tokensRefreshGrace, tokensSocketGrace,
        limitsLoginAttempts, limitsLoginWindow, limitsLoginAttemptsLong, limitsLoginWindowLong,
        limitsLoginAttemptsPerAddress, limitsLoginWindowPerAddress, limitsLoginKnownAddress, limitsLoginQueue,
        limitsMessagesPerSecond, limitsCommandsPerSecond,
        limitsMessagesPerUser, limitsCommandsPerUser, limitsFloodRefusals, limitsFloodPauses,
        limitsRequestsPerSecond, limitsConnections, limitsConnectionsPerUser, limitsConnectionsPerAddress,
        limitsHeaderTimeout, limitsIdleTimeout, limitsCloseTimeout, limitsHeadBytes, limitsBodyBytes,
        limitsLargeBodyBytes, limitsFrameBytes, limitsTextBytes, limitsPageBytes, limitsPageEvents, limitsRoomsPerUser,
        limitsMembersPerRoom, limitsTitleCharacters, limitsTopicCharacters, limitsReactionsPerMessage,
        limitsMentionsPerMessage, limitsSearchCharacters, limitsSearchTimeout, limitsSearchQueue, limitsSearchesPerUser,
        limitsWebhooksPerRoom, limitsWebhookMessagesPerSecond, limitsOutboxBytes, limitsStuckTimeout,
        limitsUnread, limitsTypingInterval, limitsTypingPerRoom,
        presenceOfflineDelay, presenceInterval, presenceCountInterval, presenceLargeRoom,
        heartbeatInterval, heartbeatMinimum, heartbeatMaximum, heartbeatTimeout, chatEditWindow, chatDefaultRoom,
        chatRetention, chatErasureDelay,
        filesMaximumBytes, filesQuotaBytes, filesPerMessage, filesUploadsPerUser,
        filesDownloadsPerUser, filesUploadTimeout, filesOrphanLifetime, filesThreads, auditRetention, logLevel,
        logFormat,
    ]
}
