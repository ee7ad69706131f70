package import HoistwayModel

/// Proves a request.
///
/// The seam between this listener, which knows HTTP, and the senders' schemes.
package protocol RequestVerifier: Sendable {
    /// Called on an event loop: it must not block, and must take the same time whatever part is wrong.
    func verify(headers: [HeaderLine], body: [UInt8], now: Timestamp) -> RequestVerdict
}

package enum RequestVerdict: Sendable, Equatable {
    case accepted(AcceptedRequest)
    /// Both are for the log and metrics; neither holds anything that the request brought.
    case refused(scheme: String, reason: String)
}

/// What is known of a request that was proven.
package struct AcceptedRequest: Sendable, Equatable {
    /// The scheme and which secret matched, by position: `github-hmac-sha256#0`.
    package var verdict: String
    /// Whether the body is proven, or just the sender.
    package var isEvidence: Bool
    /// Whether the sender's delivery id is proven too.
    package var isSenderIDProven: Bool
    /// Whether `hoistway replay` sent it, which only somebody with the secret can say.
    package var isReplay: Bool
    /// What the request is known again by, where that is not the SHA-256 of its body.
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
