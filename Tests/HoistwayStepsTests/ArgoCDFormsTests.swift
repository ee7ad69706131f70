import HoistwayModel
import HoistwayPorts
import HoistwayTestKit
import Testing

@testable import HoistwaySteps

/// What `argocd-update` makes of its configuration, with the forms of Kargo 0.7 to 1.2.
struct ArgoCDFormsTests {
    private static let image = "reg.test/shop/checkout"
    private static let commit = ObjectID(String(repeating: "a", count: 40)) ?? .zero
    private static let chart = "https://charts.test"

    private static func bench() -> Bench {
        var bench = Bench()
        bench.freight = Bench.freight([
            Bench.image(image, "1.4.3"),
            .commit(CommitArtifact(repoURL: Bench.url, id: commit)),
            .chart(ChartArtifact(repoURL: chart, name: "web", version: "2.0.1")),
        ])
        return bench
    }

    private static let application = Application(
        key: ApplicationKey(namespace: "argocd", name: "web"),
        annotations: [ApplicationAuthorization.kargoKey: "demo:prod"],
        sources: [
            ApplicationSource(repoURL: Bench.url, targetRevision: "main"),
            ApplicationSource(repoURL: chart, targetRevision: "1.0.0", chart: "web"),
        ],
        isMultiSource: true
    )

    /// Runs one pass that may write; gives what was written, or why not.
    private static func write(
        _ config: ConfigValue,
        outputs: [String: ConfigValue] = [:],
        bench: Bench = bench(),
        isOfMechanisms: Bool = false
    ) async throws -> (update: ApplicationUpdate?, problem: String) {
        let argocd = InMemoryArgoCD()
        argocd.put(application)
        var template = StepTemplate(uses: "argocd-update", alias: "argo", config: config, place: Bench.place)
        template.isOfMechanisms = isOfMechanisms ? true : nil
        if let problem = StepRegistry.problem(with: template) { return (nil, problem.message) }
        var context = bench.run([template]).context
        context.outputs = outputs
        let access = ArgoCDAccess(
            name: "main",
            cluster: argocd.cluster("main"),
            options: ArgoCDOptions(cluster: "main")
        )
        do throws(StepFailure) {
            let pass = try ClusterPass(context, access, mayWrite: true)
            _ = try await ArgoCDUpdateStep(template).run(pass)
            return (argocd.updates().first?.update, "")
        } catch {
            return (nil, error.description)
        }
    }

    private static func source(_ more: [String: ConfigValue], app: [String: ConfigValue] = [:]) -> ConfigValue {
        let source = ["repoURL": ConfigValue.string(Bench.url)].merging(more) { $1 }
        let entry = ["name": ConfigValue.string("web"), "sources": .list([.map(source)])].merging(app) { $1 }
        return .map(["apps": .list([.map(entry)])])
    }

    private static func kustomize(_ image: [String: ConfigValue]) -> ConfigValue {
        source(["kustomize": .map(["images": .list([.map(image)])])])
    }

    private static func helm(_ image: [String: ConfigValue]) -> ConfigValue {
        source(["helm": .map(["images": .list([.map(image)])])])
    }

    @Test(
        arguments: [
            (["repoURL": "reg.test/a", "tag": "2"], "reg.test/a:2"),
            (["repoURL": "reg.test/a", "digest": "sha256:x"], "reg.test/a@sha256:x"),
            (["repoURL": "a", "newName": "reg.test/a", "tag": "2"], "a=reg.test/a:2"),
            (["repoURL": "reg:5000/a", "tag": "2"], "reg:5000/a=reg:5000/a:2"),
            // Kargo 0.9 to 1.2: the freight's.
            (["repoURL": .string(image)], "\(image):1.4.3"),
            (["repoURL": .string(image), "useDigest": true], "\(image)@\(Bench.digest)"),
            (["repoURL": .string(image), "fromOrigin": ["kind": "Warehouse", "name": "shop"]], "\(image):1.4.3"),
        ] as [([String: ConfigValue], String)]
    )
    func `images of Kustomize`(entry: [String: ConfigValue], text: String) async throws {
        let written = try await Self.write(Self.kustomize(entry))
        #expect(written.update?.sources == [.init(index: 0, kustomizeImages: [text])], "\(written.problem)")
    }

    @Test(
        arguments: [
            (["key": "tag", "value": "2"], "2"), (["key": "tag", "value": "Tag"], "Tag"),
            (["key": "tag", "value": "Tag", "repoURL": .string(image)], "1.4.3"),
            (["key": "tag", "value": "ImageAndTag", "repoURL": .string(image)], "\(image):1.4.3"),
            (["key": "tag", "value": "Digest", "repoURL": .string(image)], Bench.digest),
            (["key": "tag", "value": "ImageAndDigest", "repoURL": .string(image)], "\(image)@\(Bench.digest)"),
            // Any other word is taken literally.
            (["key": "tag", "value": "other", "repoURL": .string(image)], "other"),
        ] as [([String: ConfigValue], String)]
    )
    func `parameters of Helm`(entry: [String: ConfigValue], value: String) async throws {
        let written = try await Self.write(Self.helm(entry))
        let parameter = ApplicationSource.HelmParameter(name: "tag", value: value)
        #expect(written.update?.sources == [.init(index: 0, helmParameters: [parameter])], "\(written.problem)")
    }

