import FoundationEssentials

/// The exchange between the upgrade and the first message, for every dialect but Parley's.
struct LoadGreeting {
    /// What a text calls for.
    enum Step: Equatable {
        /// Nothing yet.
        case wait
        /// These texts are sent.
        case send([String])
        /// The socket hears its room.
        case ready
        /// The server will not have it.
        case refused(String)
    }

    private enum Place: Equatable { case opening, authenticated, reopened, bound, entering, ready }

    private let dialect: LoadDialect
    private let room: String
    private let socket: Int
    private let credentials: String
    private var place = Place.opening

    /// A greeting that has not begun; `credentials` is `user:password` where the dialect has accounts.
    init(_ dialect: LoadDialect, room: String, socket: Int, credentials: String?) {
        self.dialect = dialect
        self.room = room
        self.socket = socket
        self.credentials = credentials ?? ""
    }

    /// What the client says first.
    var opening: [String] {
        switch dialect {
        case .parley, .broadcast, .nats: []
        case .xmpp: [Self.stream]
        }
    }

    /// Takes a text that holds no message.
    mutating func received(_ text: String) -> Step {
        switch dialect {
        case .parley: .wait
        case .broadcast: text == "ready" ? .ready : .wait
        case .nats: nats(text)
        case .xmpp: place == .ready ? .wait : xmpp(text)
        }
    }

    private mutating func nats(_ text: String) -> Step {
        if text.hasPrefix("INFO") {
            return .send([
                #"CONNECT {"verbose":false,"pedantic":false,"lang":"parley","version":"1","protocol":1}"#
                    + "\r\nSUB \(room) 1\r\nPING\r\n"
            ])
        }
        if text.hasPrefix("-ERR") { return .refused(text) }
        if text.contains("PONG") { return .ready }
        return text.contains("PING") ? .send(["PONG\r\n"]) : .wait
    }

    private static let stream = #"<open xmlns="urn:ietf:params:xml:ns:xmpp-framing" to="localhost" version="1.0"/>"#

    private mutating func xmpp(_ text: String) -> Step {
        if text.contains("<failure") || text.contains("type='error'") || text.contains("<close") {
            return .refused(text)
        }
        switch place {
        case .opening where text.contains("<mechanism"):
            place = .authenticated
            let (user, password) = account
            let plain = Data("\u{0}\(user)\u{0}\(password)".utf8).base64EncodedString()
            return .send(["<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>\(plain)</auth>"])
        case .authenticated where text.contains("<success"):
            place = .reopened
            return .send([Self.stream])
        case .reopened where text.contains("urn:ietf:params:xml:ns:xmpp-bind"):
            place = .bound
            return .send([
                "<iq xmlns='jabber:client' type='set' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'>"
                    + "<resource>s\(socket)</resource></bind></iq>"
            ])
        case .bound where text.contains("id='bind'"):
            place = .entering
            return .send([LoadDialect.entry(room, socket)])
        // What comes last on entering is the room's subject (XEP-0045, section 7.2.15).
        case .entering where text.contains("<subject"):
            place = .ready
            return .ready
        default: return .wait
        }
    }

    private var account: (user: Substring, password: Substring) {
        let parts = credentials.split(separator: ":", maxSplits: 1)
        return parts.count == 2 ? (parts[0], parts[1]) : ("", "")
    }
}
