/// One thing that came over a socket, in the order it came.
enum Arrival: Sendable {
    case event(ServerEvent)
    /// The answer to a command that asked to be answered in line with the events.
    case answer(id: String, Result<String, CommandError>)
}
