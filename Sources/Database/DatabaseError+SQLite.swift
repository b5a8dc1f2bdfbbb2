package import GRDB

extension DatabaseError {
    /// Sorts an error of SQLite into the codes that callers tell apart.
    package init(_ error: GRDB.DatabaseError) {
        let code: Code =
            switch error.resultCode {
            case .SQLITE_FULL, .SQLITE_IOERR, .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_BUSY, .SQLITE_LOCKED,
                .SQLITE_NOMEM:
                .storageUnavailable
            case .SQLITE_CONSTRAINT, .SQLITE_MISMATCH: .constraint
            case .SQLITE_CORRUPT, .SQLITE_NOTADB: .unusable
            case .SQLITE_INTERRUPT: .interrupted
            default: .other
            }
        self.init(code, reason: error.message ?? "SQLite error \(error.extendedResultCode.rawValue)")
    }
}
