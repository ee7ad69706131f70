import HoistwayModel
import Testing

@testable import HoistwaySettings

/// T2: what a step that talks to Argo CD does without a cluster is the operator's choice, and `check` names the stages.
struct ArgoCDSettingsTests {
    private static func stage(_ name: String, _ rest: String) -> String {
        DemoPipeline.stage("  \(rest)", named: name)
    }

    private static let update = "{uses: argocd-update, config: {apps: [{name: app}]}}"
    private static let clone =
        "{uses: git-clone, config: {repoURL: 'https://git.example.com/a/b', checkout: [{branch: env, path: ./out}]}}"

    /// One stage in each form, one that does something besides, and one that does not talk to Argo CD.
    private static let stages =
        DemoPipeline.head + stage("a", "promotionTemplate: {spec: {steps: [\(update)]}}")
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
        #expect(whole?.settings.argocd.whenMissing == .skip)
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
        #expect(other?.settings.argocd.whenMissing == nil)
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

    // MARK: Clusters

    private static let two =
        "kubernetes: {clusters: {main: {kubeconfig: kube, context: prod}, edge: {inCluster: true}}}\n"

    private func read(_ more: String, _ stages: String = stages) throws -> (LoadedSettings?, [Problem]) {
        try Sandbox([
            "hoistway.yaml": plainConfiguration + "\n" + more, "pipelines/demo.yaml": stages,
            "kube": "apiVersion: v1\n",
        ]).load(["GITOPS_REPO_URL": "https://git.example.com/acme/deploy", "TOKEN": "s3cr3t"])
    }

    @Test func `clusters are read by name, and a project's keys go before those of the program`() throws {
        let more =
            Self.two
                + """
                argocd: {cluster: main, namespace: argo, instance: west, kargoAnnotation: false, refresh: true}
                projects: {demo: {argocd: {cluster: edge, refresh: false}}}
                """
        let (loaded, problems) = try read(more)
        let settings = try #require(loaded, "\(problems)").settings
        #expect(settings.clusters.map(\.name) == ["edge", "main"])
        #expect(settings.clusters[0].access == .inCluster)
        #expect(settings.clusters[1].file?.hasSuffix("/kube") == true)
        guard case .kubeconfig(_, "prod") = settings.clusters[1].access else {
            Issue.record("\(settings.clusters[1].access)")
            return
        }
        var options = ArgoCDOptions(cluster: "main", namespace: "argo", instance: "west")
        options.acceptsKargoAnnotation = false
        options.refreshes = true
        #expect(settings.argocdOptions(of: "other") == options)
        options.cluster = "edge"
        options.refreshes = false
        #expect(settings.argocdOptions(of: "demo") == options)
    }

    @Test func `the only cluster is everybody's, and nothing is said of steps that have it`() throws {
        let (loaded, problems) = try read("kubernetes: {clusters: {edge: {inCluster: true}}}")
        #expect(try #require(loaded).settings.argocdOptions(of: "demo").cluster == "edge")
        #expect(told(problems) == [])
    }

