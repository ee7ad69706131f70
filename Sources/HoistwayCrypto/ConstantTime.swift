import COpenSSL

/// Compares without telling by its time where two values differ; different lengths are told at once.
package func constantTimeEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    left.count == right.count && CRYPTO_memcmp(left, right, left.count) == 0
}

/// Compares the hashes of both, so that not even the length shows in the time.
package func constantTimeEqualHashed(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    constantTimeEqual(SHA256.hash(left), SHA256.hash(right))
}
