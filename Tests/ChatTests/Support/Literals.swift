import Chat

extension UserID: ExpressibleByStringLiteral {
    /// A name that a test writes down, unchecked.
    public init(stringLiteral name: String) { self.init(stored: name) }
}

extension RoomID: ExpressibleByStringLiteral {
    /// A slug that a test writes down, unchecked.
    public init(stringLiteral slug: String) { self.init(stored: slug) }
}

extension JSON {
    /// Reads a text that a test writes down.
    init(parsing text: some StringProtocol) throws {
        self = try Array(text.utf8).withUnsafeBytes { try JSONReader.read($0) }
    }

    /// The member of an object, nil for any other value.
    subscript(name: String) -> JSON? {
        if case .object(let object) = self { object[name] } else { nil }
    }

    /// The items of an array, none for any other value.
    var items: [JSON] { if case .array(let items) = self { items } else { [] } }

    /// The names of an object's members in their order.
    var names: [String] { if case .object(let object) = self { object.members.map(\.name) } else { [] } }
}

extension Sequence<JSON> {
    /// The `seq` of the durable events of a room, in the order in which they came.
    func seqs(of room: RoomID) -> [Int64] {
        events(of: room).compactMap { $0["seq"]?.number }
    }

    /// The durable events of a room, in the order in which they came.
    func events(of room: RoomID) -> [JSON] {
        filter { $0["room"]?.text == room.description && $0["seq"] != nil && $0["type"]?.text != "ok" }
    }

    /// The first frame of that type.
    func first(type: String) -> JSON? { first(where: { $0["type"]?.text == type }) }
}
