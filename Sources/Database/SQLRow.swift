/// One row of a result, valid only inside the closure that is given it. Columns count from 0.
///
/// A NULL reads as 0, 0.0, an empty text or an empty blob; ask `isNull` where the difference matters.
package protocol SQLRow {
    /// Tells whether the column holds NULL.
    func isNull(_ column: Int) -> Bool
    /// The column as a 64-bit integer.
    func integer(_ column: Int) -> Int64
    /// The column as a floating-point number.
    func real(_ column: Int) -> Double
    /// The column as text.
    func text(_ column: Int) -> String
    /// The column as bytes.
    func blob(_ column: Int) -> [UInt8]
    /// The column's UTF-8 or bytes in the engine's own memory, valid only inside `body`.
    func withBytes<R>(_ column: Int, _ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R
}

extension SQLRow {
    /// The column as text, nil for NULL.
    package func textOrNil(_ column: Int) -> String? { isNull(column) ? nil : text(column) }
    /// The column as an integer, nil for NULL.
    package func integerOrNil(_ column: Int) -> Int64? { isNull(column) ? nil : integer(column) }
}
