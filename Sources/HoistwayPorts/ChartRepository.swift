package import HoistwayModel

/// One chart at its repository, with all that a request for it needs.
package struct ChartSource: Sendable, Hashable {
    /// `oci://host/path/chart`, or the URL of a repository with an `index.yaml`.
    package var repoURL: String
    /// Empty for `oci://`.
    package var name: String
    package var insecureSkipTLSVerify: Bool
    /// Whether the configuration or a manifest names the host: then the host may have any address.
    ///
    /// Otherwise the URL comes from a file in Git, and only public addresses are allowed.
    package var isNamed: Bool

    package init(repoURL: String, name: String, insecureSkipTLSVerify: Bool = false, isNamed: Bool) {
        self.repoURL = repoURL
        self.name = name
        self.insecureSkipTLSVerify = insecureSkipTLSVerify
        self.isNamed = isNamed
    }

    package init(_ subscription: ChartSubscription) {
        self.init(
            repoURL: subscription.repoURL,
            name: subscription.name,
            insecureSkipTLSVerify: subscription.insecureSkipTLSVerify,
            isNamed: true
        )
    }

    package var isOCI: Bool { URLText.scheme(of: repoURL) == "oci" }
}

/// Sends requests to repositories of Helm charts: those with an `index.yaml`, and OCI registries.
package protocol ChartRepository: Sendable {
    /// All versions of the chart, in the repository's order; empty if the repository has no such chart.
    func versions(of chart: ChartSource, project: String) async throws(ChartFailure) -> ChartListing
    /// The packed chart; its digest is verified where the repository gives one.
    ///
    /// - Parameters:
    ///   - version: as the repository lists it.
    ///   - limit: more bytes than this are a failure.
    func archive(of chart: ChartSource, version: String, limit: Int, project: String)
        async throws(ChartFailure) -> PackedChart
}

/// A chart as its repository sends it.
package struct PackedChart: Sendable, Equatable {
    /// A folder, packed by tar and gzip; nothing here unpacks or reads it.
    package var bytes: [UInt8]
    /// Whether the bytes match the digest that the repository gives; `false`: it gives none.
    package var isVerified: Bool

    package init(bytes: [UInt8], isVerified: Bool) {
        self.bytes = bytes
        self.isVerified = isVerified
    }
}

/// Why a request to a chart repository failed.
package struct ChartFailure: Diagnosable, KindedFailure, Equatable {
    package var cause: RegistryFailure

    package init(_ cause: RegistryFailure) {
        self.cause = cause
    }

    package var message: String { cause.message(about: "chart repository") }

    package var hint: String? {
        switch cause {
        case .refused(_, 401, _), .refused(_, 403, _):
            "check the Secret labelled kargo.akuity.io/cred-type: helm whose repoURL is the chart's, or give it one"
        case .notAsked(_, let refusal):
            "check the Secret labelled kargo.akuity.io/cred-type: helm that \(refusal.repository) has this login from"
        default: cause.hint
        }
    }

    package var retry: Retry { cause.retryOfStep }
    package var kind: FailureKind { cause.kind }
}

extension RegistryFailure {
    /// How a step or a look repeats a failed request to a repository; no step repeats it forever.
    ///
    /// A person must fix a refused login, and hosts lock accounts. An answer that makes no sense may be a chart that is
    /// only half published.
    var retryOfStep: Retry {
        switch self {
        case .refused(_, 401, _), .refused(_, 403, _), .untrusted: .few
        case .malformed: .limitedBackoff
        case .notAllowed: .never
        default: retry
        }
    }
}
