package import HoistwayModel

/// One chart at its repository: all that a question needs to know.
package struct ChartSource: Sendable, Hashable {
    /// `oci://host/path/chart`, or that of a repository with an `index.yaml`.
    package var repoURL: String
    /// Empty for `oci://`.
    package var name: String
    package var insecureSkipTLSVerify: Bool
    /// Whether the configuration or a manifest names the host: any address may be reached then.
    ///
    /// Else the URL comes from a file in Git, and only public addresses are reached.
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

/// Asks repositories of Helm charts, whether they have an `index.yaml` or are OCI registries.
package protocol ChartRepository: Sendable {
    /// All versions that the repository lists of the chart, in its order; none where it has no such chart.
    func versions(of chart: ChartSource, project: String) async throws(ChartFailure) -> ChartListing
    /// The packed chart, verified against the digest that its repository gives, where it gives one.
    ///
    /// - Parameters:
    ///   - version: as listed.
    ///   - limit: more bytes are a failure.
    func archive(of chart: ChartSource, version: String, limit: Int, project: String)
        async throws(ChartFailure) -> PackedChart
}

/// A chart as its repository gives it.
package struct PackedChart: Sendable, Equatable {
    /// A folder, packed by tar and gzip; not unpacked here, and not looked into.
    package var bytes: [UInt8]
    /// Whether the bytes have the digest that the repository says; `false`: it says none.
    package var isVerified: Bool

    package init(bytes: [UInt8], isVerified: Bool) {
        self.bytes = bytes
        self.isVerified = isVerified
    }
}

/// Why a repository of charts gave no answer.
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
    /// Whether what a step or a look asks of a repository is asked again; no step asks for ever.
    ///
    /// A login that is refused is for a person to mend, and a host locks accounts; what makes no sense may be half
    /// published.
    var retryOfStep: Retry {
        switch self {
        case .refused(_, 401, _), .refused(_, 403, _), .untrusted: .few
        case .malformed: .awhile
        case .notAllowed: .never
        default: retry
        }
    }
}
