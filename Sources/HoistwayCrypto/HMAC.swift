import COpenSSL
import Synchronization

/// A prepared secret for HMAC: the key is hashed once, and each message starts from that state.
///
/// Safe to use from several threads: the one OpenSSL context is behind a lock, held for the time of one message
/// (a few microseconds).
package final class HMACKey: Sendable {
    package let algorithm: HashAlgorithm
    private let context: Mutex<Context>

    /// An empty secret is accepted: the caller, who knows what it protects, has to refuse it.
    package init(_ algorithm: HashAlgorithm, secret: [UInt8]) throws(CryptoError) {
        self.algorithm = algorithm
        context = Mutex(try Context(algorithm, secret: secret))
    }

    package func authenticationCode(for message: UnsafeRawBufferPointer) throws(CryptoError) -> [UInt8] {
        try authenticationCode(for: message, prefixedBy: [])
    }

    /// The code over `prefix` and then `message`, without joining them in memory.
    package func authenticationCode(
        for message: UnsafeRawBufferPointer,
        prefixedBy prefix: [UInt8]
    ) throws(CryptoError) -> [UInt8] {
        var code = [UInt8](repeating: 0, count: algorithm.byteCount)
        let done = context.withLock { context in
            context.run(prefix: prefix, message: message, into: &code)
        }
        guard done else { throw .drained("compute an HMAC") }
        return code
    }

    package func authenticationCode(for message: [UInt8]) throws(CryptoError) -> [UInt8] {
        var result: Result<[UInt8], CryptoError> = .success([])
        message.withUnsafeBytes { bytes in
            result = Result { () throws(CryptoError) in try authenticationCode(for: bytes) }
        }
        return try result.get()
    }
}

/// Owns one `EVP_MAC_CTX` whose key is set.
private struct Context: ~Copyable, @unchecked Sendable {
    private let pointer: OpaquePointer

    init(_ algorithm: HashAlgorithm, secret: [UInt8]) throws(CryptoError) {
        guard let pointer = EVP_MAC_CTX_new(Method.hmac.pointer) else { throw .drained("make an HMAC context") }
        guard Self.start(pointer, algorithm, secret) else {
            EVP_MAC_CTX_free(pointer)
            throw .drained("set an HMAC key")
        }
        self.pointer = pointer
    }

    deinit { EVP_MAC_CTX_free(pointer) }

    private static func start(_ pointer: OpaquePointer, _ algorithm: HashAlgorithm, _ secret: [UInt8]) -> Bool {
        var name = Array(algorithm.opensslName.utf8CString)
        // A null key means "the former key", so an empty secret needs an address too.
        let key = secret.isEmpty ? [0] : secret
        return name.withUnsafeMutableBufferPointer { name in
            let parameters = [
                OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name.baseAddress, 0),
                OSSL_PARAM_construct_end(),
            ]
            return EVP_MAC_init(pointer, key, secret.count, parameters) == 1
        }
    }

    mutating func run(prefix: [UInt8], message: UnsafeRawBufferPointer, into code: inout [UInt8]) -> Bool {
        var count = 0
        let bytes = message.assumingMemoryBound(to: UInt8.self)
        return EVP_MAC_init(pointer, nil, 0, nil) == 1
            && (prefix.isEmpty || EVP_MAC_update(pointer, prefix, prefix.count) == 1)
            && (bytes.isEmpty || EVP_MAC_update(pointer, bytes.baseAddress, bytes.count) == 1)
            && EVP_MAC_final(pointer, &code, &count, code.count) == 1
            && count == code.count
    }
}

/// The `EVP_MAC` for HMAC, fetched once and never freed: OpenSSL never changes a fetched method.
private struct Method: @unchecked Sendable {
    let pointer: OpaquePointer

    static let hmac = Method()

    private init() {
        guard let pointer = EVP_MAC_fetch(nil, OSSL_MAC_NAME_HMAC, nil) else {
            preconditionFailure("this OpenSSL has no HMAC: its default provider must be loaded")
        }
        self.pointer = pointer
    }
}

/// One-shot HMAC, for rare use; a receiver keeps an ``HMACKey``.
package enum HMAC {
    package static func code(
        _ algorithm: HashAlgorithm,
        key: [UInt8],
        message: [UInt8]
    ) throws(CryptoError) -> [UInt8] {
        try HMACKey(algorithm, secret: key).authenticationCode(for: message)
    }

    package static func sha256(key: [UInt8], message: [UInt8]) throws(CryptoError) -> [UInt8] {
        try code(.sha256, key: key, message: message)
    }
}
