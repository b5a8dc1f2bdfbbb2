import Chat
import Identity
import NIOCore
import WebSocketTransport

extension ParleyConfiguration {
    /// The settings of accounts, tokens and sessions.
    var identity: IdentityConfiguration {
        var identity = IdentityConfiguration()
        identity.issuer = tokens.issuer
        identity.audience = tokens.audience
        identity.accessLifetime = tokens.accessLifetime
        identity.refreshIdleLifetime = tokens.refreshIdleLifetime
        identity.refreshAbsoluteLifetime = tokens.refreshAbsoluteLifetime
        identity.refreshGrace = tokens.refreshGrace
        identity.registration = Identity.RegistrationPolicy(rawValue: auth.registration.rawValue) ?? .closed
        identity.knownAddressLifetime = limits.loginKnownAddress
        identity.passwordQueue = limits.loginQueue
        identity.passwordThreads = auth.passwordThreads
        return identity
    }

    /// The settings of chat.
    var chatService: ChatService.Configuration {
        var service = ChatService.Configuration()
        service.limits.textBytes = limits.textBytes
        service.limits.frameBytes = limits.frameBytes
        service.limits.messagesPerSecond = limits.messagesPerSecond
        service.limits.commandsPerSecond = limits.commandsPerSecond
        service.limits.messagesPerUser = limits.messagesPerUser
        service.limits.commandsPerUser = limits.commandsPerUser
        service.limits.floodRefusals = limits.floodRefusals
        service.limits.floodPauses = limits.floodPauses
        service.limits.unreadPerRoom = limits.unread
        service.limits.pageBytes = limits.pageBytes
        service.limits.pageEvents = limits.pageEvents
        service.limits.roomsPerUser = limits.roomsPerUser
        service.limits.membersPerRoom = limits.membersPerRoom
        service.limits.titleCharacters = limits.titleCharacters
        service.limits.topicCharacters = limits.topicCharacters
        service.limits.reactionsPerMessage = limits.reactionsPerMessage
        service.limits.mentionsPerMessage = limits.mentionsPerMessage
        service.limits.editWindowMilliseconds = chat.editWindow.milliseconds
        service.limits.webhooksPerRoom = limits.webhooksPerRoom
        service.limits.filesPerMessage = files.perMessage
        service.limits.fileBytes = files.maximumBytes
        service.limits.searchCharacters = limits.searchCharacters
        service.limits.searchTimeout = limits.searchTimeout
        service.limits.searchQueue = limits.searchQueue
        service.limits.searchesPerUser = limits.searchesPerUser
        service.limits.catchUpBytes = limits.outboxBytes / 2
        service.presence.offlineDelay = .milliseconds(presence.offlineDelay.milliseconds)
        service.presence.interval = .milliseconds(presence.interval.milliseconds)
        service.presence.countInterval = .milliseconds(presence.countInterval.milliseconds)
        service.presence.largeRoom = presence.largeRoom
        service.presence.typingInterval = .milliseconds(limits.typingInterval.milliseconds)
        service.presence.typingPerRoom = limits.typingPerRoom
        service.defaultRoom = RoomID(stored: chat.defaultRoom)
        service.socketGraceMilliseconds = tokens.socketGrace.milliseconds
        service.readers = max(1, data.databaseReaders / 2)
        service.searchers = data.databaseSearchers
        service.erasureDelay = chat.erasureDelay
        service.server = ParleyNode.product
        return service
    }

    /// The limits and times of a socket.
    var socket: WebSocketConnectionConfiguration {
        var socket = WebSocketConnectionConfiguration()
        socket.maximumMessageBytes = limits.frameBytes
        socket.outboxBytes = limits.outboxBytes
        socket.closeTimeout = .milliseconds(limits.closeTimeout.milliseconds)
        socket.heartbeat.interval = .milliseconds(heartbeat.interval.milliseconds)
        socket.heartbeat.minimum = .milliseconds(heartbeat.minimum.milliseconds)
        socket.heartbeat.maximum = .milliseconds(heartbeat.maximum.milliseconds)
        socket.heartbeat.timeout = .milliseconds(heartbeat.timeout.milliseconds)
        socket.heartbeat.stuckTimeout = .milliseconds(limits.stuckTimeout.milliseconds)
        return socket
    }
}

extension ParleyConfiguration.Limits {
    /// What the login throttle counts.
    var loginFailures: LoginThrottle.Limits {
        func limit(_ count: Int, _ window: Duration) -> FailureLimit {
            FailureLimit(count: count, windowMilliseconds: window.milliseconds)
        }
        return LoginThrottle.Limits(
            account: [limit(loginAttempts, loginWindow), limit(loginAttemptsLong, loginWindowLong)],
            address: [limit(loginAttemptsPerAddress, loginWindowPerAddress)])
    }
}

extension Duration {
    /// Whole milliseconds, rounded down.
    var milliseconds: Int64 { components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000 }
}
