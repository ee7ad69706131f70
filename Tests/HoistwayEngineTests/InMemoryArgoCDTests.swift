import HoistwayModel
import HoistwayPorts
import HoistwayTestKit
import HoistwayTestServers
import Testing

/// The cluster in memory, which other tests rest on.
struct InMemoryArgoCDTests {
    @Test func `the cluster in memory keeps the contract of the port`() async throws {
        let argocd = InMemoryArgoCD()
        try await ArgoCDContract.run(
            ArgoCDContract.Subject(
                clusters: argocd,
                put: { argocd.put($0) },
                remove: { argocd.remove($0) },
                eventually: { what, check in try await eventually(what, check) }
            )
        )
    }
}
