/// A `resume` that waits until the missed events of all its rooms were sent.
struct PendingResumption {
    let id: String?
    /// The rooms, and whether all that was missed was still there.
    private(set) var rooms: [RoomID: Bool]

    init(id: String?, rooms: [RoomID]) {
        self.id = id
        self.rooms = Dictionary(uniqueKeysWithValues: rooms.map { ($0, true) })
    }

    mutating func noteGap(in room: RoomID) {
        if rooms[room] != nil { rooms[room] = false }
    }

    /// The `ok`, with the head of each room that is still followed.
    func answer(head: (RoomID) -> Int64?) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.type(.ok)
            if let id { writer.member("id", id) }
            writer.name("rooms")
            writer.object { writer in
                for room in rooms.keys.sorted() {
                    guard let head = head(room), let isComplete = rooms[room] else { continue }
                    writer.name(room.description)
                    writer.object { writer in
                        writer.member("head", head)
                        writer.member("complete", isComplete)
                    }
                }
            }
        }
        return writer.bytes
    }
}
