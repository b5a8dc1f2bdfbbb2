package import Database

extension KeyRing {
    /// Opens the ring that belongs to a migrated database; blocks.
    ///
    /// A missing file is made only where there is no account yet: later it is a loss, and a new one would end every
    /// session without a word. With `makesNewKeys` a missing or unusable one is made anew.
    package static func open(
        path: String, database: any DatabaseEngine, makesNewKeys: Bool = false, clock: WallClock = .system
    ) throws -> KeyRing {
        let isFirstStart = try database.readBlocking { try UserTable.isEmpty(in: $0) }
        return try KeyRing(
            path: path, createsWhenMissing: isFirstStart, replacesUnusable: makesNewKeys, clock: clock)
    }
}
