import COpenSSL

/// One-shot digests.
package enum Digest {
    package static func hash(_ algorithm: HashAlgorithm, _ bytes: UnsafeRawBufferPointer) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: algorithm.byteCount) { output, count in
            let status = EVP_Digest(
                bytes.baseAddress,
                bytes.count,
                output.baseAddress,
                nil,
                algorithm.implementation,
                nil
            )
            precondition(status == 1, "a fetched digest cannot fail on memory that is there")
            count = algorithm.byteCount
        }
    }

    package static func hash(_ algorithm: HashAlgorithm, _ bytes: [UInt8]) -> [UInt8] {
        bytes.withUnsafeBytes { hash(algorithm, $0) }
    }

    package static func hash(_ algorithm: HashAlgorithm, _ text: String) -> [UInt8] {
        hash(algorithm, Array(text.utf8))
    }
}

/// SHA-1: Git's object names and Kargo's freight ids.
///
/// No secret depends on it.
package enum SHA1 {
    package static func hash(_ bytes: [UInt8]) -> [UInt8] { Digest.hash(.sha1, bytes) }
    package static func hash(_ text: String) -> [UInt8] { Digest.hash(.sha1, text) }
    /// Forty lower-case digits.
    package static func hex(_ bytes: [UInt8]) -> String { Hex.encode(hash(bytes)) }
    package static func hex(_ text: String) -> String { Hex.encode(hash(text)) }
}

/// SHA-256: body hashes, token hashes, image digests.
package enum SHA256 {
    package static func hash(_ bytes: UnsafeRawBufferPointer) -> [UInt8] { Digest.hash(.sha256, bytes) }
    package static func hash(_ bytes: [UInt8]) -> [UInt8] { Digest.hash(.sha256, bytes) }
    package static func hash(_ text: String) -> [UInt8] { Digest.hash(.sha256, text) }
    /// Sixty-four lower-case digits.
    package static func hex(_ bytes: [UInt8]) -> String { Hex.encode(hash(bytes)) }
    package static func hex(_ text: String) -> String { Hex.encode(hash(text)) }
}

/// A digest over bytes that come in pieces.
///
/// Owns one `EVP_MD_CTX`; not for use by two threads at a time.
package struct IncrementalDigest: ~Copyable {
    private let context: OpaquePointer
    private let algorithm: HashAlgorithm

    package init(_ algorithm: HashAlgorithm) {
        guard let context = EVP_MD_CTX_new() else { preconditionFailure("out of memory") }
        self.context = context
        self.algorithm = algorithm
        let status = EVP_DigestInit_ex2(context, algorithm.implementation, nil)
        precondition(status == 1, "a fetched digest can be started")
    }

    deinit { EVP_MD_CTX_free(context) }

    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        guard let start = bytes.baseAddress else { return }
        let status = EVP_DigestUpdate(context, start, bytes.count)
        precondition(status == 1, "a started digest takes bytes")
    }

    package mutating func update(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { update($0) }
    }

    package mutating func update(_ text: String) {
        update(Array(text.utf8))
    }

    package consuming func finish() -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: algorithm.byteCount) { output, count in
            let status = EVP_DigestFinal_ex(context, output.baseAddress, nil)
            precondition(status == 1, "a started digest can be finished")
            count = algorithm.byteCount
        }
    }
}
