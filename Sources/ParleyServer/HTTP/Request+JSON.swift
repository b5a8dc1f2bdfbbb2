import Chat
import Hummingbird
import NIOCore

extension Request {
    /// The body as a JSON object; an empty body is an empty object. Throws ``Problem``.
    func object(upTo limit: Int) async throws -> JSON.Object {
        let body: ByteBuffer
        do {
            body = try await self.body.collect(upTo: limit)
        } catch is NIOTooManyBytesError {
            throw Problem(.bodyTooLarge, "The body is longer than \(limit) bytes (limits.body_bytes).")
        }
        if body.readableBytes == 0 { return JSON.Object() }
        let value = body.withUnsafeReadableBytes { bytes -> JSON? in
            guard String(validating: bytes, as: UTF8.self) != nil else { return nil }
            return try? JSONReader.read(bytes)
        }
        guard case .object(let object)? = value else { throw Problem(.badJSON, "The body is not one JSON object.") }
        return object
    }

    /// A number in the query. Throws ``Problem`` when it is not one from `range`.
    func number(_ name: String, in range: ClosedRange<Int64>) throws -> Int64? {
        guard let text = uri.queryParameters[Substring(name)] else { return nil }
        guard let number = Int64(text), range.contains(number) else {
            throw Problem.invalidField(name, "must be a whole number from \(range.lowerBound) up")
        }
        return number
    }

    /// The `limit` of a list, 50 unless given.
    func limit() throws -> Int { Int(min(200, try number("limit", in: 1...Int64.max) ?? 50)) }

    /// The `cursor` of a list.
    var cursor: String? { uri.queryParameters["cursor"].map { String($0) } }
}

extension JSON.Object {
    /// A text that must be there. Throws ``Problem``.
    func text(_ name: String) throws -> String {
        guard let text = self[name]?.text else { throw Problem.invalidField(name, "must be a text") }
        return text
    }

    /// A whole number that may be missing or null. Throws ``Problem``.
    func optionalNumber(_ name: String) throws -> Int64? {
        switch self[name] {
        case nil, .null?: return nil
        case .integer(let number)?: return number
        default: throw Problem.invalidField(name, "must be a whole number")
        }
    }

    /// A text that may be missing or null. Throws ``Problem``.
    func optionalText(_ name: String) throws -> String? {
        switch self[name] {
        case nil, .null?: return nil
        case .string(let text)?: return text
        default: throw Problem.invalidField(name, "must be a text")
        }
    }
}
