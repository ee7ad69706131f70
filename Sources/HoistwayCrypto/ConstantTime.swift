import COpenSSL

/// Compares in a time that does not depend on where two values differ; different lengths end the comparison at once.
package func constantTimeEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    left.count == right.count && CRYPTO_memcmp(left, right, left.count) == 0
}
