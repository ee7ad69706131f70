import HoistwayCrypto
import HoistwayModel

extension Refusal: Error {}

/// An authentication code in hexadecimal digits, as in header values.
enum SignatureText {
    private static let digitCount = HashAlgorithm.sha256.byteCount * 2

    /// The code's bytes.
    ///
    /// The length is checked before anything is cut or copied.
    static func read(_ found: HeaderFinding, prefix: String) -> Result<[UInt8], Refusal> {
        switch found {
        case .absent: return .failure(.missing)
        case .repeated: return .failure(.duplicateHeader)
        case .one(let value):
            let length = prefix.utf8.count
            if value.isEmpty { return .failure(.missing) }
            guard value.utf8.count == length + digitCount else { return .failure(.malformed) }
            let bytes = Array(value.utf8)
            guard bytes[..<length].elementsEqual(prefix.utf8), let code = Hex.decode(bytes[length...])
            else { return .failure(.malformed) }
            return .success(code)
        }
    }
}

/// One of the headers in which Gitea's family sends the same code.
struct GiteaSignatureHeader: Sendable {
    /// In lower case.
    var name: String
    var prefix = ""

    /// Reads the first existing header; an empty one is a failure, and no later one is tried.
    static func read(_ candidates: [GiteaSignatureHeader], in headers: [HeaderLine]) -> Result<[UInt8], Refusal> {
        for candidate in candidates {
            let found = headers.only(candidate.name)
            if found == .absent { continue }
            return SignatureText.read(found, prefix: candidate.prefix)
        }
        return .failure(.missing)
    }
}
