/// The keys at one moment; never changes.
package final class KeyRingSnapshot: Sendable {
    /// The key that signs.
    package let current: SigningKey
    /// All keys that verify, `current` among them.
    package let keys: [SigningKey]

    /// `keys` holds `current`.
    init(current: SigningKey, keys: [SigningKey]) {
        self.current = current
        self.keys = keys
    }

    /// The key of an id, nil when the ring does not have it.
    package func key(_ id: KeyID) -> SigningKey? { keys.first { $0.id == id } }
}
