import COpenSSL

/// RSASSA-PKCS1-v1_5 with SHA-256, as GitHub requires for App tokens.
package enum RS256 {
    /// Signs with a private key in PEM, or that PEM in base64 (as environment variables often hold it).
    package static func sign(pem: Secret, message: [UInt8]) throws(CryptoError) -> [UInt8] {
        try PrivateKey(pem: pem).sign(message)
    }
}

/// Owns one `EVP_PKEY` that is an RSA key.
private struct PrivateKey: ~Copyable {
    private let pointer: OpaquePointer

    init(pem secret: Secret) throws(CryptoError) {
        var text = Self.unwrapped(secret.reveal())
        defer { text.withUnsafeMutableBytes { OPENSSL_cleanse($0.baseAddress, $0.count) } }
        guard let length = Int32(exactly: text.count), let pointer = Self.read(text, length) else {
            throw .notAPrivateKey(details: drainOpenSSLErrors())
        }
        guard EVP_PKEY_is_a(pointer, "RSA") == 1 else {
            EVP_PKEY_free(pointer)
            throw .notAnRSAKey
        }
        self.pointer = pointer
    }

    deinit { EVP_PKEY_free(pointer) }

    private static func read(_ text: [UInt8], _ length: Int32) -> OpaquePointer? {
        guard let bio = text.withUnsafeBytes({ BIO_new_mem_buf($0.baseAddress, length) }) else { return nil }
        defer { BIO_free(bio) }
        // OpenSSL's own callback would read a passphrase from the terminal.
        return PEM_read_bio_PrivateKey(bio, nil, { _, _, _, _ in -1 }, nil)
    }

    /// The PEM itself, decoded if it is in base64 with line breaks.
    private static func unwrapped(_ bytes: [UInt8]) -> [UInt8] {
        let blanks: Set<UInt8> = [UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r")]
        let dense = bytes.filter { !blanks.contains($0) }
        return Base64.decode(dense) ?? bytes
    }

    borrowing func sign(_ message: [UInt8]) throws(CryptoError) -> [UInt8] {
        guard let context = EVP_MD_CTX_new() else { throw .drained("make a signing context") }
        defer { EVP_MD_CTX_free(context) }
        var count = 0
        guard EVP_DigestSignInit_ex(context, nil, HashAlgorithm.sha256.opensslName, nil, nil, pointer, nil) == 1,
            EVP_DigestSign(context, nil, &count, message, message.count) == 1
        else { throw .drained("start an RS256 signature") }
        var signature = [UInt8](repeating: 0, count: count)
        guard EVP_DigestSign(context, &signature, &count, message, message.count) == 1 else {
            throw .drained("sign with RS256")
        }
        return Array(signature.prefix(count))
    }
}
