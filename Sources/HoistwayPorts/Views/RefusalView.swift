package import HoistwayModel

/// A request that the receiver refused: what is known without having believed a word of it.
///
/// No body, header, path or secret is part of it.
package struct RefusalView: Sendable, Codable, Equatable {
    package var at: Timestamp
    package var receiver: String
    /// The scheme that was to prove it, `http` where it did not come to that.
    package var scheme: String
    /// One sentence of ours, never of the request.
    package var reason: String
    /// The word that metrics have for it: `mismatch`, `rate_limited`.
    package var code: String
    /// Behind trusted proxies the address that they forwarded.
    package var peer: String
    /// Bytes of the body: those that were read, else those that were announced.
    package var bytes: Int

    package init(at: Timestamp, receiver: String, scheme: String, code: String, peer: String, bytes: Int) {
        self.at = at
        self.receiver = receiver
        self.scheme = scheme
        reason = RefusalReason.sentence(for: code)
        self.code = code
        self.peer = peer
        self.bytes = bytes
    }
}
