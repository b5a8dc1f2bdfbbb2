import Testing

/// Everything that starts a server. One test after the other: their times and their load mean something then.
@Suite("The whole server", .serialized, .timeLimit(.minutes(2)))
struct WholeServer {}
