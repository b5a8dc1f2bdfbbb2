/// The `hello` event, the first frame of every socket.
struct Greeting {
    let session: ChatSession
    let details: SessionCredential.Details
    let rooms: [RoomInfo]
    let heartbeatMilliseconds: Int64

    func encoded() -> [UInt8] {
        let service = session.service
        let credential = session.credential
        let limits = service.configuration.limits
        var writer = JSONWriter(capacity: 512 + 256 * rooms.count)
        writer.object { writer in
            writer.type(.hello)
            writer.member("protocol", "parley.v1")
            writer.member("server", service.configuration.server)
            writer.member("node", service.configuration.node)
            writer.name("user")
            writer.object { writer in
                writer.member("id", credential.user.description)
                writer.member("name", service.users.displayName(of: credential.user))
                writer.member("role", credential.accountRole())
            }
            writer.name("session")
            writer.object { writer in
                writer.member("id", credential.sessionID)
                writer.member("device", details.device)
                writer.member("created_at", time: details.createdAt)
                writer.member("access_expires_at", time: session.accessExpiresAt)
            }
            writer.member("heartbeat_ms", heartbeatMilliseconds)
            writer.name("limits")
            writer.object { writer in
                writer.member("frame_bytes", Int64(limits.frameBytes))
                writer.member("text_bytes", Int64(limits.textBytes))
                writer.member("messages_per_second", Int64(limits.messagesPerSecond))
                writer.member("commands_per_second", Int64(limits.commandsPerSecond))
                writer.member("file_bytes", Int64(limits.fileBytes))
                writer.member("files_per_message", Int64(limits.filesPerMessage))
                writer.member("mentions_per_message", Int64(limits.mentionsPerMessage))
                writer.member("reactions_per_message", Int64(limits.reactionsPerMessage))
                writer.member("edit_window_ms", limits.editWindowMilliseconds)
                writer.member("title_characters", Int64(limits.titleCharacters))
                writer.member("topic_characters", Int64(limits.topicCharacters))
                writer.member("rooms_per_user", Int64(limits.roomsPerUser))
            }
            writer.name("rooms")
            writer.array { writer in for room in rooms { room.write(to: &writer) } }
        }
        return writer.bytes
    }
}
