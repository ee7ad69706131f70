package import HoistwayModel

/// Verifies a request.
///
/// It connects this listener, which handles HTTP, with the senders' schemes.
package protocol RequestVerifier: Sendable {
    /// Called on an event loop: it must not block, and must take the same time whichever part is wrong.
    func verify(headers: [HeaderLine], body: [UInt8], now: Timestamp) -> RequestVerdict
}

package enum RequestVerdict: Sendable, Equatable {
    case accepted(AcceptedRequest)
    /// Both are for the log and metrics; neither has any content of the request.
    case refused(scheme: String, reason: String)
}

/// The facts about a verified request.
package struct AcceptedRequest: Sendable, Equatable {
    /// The scheme and which secret matched, by position: `github-hmac-sha256#0`.
    package var verdict: String
    /// Whether the body is proven, or just the sender.
    package var isEvidence: Bool
    /// Whether the sender's delivery id is proven too.
    package var isSenderIDProven: Bool
    /// Whether `hoistway replay` sent it; only a client with the secret can claim this.
    package var isReplay: Bool
    /// The hash that identifies the request, if that is not the SHA-256 of its body.
    package var documentSHA256: [UInt8]?

    package init(
        verdict: String,
        isEvidence: Bool,
        isSenderIDProven: Bool = false,
        isReplay: Bool = false,
        documentSHA256: [UInt8]? = nil
    ) {
        self.verdict = verdict
        self.isEvidence = isEvidence
        self.isSenderIDProven = isSenderIDProven
        self.isReplay = isReplay
        self.documentSHA256 = documentSHA256
    }
}
