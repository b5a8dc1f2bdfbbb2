package import Database

/// The tables of chat. A migration is never edited once it has landed.
package enum ChatMigrations {
    package static let all = [
        Migration(
            "chat-1",
            [
                .table(
                    "rooms",
                    """
                    room TEXT PRIMARY KEY NOT NULL,
                    kind TEXT NOT NULL,
                    title TEXT,
                    topic TEXT,
                    created_at INTEGER NOT NULL
                    """),
                .sql("CREATE INDEX rooms_public ON rooms (room) WHERE kind = 'public'"),
                // state: 0 a member, 1 left or removed, 2 banned
                .clusteredTable(
                    "members",
                    """
                    room TEXT NOT NULL REFERENCES rooms (room) ON DELETE CASCADE,
                    username TEXT NOT NULL,
                    state INTEGER NOT NULL,
                    role TEXT NOT NULL,
                    muted INTEGER NOT NULL,
                    read_seq INTEGER NOT NULL,
                    joined_at INTEGER NOT NULL,
                    PRIMARY KEY (room, username)
                    """),
                .sql("CREATE INDEX members_of_user ON members (username, room)"),
                .clusteredTable(
                    "events",
                    """
                    room TEXT NOT NULL,
                    seq INTEGER NOT NULL,
                    at INTEGER NOT NULL,
                    kind INTEGER NOT NULL,
                    author TEXT NOT NULL,
                    target INTEGER,
                    text TEXT,
                    subject TEXT,
                    change TEXT,
                    role TEXT,
                    properties TEXT,
                    nonce TEXT,
                    edited_at INTEGER,
                    deleted INTEGER NOT NULL DEFAULT 0,
                    PRIMARY KEY (room, seq)
                    """),
                .sql("CREATE UNIQUE INDEX events_nonce ON events (author, nonce) WHERE nonce IS NOT NULL"),
            ]),
        Migration(
            "chat-2-reactions",
            [
                // Of a message: the seq of the newest edit or deletion of it.
                .sql("ALTER TABLE events ADD COLUMN revision INTEGER"),
                // One row for each emoji of a message, so that counting costs nothing however many people react.
                .clusteredTable(
                    "reaction_kinds",
                    """
                    room TEXT NOT NULL,
                    target INTEGER NOT NULL,
                    emoji TEXT NOT NULL,
                    people INTEGER NOT NULL,
                    first_seq INTEGER NOT NULL,
                    PRIMARY KEY (room, target, emoji)
                    """),
                // seq: the event with which that user's reaction came
                .clusteredTable(
                    "reactions",
                    """
                    room TEXT NOT NULL,
                    target INTEGER NOT NULL,
                    emoji TEXT NOT NULL,
                    username TEXT NOT NULL,
                    seq INTEGER NOT NULL,
                    PRIMARY KEY (room, target, emoji, username)
                    """),
            ]),
        Migration(
            "chat-3-mentions",
            [
                .clusteredTable(
                    "mentions",
                    """
                    room TEXT NOT NULL,
                    seq INTEGER NOT NULL,
                    username TEXT NOT NULL,
                    PRIMARY KEY (room, seq, username)
                    """),
                .sql("CREATE INDEX mentions_of_user ON mentions (username, room, seq)"),
            ]),
        Migration(
            "chat-files-1",
            [
                // loose_since: when it was uploaded, as long as no message carries it
                .table(
                    "files",
                    """
                    file TEXT PRIMARY KEY NOT NULL,
                    owner TEXT NOT NULL,
                    digest TEXT NOT NULL,
                    size INTEGER NOT NULL,
                    name TEXT NOT NULL,
                    type TEXT NOT NULL,
                    width INTEGER,
                    height INTEGER,
                    created_at INTEGER NOT NULL,
                    loose_since INTEGER
                    """),
                .sql("CREATE INDEX files_of_owner ON files (owner, size)"),
                .sql("CREATE INDEX files_of_digest ON files (digest)"),
                .sql("CREATE INDEX files_loose ON files (loose_since) WHERE loose_since IS NOT NULL"),
                .clusteredTable(
                    "message_files",
                    """
                    room TEXT NOT NULL,
                    seq INTEGER NOT NULL,
                    file TEXT NOT NULL,
                    PRIMARY KEY (room, seq, file)
                    """),
                .sql("CREATE INDEX message_files_of_file ON message_files (file)"),
                .sql("ALTER TABLE events ADD COLUMN files TEXT"),
            ]),
        Migration(
            "chat-4-moderation",
            [
                .sql("ALTER TABLE rooms ADD COLUMN slow_mode INTEGER NOT NULL DEFAULT 0"),
                .sql("ALTER TABLE rooms ADD COLUMN archived_at INTEGER"),
                .sql("ALTER TABLE members ADD COLUMN banned_until INTEGER"),
            ]),
        // Filled by the indexer, from the first event of every room on.
        Migration(
            "chat-search-1",
            [
                .table(
                    "search_rooms",
                    """
                    room TEXT PRIMARY KEY NOT NULL,
                    number INTEGER NOT NULL UNIQUE,
                    indexed_seq INTEGER NOT NULL
                    """),
                .table(
                    "search_discarded",
                    """
                    number INTEGER PRIMARY KEY NOT NULL,
                    indexed_seq INTEGER NOT NULL
                    """),
                .fullTextTable("search", columns: ["words", "marks"]),
            ]),
        lastSeen,
        Migration(
            "chat-webhooks-1",
            [
                .table(
                    "webhooks",
                    """
                    hook TEXT PRIMARY KEY NOT NULL,
                    room TEXT NOT NULL REFERENCES rooms (room) ON DELETE CASCADE,
                    name TEXT NOT NULL,
                    created_by TEXT NOT NULL,
                    created_at INTEGER NOT NULL,
                    digest BLOB NOT NULL
                    """),
                .sql("CREATE INDEX webhooks_of_room ON webhooks (room)"),
                // Of a message whose author is no user: the name to show.
                .sql("ALTER TABLE events ADD COLUMN author_name TEXT"),
            ]),
        // retention: seconds, 0 for ever, NULL for what chat.retention says. cut: the last seq that retention took out.
        Migration(
            "chat-retention-1",
            [
                .sql("ALTER TABLE rooms ADD COLUMN retention INTEGER"),
                .sql("ALTER TABLE rooms ADD COLUMN cut INTEGER NOT NULL DEFAULT 0"),
            ]),
        // Rooms that are being imported: their events stand in the log, and no room of that name is there yet.
        Migration(
            "chat-imports-1",
            [
                .table(
                    "room_imports",
                    """
                    room TEXT PRIMARY KEY NOT NULL,
                    token TEXT NOT NULL,
                    last_seq INTEGER,
                    cut INTEGER NOT NULL,
                    created_at INTEGER NOT NULL
                    """)
            ]),
        // created_by: NULL for a room that the server made.
        Migration(
            "chat-makers-1",
            [
                .sql("ALTER TABLE rooms ADD COLUMN created_by TEXT"),
                .sql(
                    """
                    UPDATE rooms SET created_by = \
                    (SELECT e.author FROM events e WHERE e.room = rooms.room AND e.seq = 1) WHERE kind = 'direct'
                    """),
                .sql("CREATE INDEX rooms_made_direct ON rooms (created_by) WHERE kind = 'direct'"),
            ]),
        // How often words were taken out of the search index, and up to which of these its file holds none of them. A
        // database from before may hold some.
        Migration(
            "chat-search-2",
            [
                .table(
                    "search_erasures",
                    """
                    id INTEGER PRIMARY KEY NOT NULL,
                    asked INTEGER NOT NULL,
                    done INTEGER NOT NULL
                    """),
                .sql("INSERT INTO search_erasures (id, asked, done) VALUES (1, 1, 0)"),
            ]),
        // Who will belong to a room that is being imported, or be banned from it; as in members.
        Migration(
            "chat-imports-2",
            [
                .clusteredTable(
                    "import_people",
                    """
                    room TEXT NOT NULL,
                    username TEXT NOT NULL,
                    state INTEGER NOT NULL,
                    role TEXT NOT NULL,
                    muted INTEGER NOT NULL,
                    read_seq INTEGER NOT NULL,
                    joined_at INTEGER NOT NULL,
                    banned_until INTEGER,
                    PRIMARY KEY (room, username)
                    """)
            ]),
    ]
}
