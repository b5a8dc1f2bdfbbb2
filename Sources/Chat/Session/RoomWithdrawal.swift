import WebSocketTransport

/// Says of each frame that waits for a socket whether it may still go to someone who has just lost a room.
///
/// The alternatives were a mark on every region of an outbox, which the hot path would pay for, and dropping all that
/// waits and reading the other rooms from the log again. A frame says itself which room it is of: the server wrote it,
/// with the room behind the type and the `seq` behind the room.
struct RoomWithdrawal {
    private static let start = Array(#"{"type":""#.utf8)
    private static let seq = Array(#","seq":"#.utf8)
    private static let answer = Array(#"{"type":"ok","id":"#.utf8)
    private static let messages = Array(#","messages":["#.utf8)
    /// An id of 64 characters, each escaped, and the names before the first message's.
    private static let answerHead = 1024

    private let room: [UInt8]
    private let firstMessage: [UInt8]
    /// The room's last `seq` when it was lost: what is above belongs to a later time, in which it was found again.
    private let head: Int64

    init(room: RoomID, head: Int64) {
        self.room = Array(#"","room":"\#(room)""#.utf8)
        firstMessage = Array(#","messages":[{"type":"message","room":"\#(room)""#.utf8)
        self.head = head
    }

    /// The verdict on a frame's payload.
    func judge(_ payload: UnsafeRawBufferPointer) -> FrameVerdict {
        let bytes = payload[...]
        if bytes.starts(with: Self.answer) { return judgeAnswer(bytes) }
        guard bytes.starts(with: Self.start) else { return .keep }
        let name = bytes.dropFirst(Self.start.count)
        guard let end = name.prefix(32).firstIndex(of: UInt8(ascii: "\"")) else { return .keep }
        let rest = bytes[end...]
        guard rest.starts(with: room) else { return .keep }
        let members = rest.dropFirst(room.count)
        guard members.starts(with: Self.seq) else { return .drop }
        var number: Int64 = 0
        for digit in members.dropFirst(Self.seq.count).prefix(19) {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { break }
            number = number &* 10 &+ Int64(digit - UInt8(ascii: "0"))
        }
        return number <= head ? .drop : .keep
    }

    /// A page of the room's history becomes the error that asking for it now would bring.
    private func judgeAnswer(_ bytes: Slice<UnsafeRawBufferPointer>) -> FrameVerdict {
        let head = bytes.prefix(Self.answerHead)
        // A quotation mark inside an id is escaped, so that the name of the member cannot be found in one.
        guard let place = head.firstRange(of: Self.messages)?.lowerBound, bytes[place...].starts(with: firstMessage)
        else { return .keep }
        var writer = JSONWriter()
        writer.object { writer in
            writer.type(.error)
            writer.name("id")
            writer.json(bytes[bytes.startIndex + Self.answer.count..<place])
            writer.member("code", ChatError.notAMember.code)
            writer.member("message", ChatError.notAMember.message)
        }
        return .replace(writer.bytes)
    }
}
