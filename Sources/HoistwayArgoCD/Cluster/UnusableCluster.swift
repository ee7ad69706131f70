import HoistwayModel
import HoistwayPorts

/// Why no client of a cluster can be made.
struct ClusterConnectionFailure: Sendable {
    var message: String

    init(_ error: any Error) {
        message = PlainError.text(of: error)
    }
}

/// A cluster whose configuration cannot be used: every call fails with the reason, and other clusters work.
struct UnusableCluster: ArgoCDCluster {
    let name: String
    let failure: ClusterConnectionFailure

    private var error: ArgoCDFailure { .unauthenticated(cluster: name, detail: failure.message) }

    func application(_ key: ApplicationKey) async throws(ArgoCDFailure) -> Application? { throw error }

    func applications(in namespace: String, _ selector: LabelSelector) async throws(ArgoCDFailure) -> [Application] {
        throw error
    }

    func start(_ update: ApplicationUpdate, of application: Application) async throws(ArgoCDFailure) -> Application {
        throw error
    }

    func refresh(
        _ key: ApplicationKey,
        isHard: Bool,
        hydrates: Bool,
        at moment: Timestamp
    ) async throws(ArgoCDFailure) {
        throw error
    }

    func appProject(_ name: String, in namespace: String) async throws(ArgoCDFailure) -> AppProject? { throw error }
}
