/// One value bound to a statement's parameter, of the types that SQLite and PostgreSQL share.
package enum SQLValue: Sendable, Equatable {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)
    case blob([UInt8])

    /// An integer, or NULL where there is none.
    package static func integer(_ value: Int) -> SQLValue { .integer(Int64(value)) }

    /// A text, or NULL where there is none.
    package static func optional(_ value: String?) -> SQLValue { value.map { .text($0) } ?? .null }

    /// An integer, or NULL where there is none.
    package static func optional(_ value: Int64?) -> SQLValue { value.map { .integer($0) } ?? .null }
}

extension SQLValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByNilLiteral {
    package init(stringLiteral value: String) { self = .text(value) }
    package init(integerLiteral value: Int64) { self = .integer(value) }
    package init(nilLiteral: ()) { self = .null }
}
