import COpenSSL

/// The hash functions that senders and Git use.
package enum HashAlgorithm: String, Sendable, CaseIterable {
    case sha1, sha256, sha512

    /// The digest's length in bytes.
    package var byteCount: Int {
        switch self {
        case .sha1: 20
        case .sha256: 32
        case .sha512: 64
        }
    }

    /// OpenSSL's name for it.
    var opensslName: String {
        switch self {
        case .sha1: "SHA1"
        case .sha256: "SHA256"
        case .sha512: "SHA512"
        }
    }

    /// Fetched once: a look-up of an algorithm costs more than hashing a short text.
    var implementation: OpaquePointer {
        switch self {
        case .sha1: Fetched.sha1.pointer
        case .sha256: Fetched.sha256.pointer
        case .sha512: Fetched.sha512.pointer
        }
    }
}

/// An `EVP_MD` that lives as long as the program.
///
/// `@unchecked Sendable`: OpenSSL never changes a fetched method, and it is never freed here.
private struct Fetched: @unchecked Sendable {
    let pointer: OpaquePointer

    static let sha1 = Fetched("SHA1")
    static let sha256 = Fetched("SHA256")
    static let sha512 = Fetched("SHA512")

    private init(_ name: String) {
        guard let pointer = EVP_MD_fetch(nil, name, nil) else {
            preconditionFailure("this OpenSSL has no \(name): its default provider must be loaded")
        }
        self.pointer = pointer
    }
}
