/// One step of the schema, applied once and never edited after it has landed.
package struct Migration: Sendable {
    /// A statement of a migration.
    package enum Statement: Sendable {
        /// A table with the columns and constraints of `definition` (what stands between the parentheses), in the
        /// engine's strictest typing. Column types: INTEGER, REAL, TEXT, BLOB.
        case table(_ name: String, _ definition: String)
        /// A table as `table`, stored in the order of its primary key where the engine can.
        case clusteredTable(_ name: String, _ definition: String)
        /// A table for searching prepared text: tokens with spaces between them, of ASCII letters, digits, `._-`, and
        /// any other scalars beyond ASCII. Nothing of it is folded or cut by the engine.
        case fullTextTable(_ name: String, columns: [String])
        /// Any other statement of the shared dialect.
        case sql(String)
    }

    /// A name that no other migration has, with the target's name in front: `identity-1`.
    package let id: String
    /// The statements, run in order in one transaction.
    package let statements: [Statement]

    package init(_ id: String, _ statements: [Statement]) {
        self.id = id
        self.statements = statements
    }
}
