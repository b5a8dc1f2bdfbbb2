extension JSON {
    /// The member of an object, nil where there is none and for any other value.
    package func member(_ name: String) -> JSON? { if case .object(let object) = self { object[name] } else { nil } }

    /// The values of an array, nil for any other value.
    package var elements: [JSON]? { if case .array(let values) = self { values } else { nil } }
}