    @Test func `several clusters and no choice is an error where a stage needs one`() throws {
        let (loaded, problems) = try read(Self.two)
        #expect(loaded == nil)
        let found = try #require(problems.errors.first)
        #expect(problems.errors.count == 1)
        #expect(
            found.message == "the stages a, b and c of the project demo use argocd-update, argoCDAppUpdates and "
                + "argocd-wait, and nobody has chosen among the clusters edge and main"
        )
        #expect(found.hint?.hasPrefix("name one with argocd.cluster in ") == true)
        #expect(try read(Self.two, DemoPipeline.head).0 != nil)
    }

    @Test(arguments: [
        ("argocd: {cluster: mian}", "there is no cluster 'mian'", "did you mean main?"),
        ("projects: {demo: {argocd: {cluster: west}}}\nargocd: {cluster: main}", "there is no cluster 'west'", "edge"),
        ("argocd: {cluster: main, namespace: Argo}", "is not the name of a namespace", "lower-case"),
        ("argocd: {cluster: main, instance: 'a/b'}", "cannot be the name of an instance", "lower-case"),
        ("argocd: {cluster: main}\nprojects: {demo: {argocd: {instance: x}}}", "unknown key 'instance'", "at the top"),
    ])
    func `a wrong choice is told with what there is`(_ more: String, _ message: String, _ hint: String) throws {
        let errors = try read(Self.two + more).1.errors.filter { !$0.message.contains("nobody has chosen") }
        let found = try #require(errors.first)
        #expect(errors.count == 1)
        #expect(found.message.contains(message) && found.hint?.contains(hint) == true, "\(found)")
        #expect(found.place.line > 2)
    }

    @Test(arguments: [
        ("{main: {}}", "neither kubeconfig nor inCluster"), ("{main: {inCluster: false}}", "neither kubeconfig nor"),
        ("{main: {kubeconfig: kube, inCluster: true}}", "not by both"),
        ("{main: {inCluster: true, context: a}}", "inCluster has no contexts"),
        ("{main: {kubeconfig: nowhere}}", "nowhere does not exist"), ("{Main: {inCluster: true}}", "'Main' cannot be"),
        ("{main: {kubconfig: kube}}", "unknown key 'kubconfig'"),
    ])
    func `what is wrong with a cluster is told with its line`(_ clusters: String, _ message: String) throws {
        let errors = try read("argocd: {cluster: main}\nkubernetes:\n  clusters: \(clusters)").1.errors
        let found = try #require(errors.first { $0.message.contains(message) }, "\(errors)")
        #expect(found.place.line == 5)
    }

    @Test func `where a push refreshes, one warning says that Argo CD's own webhook would do it twice`() throws {
        func warnings(_ more: String) throws -> [Problem] {
            try read(Self.two + more, DemoPipeline.head).1.filter { $0.message.contains("refreshed twice") }
        }
        let own = try warnings("projects: {demo: {argocd: {cluster: main, refresh: true}}}")
        #expect(own.map(\.place.path) == ["projects.demo.argocd.refresh"])
        #expect(try warnings("argocd: {cluster: main, refresh: true}").map(\.place.path) == ["argocd.refresh"])
        #expect(try warnings("argocd: {cluster: main}").isEmpty)
    }

    @Test func `refresh without a cluster is refused`() throws {
        let errors = try read("argocd: {refresh: true}").1.errors
        #expect(errors.map(\.message) == ["refresh is on, and no cluster is configured: there is nothing to refresh"])
        #expect(errors.first?.place.path == "argocd.refresh")
        let unchosen = try read(Self.two + "projects: {demo: {argocd: {refresh: true}}}", DemoPipeline.head).1.errors
        #expect(
            unchosen.map(\.message) == [
                "refresh is on for the project demo, and nobody has chosen among the clusters edge and main"
            ]
        )
    }

    @Test func `with a cluster, a Git source that may define every project is warned of, alone or not`() throws {
        func warnings(_ projects: String, _ more: String, files: String = "a.yaml, ") throws -> [String] {
            let source = "{git: {url: https://git.example.com/p, projects: \(projects)}}"
            let text = "manifests: [\(files)\(source)]\n\(more)"
            let loaded = try Sandbox(["hoistway.yaml": text, "a.yaml": DemoPipeline.head]).load()
            return loaded.1.map(\.message).filter { $0.contains("authorises") }
        }
        let cluster = "kubernetes: {clusters: {edge: {inCluster: true}}}"
        #expect(try warnings("all", cluster).count == 1)
        #expect(try warnings("[shop]", cluster).isEmpty)
        #expect(try warnings("all", "").isEmpty)
        #expect(try warnings("all", cluster, files: "").count == 1)
        #expect(try warnings("[shop]", cluster, files: "").isEmpty)
    }
}
