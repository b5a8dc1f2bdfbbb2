import FoundationEssentials

/// One text message of the server, sorted: the greeting, an answer to a command, or an event.
enum InboundText {
    case hello(ChatHello)
    /// An answer that carries the id of its command; its fields are read by whoever waits for it.
    case answer(id: String, text: String)
    case failure(id: String, CommandError)
    case event(ServerEvent)

    /// Sorts a message; what cannot be read comes out as an unknown event.
    init(_ text: String) {
        let decoder = JSONDecoder()
        let data = Data(text.utf8)
        guard let type = try? decoder.decode(TypeField.self, from: data).type else {
            self = .event(.unknown(type: "", raw: text))
            return
        }
        do {
            self = try Self.sorted(type, text, data, decoder)
        } catch {
            self = .event(.unknown(type: type, raw: text))
        }
    }

    private static func sorted(
        _ type: String, _ text: String, _ data: Data, _ decoder: JSONDecoder
    ) throws -> InboundText {
        switch type {
        case "hello":
            return .hello(try decoder.decode(ChatHello.self, from: data))
        case "ok":
            guard let id = try decoder.decode(IDField.self, from: data).id else { break }
            return .answer(id: id, text: text)
        case "pong":
            let pong = try decoder.decode(PongFields.self, from: data)
            if let id = pong.id { return .answer(id: id, text: text) }
            return .event(.pong(at: pong.at))
        case "error":
            let fields = try decoder.decode(ErrorFields.self, from: data)
            let error = CommandError(
                code: fields.code, message: fields.message ?? "",
                retryAfter: fields.retryAfterMilliseconds.map(Self.delay(milliseconds:)))
            if let id = fields.id { return .failure(id: id, error) }
            return .event(.error(error))
        default:
            return .event(try event(type, text, data, decoder))
        }
        return .event(.unknown(type: type, raw: text))
    }

    private static func event(
        _ type: String, _ text: String, _ data: Data, _ decoder: JSONDecoder
    ) throws -> ServerEvent {
        switch type {
        case "message": .message(try decoder.decode(ServerEvent.Message.self, from: data))
        case "edited": .edited(try decoder.decode(ServerEvent.Edited.self, from: data))
        case "deleted": .deleted(try decoder.decode(ServerEvent.Deleted.self, from: data))
        case "reacted": .reacted(try decoder.decode(ServerEvent.Reacted.self, from: data))
        case "member": .member(try decoder.decode(ServerEvent.Member.self, from: data))
        case "room": .room(try decoder.decode(ServerEvent.RoomChanged.self, from: data))
        case "typing": .typing(try decoder.decode(ServerEvent.Typing.self, from: data))
        case "receipt": .receipt(try decoder.decode(ServerEvent.Receipt.self, from: data))
        case "presence": .presence(try decoder.decode(ServerEvent.Presence.self, from: data))
        case "presence_count": .presenceCount(try decoder.decode(ServerEvent.PresenceCount.self, from: data))
        case "session":
            .session(accessExpiresAt: try decoder.decode(SessionFields.self, from: data).accessExpiresAt)
        case "drain":
            .drain(
                retryAfter: delay(
                    milliseconds: try decoder.decode(DrainFields.self, from: data).retryAfterMilliseconds))
        case "lagging": .lagging(rooms: try decoder.decode(LaggingFields.self, from: data).rooms)
        default: .unknown(type: type, raw: text)
        }
    }

    /// A delay that the server asks for, held between nothing and a day.
    private static func delay(milliseconds: Int) -> Duration { .milliseconds(min(max(milliseconds, 0), 86_400_000)) }

    private struct TypeField: Decodable { var type: String }
    private struct IDField: Decodable { var id: String? }
    private struct LaggingFields: Decodable { var rooms: [String] }

    private struct PongFields: Decodable {
        var id: String?
        var at: String
    }

    private struct SessionFields: Decodable {
        var accessExpiresAt: String
        enum CodingKeys: String, CodingKey { case accessExpiresAt = "access_expires_at" }
    }

    private struct DrainFields: Decodable {
        var retryAfterMilliseconds: Int
        enum CodingKeys: String, CodingKey { case retryAfterMilliseconds = "retry_after_ms" }
    }

    private struct ErrorFields: Decodable {
        var id: String?
        var code: String
        var message: String?
        var retryAfterMilliseconds: Int?
        enum CodingKeys: String, CodingKey {
            case id, code, message
            case retryAfterMilliseconds = "retry_after_ms"
        }
    }
}
