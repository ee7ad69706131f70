package import HoistwayModel

/// A request that the receiver refused: only facts that do not depend on its unproven content.
///
/// No body, header, path or secret is part of it.
package struct RefusalView: Sendable, Codable, Equatable {
    package var at: Timestamp
    package var receiver: String
    /// The scheme that had to prove the request; `http` where the request was refused before that.
    package var scheme: String
    /// One of our own sentences, with no text from the request.
    package var reason: String
    /// The label in metrics: `mismatch`, `rate_limited`.
    package var code: String
    /// The address of the sender; behind trusted proxies, the address that they forwarded.
    package var peer: String
    /// Bytes of the body: the number that was read, or else the number in the request's header.
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
