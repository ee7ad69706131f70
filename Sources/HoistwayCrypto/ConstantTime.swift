import COpenSSL

/// Compares without telling by its time where two values differ; different lengths are told at once.
package func constantTimeEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    left.count == right.count && CRYPTO_memcmp(left, right, left.count) == 0
}
