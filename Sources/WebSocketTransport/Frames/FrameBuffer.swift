/// Bytes of complete, already framed server frames: encoded once, read by every recipient on every event loop.
///
/// The bytes never change after ``FrameBufferBuilder/finish()``, which is why the class may cross threads.
package final class FrameBuffer: @unchecked Sendable {
    let base: UnsafeMutableRawPointer
    /// The number of bytes, headers included.
    package let count: Int

    /// Takes over memory from `UnsafeMutableRawPointer.allocate`.
    init(adopting base: UnsafeMutableRawPointer, count: Int) {
        self.base = base
        self.count = count
    }

    /// One text frame.
    package convenience init(text payload: UnsafeRawBufferPointer) {
        var builder = FrameBufferBuilder(capacity: payload.count + 10)
        _ = builder.append(text: payload)
        let (base, count) = builder.take()
        self.init(adopting: base, count: count)
    }

    /// All of the bytes, as ``Outbox/append(_:_:)`` takes them.
    package var range: Range<Int> { 0..<count }

    /// Lends the bytes.
    package func withUnsafeBytes<T>(_ body: (UnsafeRawBufferPointer) throws -> T) rethrows -> T {
        try withExtendedLifetime(self) { try body(UnsafeRawBufferPointer(start: base, count: count)) }
    }

    deinit {
        base.deallocate()
    }
}
