import COpenSSL

/// Bytes that cannot be predicted, from OpenSSL's generator.
package enum RandomBytes {
    package static func make(count: Int) throws(CryptoError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        guard let length = Int32(exactly: count), RAND_bytes(&bytes, length) == 1 else {
            throw .drained("make random bytes")
        }
        return bytes
    }

    /// A new secret of `count` bytes as text that fits in a URL and a header.
    package static func token(count: Int = 32) throws(CryptoError) -> String {
        Base64.encode(try make(count: count), .url)
    }
}