    @Test(
        arguments: [
            (["desiredRevision": "abc", "updateTargetRevision": true], "abc"), (["desiredRevision": "abc"], nil),
            (["desiredCommitFromStep": "push", "updateTargetRevision": true], "pushed"),
            // Beside it, desiredRevision wins.
            (["desiredCommitFromStep": "push", "desiredRevision": "abc", "updateTargetRevision": true], "abc"),
            // Kargo 0.9 and 1.0: the freight's.
            (["updateTargetRevision": true], commit.hex),
            (["repoURL": .string(chart), "chart": "web", "updateTargetRevision": true], "2.0.1"),
        ] as [([String: ConfigValue], String?)]
    )
    func `revisions`(entry: [String: ConfigValue], target: String?) async throws {
        let written = try await Self.write(Self.source(entry), outputs: ["push": ["commit": "pushed"]])
        let index = entry["chart"] == nil ? 0 : 1
        let expected = target.map { [ApplicationUpdate.SourceChange(index: index, targetRevision: $0)] } ?? []
        #expect(written.update?.sources == expected, "\(written.problem)")
    }

    @Test(
        arguments: [
            (source(["desiredCommitFromStep": "gone"]), "the step 'gone' has given no output `commit`"),
            (kustomize(["repoURL": "reg.test/none"]), "the freight carries no image reg.test/none"),
            (
                kustomize(["repoURL": .string(image), "fromOrigin": ["kind": "Warehouse", "name": "other"]]),
                "the freight of the warehouse other carries no image"
            ),
            (
                source(["repoURL": .string(chart), "chart": "none", "updateTargetRevision": true]),
                "the freight carries no version of https://charts.test (chart none)"
            ),
            (source(["repoURL": "https://git.test/other"]), "argocd/web has no source https://git.test/other; it has"),
            (["apps": [["selector": ["matchLabels": [:]]]]], "selector.matchLabels: it has no key"),
        ] as [(ConfigValue, String)]
    )
    func `what cannot be known is an error, and nothing is written`(config: ConfigValue, problem: String) async throws {
        let written = try await Self.write(config)
        #expect(written.update == nil && written.problem.contains(problem), "\(written.problem)")
    }

    @Test func `a source that names no form is only synchronised`() async throws {
        let written = try await Self.write(["apps": [["name": "web", "namespace": "argocd"]]])
        #expect(written.update?.sources == [])
    }

    // MARK: Kargo 0.7 and 0.8

    private static func mechanisms(_ sources: [ArgoCDSourceUpdate]) -> [StepTemplate] {
        let mechanisms = PromotionMechanisms(
            gitRepoUpdates: [
                GitRepoUpdate(
                    repoURL: "https://git.test/rendered.git",
                    writeBranch: "stage/prod",
                    images: [],
                    place: Bench.place
                )
            ],
            argoCDAppUpdates: [
                ArgoCDAppUpdate(appName: "web", appNamespace: "", sourceUpdates: sources, place: Bench.place)
            ],
            place: Bench.place
        )
        let stage = Stage(
            key: StageKey(project: "demo", name: "prod"),
            requestedFreight: [],
            promotion: .mechanisms(mechanisms),
            place: Bench.place
        )
        return stage.steps(for: bench().freight)
    }

    @Test func `sourceUpdates set what the freight has, and expect what was pushed`() async throws {
        let steps = Self.mechanisms([
            ArgoCDSourceUpdate(
                repoURL: Bench.url,
                images: [.init(image: Self.image, useDigest: true), .init(image: "reg.test/none", useDigest: false)],
                parameters: [.init(image: Self.image, key: "image", value: "ImageAndTag")]
            ), ArgoCDSourceUpdate(repoURL: Self.chart, chart: "web"),
            // What the Application does not have is passed over.
            ArgoCDSourceUpdate(repoURL: "https://git.test/other"),
        ])
        let step = try #require(steps.last)
        #expect(step.uses == "argocd-update" && step.isOfMechanisms == true)
        #expect(StepRegistry.problem(with: step) == nil)
        let push = try #require(steps.first { $0.uses == "git-push" })
        #expect(
            step.config["apps"]?.list?.first?["sources"]?.list?.last == [
                "repoURL": "https://git.test/rendered.git",
                "desiredRevision": .string("${{ outputs['\(push.alias)'].commit }}"),
            ]
        )
        let written = try await Self.write(step.config, isOfMechanisms: true)
        #expect(
            written.update?.sources == [
                .init(
                    index: 0,
                    targetRevision: Self.commit.hex,
                    kustomizeImages: ["\(Self.image)=\(Self.image)@\(Bench.digest)"],
                    helmParameters: [.init(name: "image", value: "\(Self.image):1.4.3")]
                ), .init(index: 1, targetRevision: "2.0.1"),
            ],
            "\(written.problem)"
        )
    }

    @Test func `a tag of the freight's commit is taken before its id, and oci is removed on the update's side`() throws
    {
        let freight = Bench.freight([
            .commit(CommitArtifact(repoURL: Bench.url, id: Self.commit, tag: "v1.0.0")),
            .chart(ChartArtifact(repoURL: "oci://reg.test/charts/web", name: "", version: "3.0.0")),
        ])
        let update = ArgoCDAppUpdate(
            appName: "web",
            appNamespace: "apps",
            sourceUpdates: [
                ArgoCDSourceUpdate(repoURL: Bench.url),
                ArgoCDSourceUpdate(repoURL: "oci://reg.test/charts", chart: "web"),
            ],
            place: Bench.place
        )
        let config = LegacyMechanisms.application(
            update,
            freight: FreightLookup(collection: [freight], subscriptions: []),
            pushed: []
        )
        #expect(
            config == [
                "name": "web", "namespace": "apps",
                "sources": [
                    ["repoURL": .string(Bench.url), "desiredRevision": "v1.0.0", "updateTargetRevision": true],
                    ["repoURL": "reg.test/charts", "chart": "web"],
                ],
            ]
        )
    }
}
