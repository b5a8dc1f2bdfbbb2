import COpenSSL

/// Compares two secrets in a time that depends on their length alone; different lengths are unequal.
package func constantTimeEquals(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
    guard left.count == right.count else { return false }
    guard let leftAddress = left.baseAddress, let rightAddress = right.baseAddress else { return true }
    return CRYPTO_memcmp(leftAddress, rightAddress, left.count) == 0
}

/// Compares two arrays of bytes in a time that depends on their lengths only.
package func constantTimeEquals(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    left.withUnsafeBytes { left in right.withUnsafeBytes { constantTimeEquals(left, $0) } }
}
