import HoistwayModel
import Testing

@testable import HoistwaySettings

/// T2: what a step that talks to Argo CD does without a cluster is the operator's choice, and `check` names the stages.
struct ArgoCDSettingsTests {
    private static let head = """
        apiVersion: kargo.akuity.io/v1alpha1
        kind: Project
        metadata: {name: demo}
        ---
        apiVersion: kargo.akuity.io/v1alpha1
        kind: Warehouse
        metadata: {name: main, namespace: demo}
        spec:
          subscriptions: [{image: {repoURL: ghcr.io/acme/app, constraint: ^1.0.0}}]
        ---

        """

    private static func stage(_ name: String, _ rest: String) -> String {
        """
        apiVersion: kargo.akuity.io/v1alpha1
        kind: Stage
        metadata: {name: \(name), namespace: demo}
        spec:
          requestedFreight: [{origin: {kind: Warehouse, name: main}, sources: {direct: true}}]
          \(rest)
        ---

        """
    }

    private static let update = "{uses: argocd-update, config: {apps: [{name: app}]}}"
    private static let clone =
        "{uses: git-clone, config: {repoURL: 'https://git.example.com/a/b', checkout: [{branch: env, path: ./out}]}}"

    /// One stage in each form, one that does something besides, and one that does not talk to Argo CD.
    private static let stages =
        head + stage("a", "promotionTemplate: {spec: {steps: [\(update)]}}")
        + stage("b", "promotionMechanisms: {argoCDAppUpdates: [{appName: app}]}")
        + stage(
            "c",
            "promotionTemplate: {spec: {steps: [\(clone), \(update), {uses: argocd-wait, config: {apps: [{name: app}]}}]}}"
        )
        + stage("d", "promotionTemplate: {spec: {steps: [\(clone)]}}")

    private func told(_ problems: [Problem]) -> [String] {
        problems.map(\.message).filter { $0.contains("argocd") || $0.contains("argoCD") || $0.contains("skipped") }
    }

    @Test func `by default such steps fail, and one warning names the stages and the line to write`() throws {
        let (loaded, problems) = try load(Self.stages)
        #expect(problems.errors == [])
        #expect(
            told(problems) == [
                "the stages a, b and c will fail at argocd-update, argoCDAppUpdates and argocd-wait: "
                    + "no cluster is configured"
            ]
        )
        let warning = try #require(problems.first { $0.message.contains("will fail") })
        #expect(warning.hint?.contains("`argocd: {whenMissing: skip}` in ") == true)
        #expect(warning.place.line > 0)
        let project = try #require(loaded?.pipelines.projects["demo"])
        #expect(Set(project.stages.values.map(\.missingArgoCD)) == [.fail])
    }

    @Test func `whenMissing is read for the program and for a project, which goes before`() throws {
        let skip = "argocd: {whenMissing: skip}"
        let (whole, problems) = try load(Self.stages, more: skip)
        #expect(whole?.settings.missingArgoCD == .skip)
        #expect(whole?.pipelines.projects["demo"]?.stages["a"]?.missingArgoCD == .skip)
        #expect(
            told(problems) == [
                "the stages a, b and c skip argocd-update, argoCDAppUpdates and argocd-wait: "
                    + "no cluster is configured, and argocd.whenMissing is skip",
                "every step of the stage a is skipped: no freight is ever verified there",
                "every step of the stage b is skipped: no freight is ever verified there",
            ]
        )
        let back = try load(Self.stages, more: skip + "\nprojects: {demo: {argocd: {whenMissing: fail}}}").0
        #expect(back?.pipelines.projects["demo"]?.stages["a"]?.missingArgoCD == .fail)
        let other = try load(Self.stages, more: "projects: {demo: {argocd: {whenMissing: skip}}}").0
        #expect(other?.pipelines.projects["demo"]?.stages["a"]?.missingArgoCD == .skip)
        #expect(other?.settings.missingArgoCD == .fail)
    }

    @Test(arguments: ["argocd: {whenMissing: ignore}", "argocd: {whenmissing: skip}", "argocd: skip"])
    func `anything else there is an error with its line`(_ more: String) throws {
        let errors = try problems(of: Self.stages, more: more).errors
        #expect(errors.count == 1)
        #expect(errors.first?.place.path.hasPrefix("argocd") == true)
        #expect(errors.first?.place.line == 3)
    }

    @Test func `a promotion stores what its Argo CD steps do, and leaves the others alone`() throws {
        let loaded = try #require(try load(Self.stages, more: "argocd: {whenMissing: skip}").0)
        let stages = try #require(loaded.pipelines.projects["demo"]).stages
        let freight = Freight(
            id: FreightID("83847ed028e97a8bc1235ae5f439c3a2d6d7c794"),
            alias: "cosy-puffin",
            origin: WarehouseKey(project: "demo", name: "main"),
            artifacts: [],
            discoveredAt: Timestamp(microseconds: 0)
        )
        #expect(stages["a"]?.steps(for: freight).map(\.missingArgoCD) == [.skip])
        #expect(stages["b"]?.steps(for: freight).map(\.missingArgoCD) == [.skip])
        #expect(stages["c"]?.steps(for: freight).map(\.missingArgoCD) == [nil, .skip, .skip])
    }
}
