import Identity

/// Keeps bots to the address ranges that they are bound to, wherever they show a key or a token.
enum BotAddresses {
    /// Ranges of one bot, at the most.
    static let maximumCount = 32

    /// Throws the problem `address_not_allowed` for a bot that calls from elsewhere. Never waits.
    static func check(_ user: User, from address: String) throws(Problem) {
        guard let addresses = user.botAddresses else { return }
        let isAllowed = IPAddress(address).map { address in
            addresses.contains { AddressRange($0)?.contains(address) == true }
        }
        guard isAllowed == true else {
            throw Problem(.addressNotAllowed, "The bot may not be used from this address.")
        }
    }

    /// The ranges of a request's body, each in one spelling. Throws the problem `invalid_field`.
    static func parsed(_ texts: [String]) throws -> [String] {
        guard (1...maximumCount).contains(texts.count) else {
            throw Problem.invalidField("addresses", "must name 1 to \(maximumCount) address ranges")
        }
        return try texts.map { text in
            guard let range = AddressRange(text) else {
                throw Problem.invalidField("addresses", "must be ranges such as 10.0.0.0/8, or single addresses")
            }
            return range.description
        }
    }
}
