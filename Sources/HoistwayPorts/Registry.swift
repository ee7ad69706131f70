package import HoistwayModel

/// Asks registries about images.
///
/// The address is always the configured one, never one out of a payload.
package protocol Registry: Sendable {
    /// Looks `reference` (a tag or a digest) up: one HEAD on its manifest, or a GET where the subscription has a platform.
    func find(_ reference: String, in subscription: ImageSubscription, project: String)
        async throws(RegistryFailure) -> ImageAnswer
    /// All tags, in the registry's order.
    func tags(of subscription: ImageSubscription, project: String) async throws(RegistryFailure) -> [String]
    /// When the image was built, as its manifest or configuration says.
    func createdAt(of reference: String, in subscription: ImageSubscription, project: String)
        async throws(RegistryFailure) -> Timestamp?
}

/// Why a registry gave no answer.
package enum RegistryFailure: Diagnosable, Equatable {
    case unreachable(host: String, detail: String)
    case refused(host: String, status: Int, detail: String)
    case limited(host: String, after: Duration?)
    case malformed(host: String, detail: String)

    package var message: String {
        switch self {
        case .unreachable(let host, let detail): "registry \(host) did not answer: \(detail)"
        case .refused(let host, let status, let detail): "registry \(host) answered \(status): \(detail)"
        case .limited(let host, _): "registry \(host) limits the rate of requests (429)"
        case .malformed(let host, let detail): "registry \(host) gave an answer that makes no sense: \(detail)"
        }
    }

    package var hint: String? {
        switch self {
        case .refused(_, 401, _), .refused(_, 403, _):
            "give it a Secret labelled kargo.akuity.io/cred-type: image whose repoURL is the image's"
        default: nil
        }
    }

    package var retry: Retry {
        switch self {
        case .unreachable: .backoff
        case .refused(_, let status, _): status >= 500 || status == 401 || status == 403 ? .backoff : .never
        case .limited(_, let pause): pause.map(Retry.after) ?? .backoff
        case .malformed: .backoff
        }
    }
}
