/// A detail of an audit entry; never a secret.
package enum AuditValue: Hashable, Sendable, Encodable {
    case text(String)
    case number(Int64)
    case real(Double)
    case truth(Bool)

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .text(let value): try container.encode(value)
        case .number(let value): try container.encode(value)
        case .real(let value): try container.encode(value)
        case .truth(let value): try container.encode(value)
        }
    }
}
