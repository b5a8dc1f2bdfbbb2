/// What a transaction leads to beside the log: told once it is committed, and by no means kept.
struct PassingNotes {
    struct Typing {
        let room: RoomID
        let user: UserID
    }

    /// Who types, to be told at once.
    var typing: [Typing] = []
    /// How far members have read, to be told at the next tick.
    var reads: [RoomID: [UserID: Int64]] = [:]
    /// Who came into which rooms, and whose presence is told there at the next tick.
    var arrivals: [UserID: Set<RoomID>] = [:]
    /// Rooms whose members have changed.
    var changedRooms: Set<RoomID> = []
}
