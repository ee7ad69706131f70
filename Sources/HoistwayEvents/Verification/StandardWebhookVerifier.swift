import HoistwayCrypto
import HoistwayModel

/// GitLab's signed webhooks, which follow Standard Webhooks: the signature covers id, timestamp and body.
///
/// <https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md>
struct StandardWebhookVerifier: Sendable {
    private let keys: [HMACKey]
    private let toleranceSeconds: Int64

    init(tokens: [Secret], toleranceSeconds: Int64) throws(AuthenticationError) {
        var keys: [HMACKey] = []
        for (position, token) in tokens.enumerated() {
            guard let secret = Self.key(of: token) else { throw .notASigningToken(position: position) }
            do throws(CryptoError) {
                keys.append(try HMACKey(.sha256, secret: secret))
            } catch {
                throw .crypto(error)
            }
        }
        self.keys = keys
        self.toleranceSeconds = toleranceSeconds
    }

    /// The bytes after `whsec_`: 24 to 64 of them.
    static func key(of token: Secret) -> [UInt8]? {
        let bytes = token.reveal()
        let prefix = Array("whsec_".utf8)
        guard bytes.starts(with: prefix), let key = Base64.decode(bytes.dropFirst(prefix.count)),
            (24...64).contains(key.count)
        else { return nil }
        return key
    }

    /// The signed bytes before the body.
    static func prefix(id: String, timestamp: String) -> [UInt8] {
        Array(id.utf8) + [UInt8(ascii: ".")] + Array(timestamp.utf8) + [UInt8(ascii: ".")]
    }

    func verify(headers: [HeaderLine], body: UnsafeRawBufferPointer, now: Timestamp) -> Verdict {
        let id: String
        let stamp: String
        let list: String
        switch (headers.only("webhook-id"), headers.only("webhook-timestamp"), headers.only("webhook-signature")) {
        case (.repeated, _, _), (_, .repeated, _), (_, _, .repeated): return .refused(.duplicateHeader)
        case (.one(let first), .one(let second), .one(let third)): (id, stamp, list) = (first, second, third)
        default: return .refused(.missing)
        }
        guard !id.isEmpty, !stamp.isEmpty, !list.isEmpty else { return .refused(.missing) }
        guard id.utf8.count <= 256, let seconds = Self.seconds(stamp), let codes = Self.codes(in: list) else {
            return .refused(.malformed)
        }
        switch match(codes, over: body, prefix: Self.prefix(id: id, timestamp: stamp)) {
        case .failure(let refusal): return .refused(refusal)
        case .success(let index):
            // Checked last, so that only authentic requests are called stale.
            let distance = now.seconds.subtractingReportingOverflow(seconds)
            guard !distance.overflow, distance.partialValue.magnitude <= toleranceSeconds.magnitude else {
                return .refused(.stale)
            }
            return .accepted(Proof(scheme: .gitlabSigned, secretIndex: index))
        }
    }

    private func match(
        _ codes: [[UInt8]],
        over body: UnsafeRawBufferPointer,
        prefix: [UInt8]
    ) -> Result<Int, Refusal> {
        var matched: Int?
        for (index, key) in keys.enumerated() {
            guard let right = try? key.authenticationCode(for: body, prefixedBy: prefix) else {
                return .failure(.unavailable)  // Any failure refuses the request.
            }
            for code in codes where constantTimeEqual(code, right) && matched == nil { matched = index }
        }
        return matched.map { .success($0) } ?? .failure(.mismatch)
    }

    /// Digits only; at most as many as a signed integer has.
    private static func seconds(_ text: String) -> Int64? {
        guard text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else { return nil }
        return Int64(text)
    }

    /// The codes of version 1 with the right length; `nil` if there are none, or if the list is much too long.
    private static func codes(in list: String) -> [[UInt8]]? {
        guard list.utf8.count <= 4096 else { return nil }
        let codes = list.split(separator: " ").compactMap { entry -> [UInt8]? in
            guard entry.hasPrefix("v1,") else { return nil }
            let code = Base64.decode(entry.utf8.dropFirst(3))
            return code?.count == HashAlgorithm.sha256.byteCount ? code : nil
        }
        return codes.isEmpty ? nil : codes
    }
}
