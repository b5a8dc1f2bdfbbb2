/// The language that the server under load speaks over its WebSocket.
///
/// The same sockets, pacing and counting put the same work on other servers, to compare them.
package enum LoadDialect: String, Sendable, Codable {
    /// Parley's own protocol, with a cookie.
    case parley
    /// A text frame goes as it is to everyone whose socket was opened with the same path, `/` and the room; the server
    /// says `ready` when a socket hears its room, and takes the frames `leave` and `join`.
    case broadcast
    /// The text protocol of NATS in WebSocket frames: a room is a subject.
    case nats
    /// XMPP over WebSocket (RFC 7395): a room is one of XEP-0045; the cookies are `user:password`.
    case xmpp

    /// The subprotocol that is offered and has to be echoed.
    var subprotocol: String? {
        switch self {
        case .parley: "parley.v1"
        case .broadcast, .nats: nil
        case .xmpp: "xmpp"
        }
    }

    /// The path of the upgrade of a socket in a room.
    func path(room: String) -> String {
        switch self {
        case .parley, .xmpp: "/ws"
        case .broadcast: "/\(room)"
        case .nats: "/"
        }
    }

    /// What stands before and after a text of `textBytes` bytes in the command that sends it to a room.
    func frame(room: String, textBytes: Int) -> (head: String, tail: String) {
        switch self {
        case .parley: (#"{"type":"send","room":"\#(room)","text":""#, #""}"#)
        case .broadcast: ("", "")
        case .nats: ("PUB \(room) \(textBytes)\r\n", "\r\n")
        case .xmpp:
            (
                "<message xmlns='jabber:client' to='\(Self.address(room))' type='groupchat' id='m'><body>",
                "</body></message>"
            )
        }
    }

    /// The command with which a socket that hears a room stops or starts to.
    func change(of room: String, socket: Int, joins: Bool) -> String {
        switch self {
        case .parley: #"{"type":"\#(joins ? "join" : "leave")","room":"\#(room)"}"#
        case .broadcast: joins ? "join" : "leave"
        case .nats: joins ? "SUB \(room) 1\r\n" : "UNSUB 1\r\n"
        case .xmpp: joins ? Self.entry(room, socket) : Self.exit(room, socket)
        }
    }

    private static func address(_ room: String) -> String { "\(room)@conference.localhost" }

    /// The presence that enters a room without its history.
    static func entry(_ room: String, _ socket: Int) -> String {
        "<presence xmlns='jabber:client' to='\(address(room))/s\(socket)'>"
            + "<x xmlns='http://jabber.org/protocol/muc'><history maxstanzas='0'/></x></presence>"
    }

    private static func exit(_ room: String, _ socket: Int) -> String {
        "<presence xmlns='jabber:client' to='\(address(room))/s\(socket)' type='unavailable'/>"
    }
}
