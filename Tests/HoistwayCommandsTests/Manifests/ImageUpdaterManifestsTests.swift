import HoistwayModel
import HoistwayPorts
import HoistwaySettings
import HoistwayTestKit
import HoistwayTestServers
import Logging
import Synchronization
import Testing

@testable import HoistwayCommands

/// Applications of Image Updater that become stages by themselves.
struct ImageUpdaterManifestsTests {
    /// What runs of Image Updater.
    private final class Objects: ImageUpdaterObjects {
        let found = Mutex<Result<[ConfigValue], ArgoCDFailure>>(.success([]))
        /// Whether nobody answers.
        let hangs = Mutex(false)

        func imageUpdaterObjects(in namespace: String) async throws(ArgoCDFailure) -> [ConfigValue] {
            // Ends when it is cancelled.
            if hangs.withLock({ $0 }) { try? await Task.sleep(for: .seconds(86_400)) }
            return try found.withLock { $0 }.get()
        }
    }

    private let folder: TemporaryFolder
    private let argocd = InMemoryArgoCD()
    private let objects = Objects()

    init() throws {
        folder = try TemporaryFolder("hoistway-image-updater")
        try folder.write(
            "apiVersion: kargo.akuity.io/v1alpha1\nkind: Project\nmetadata: {name: shop}\n",
            to: "local.yaml"
        )
        try folder.write(
            """
            state: {url: "sqlite:./var/hoistway.db"}
            manifests: [local.yaml]
            kubernetes: {clusters: {main: {inCluster: true}}}
            imageUpdater: {enabled: true, projects: [team], allowedBranches: [main]}
            """,
            to: "hoistway.yaml"
        )
    }

    private static func application(
        _ name: String,
        namespace: String = "argocd",
        project: String = "team",
        _ more: [String: String] = [:]
    ) -> Application {
        var annotations: [String: String] = [:]
        let all = [
            "image-list": "a=reg.test/\(name):1.x", "write-back-method": "git", "write-back-target": "kustomization",
        ]
        for (key, value) in all.merging(more, uniquingKeysWith: { $1 }) {
            annotations["argocd-image-updater.argoproj.io/\(key)"] = value
        }
        return Application(
            key: ApplicationKey(namespace: namespace, name: name),
            annotations: annotations,
            project: project,
            sources: [ApplicationSource(repoURL: "https://git.test/d", path: "apps/\(name)", targetRevision: "main")],
            status: Application.Status(comparedURLs: ["https://git.test/d"], reconciledAt: Timestamp(seconds: 1))
        )
    }

    private static func object(_ kind: String, _ name: String, _ spec: [String: ConfigValue]) -> ConfigValue {
        .map([
            "kind": .string(kind), "metadata": .map(["name": .string(name), "namespace": .string("argocd")]),
            "spec": .map(spec),
        ])
    }

    private var fetch: ManifestFetch {
        let objects = objects
        let generator = ImageUpdaterManifests(
            applications: argocd.applications,
            objects: { $0 == "main" ? objects : nil },
            clock: SystemClock()
        )
        return ManifestFetch(remotes: InMemoryGitRemotes([]), clock: SystemClock(), generator: generator)
    }

    private func open() async throws -> ManifestBook {
        let opened = await ManifestBook.open(config: "\(folder.path)/hoistway.yaml", environment: [:]) { _ in
            Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        }
        return try #require(opened.book, "\(opened.problems)")
    }

    /// The stages that were taken, `nil` where nothing was.
    @discardableResult
    private func check(_ book: ManifestBook) async throws -> [String]? {
        let taken = Mutex<[String]?>(nil)
        let source = try #require(await book.sources.first)
        try await book.check(at: source.source, with: fetch) { loaded in
            taken.withLock { $0 = loaded.pipelines.stagesInOrder.map(\.key.description).sorted() }
        }
        return taken.withLock { $0 }
    }

    private func view(_ book: ManifestBook) async throws -> ManifestSourceView {
        try #require(await book.views.first)
    }

    @Test func `Applications of opted-in AppProjects become stages, and changes are followed`() async throws {
        let book = try await open()
        #expect(try await view(book).state == .missing)
        argocd.put(Self.application("web"))
        argocd.put(Self.application("other", project: "default"))
        #expect(try await check(book) == ["image-updater-team/web"])
        #expect(try await check(book) == nil)
        argocd.put(Self.application("api"))
        #expect(try await check(book) == ["image-updater-team/api", "image-updater-team/web"])
        argocd.edit(ApplicationKey(namespace: "argocd", name: "web")) { $0.annotations = [:] }
        #expect(try await check(book) == ["image-updater-team/api"])
        #expect(try await view(book).state == .current)
        // The next start has them before the cluster answers.
        let again = try await open()
        #expect(try await view(again).state == .current)
    }

    @Test func `an Application that is refused is told, and holds up no other`() async throws {
        argocd.put(Self.application("web"))
        argocd.put(Self.application("evil", ["write-back-target": "kustomization:../.."]))
        argocd.put(Self.application("prod", ["git-branch": "prod"]))
        let book = try await open()
        #expect(try await check(book) == ["image-updater-team/web"])
        let remarks = try await view(book).remarks ?? []
        #expect(remarks.count == 2)
        #expect(remarks[0].hasPrefix("refused: Application argocd/evil: metadata.annotations["), "\(remarks)")
        #expect(remarks[1].contains("prod may not be pushed"), "\(remarks)")
        #expect(remarks[1].contains("\n    hint: add prod to imageUpdater.allowedBranches"), "\(remarks)")
    }

    @Test func `an Application that Argo CD does not stand behind makes no stage until it does`() async throws {
        let key = ApplicationKey(namespace: "argocd", name: "web")
        argocd.put(Self.application("api"))
        argocd.put(Self.application("web"))
        // In Argo CD's namespace this one would have the other's name.
        argocd.put(Self.application("web", namespace: "team-a"))
        argocd.edit(key) { $0.status.reconciledAt = nil }
        let book = try await open()
        #expect(try await check(book) == ["image-updater-team/api"])
        var remarks = try await view(book).remarks ?? []
        #expect(remarks.count == 2)
        #expect(
            remarks[0].hasPrefix("refused: Application argocd/web: status.reconciledAt: Argo CD has not"),
            "\(remarks)"
        )
        #expect(remarks[0].contains("\n    hint: `argocd app get argocd/web --refresh`"), "\(remarks)")
        #expect(remarks[1].hasPrefix("refused: Application team-a/web: metadata.namespace: it is not in"), "\(remarks)")
        argocd.edit(key) { $0.status.reconciledAt = Timestamp(seconds: 2) }
        #expect(try await check(book) == ["image-updater-team/api", "image-updater-team/web"])
        // A repository that the AppProject does not permit: not compared first, then refused by Argo CD.
        argocd.edit(key) { $0.sources[0].repoURL = "https://git.test/platform" }
        #expect(try await check(book) == ["image-updater-team/api"])
        argocd.edit(key) { $0.status.conditions = [.init(type: "InvalidSpecError", message: "not permitted")] }
        #expect(try await check(book) == ["image-updater-team/api"])
        remarks = try await view(book).remarks ?? []
        #expect(
            remarks.first?.contains("argocd/web: status.conditions: Argo CD does not accept it") == true,
            "\(remarks)"
        )
    }

    @Test func `what Image Updater still takes care of is left out until it does not`() async throws {
        argocd.put(Self.application("web"))
        argocd.put(Self.application("api"))
        let selecting = Self.object(
            "ImageUpdater",
            "all",
            ["applicationRefs": .list([.map(["namePattern": .string("w*"), "useAnnotations": .bool(true)])])]
        )
        objects.found.withLock { $0 = .success([selecting]) }
        let book = try await open()
        #expect(try await check(book) == ["image-updater-team/api"])
        #expect(
            try await view(book).remarks == [
                "refused until the cut-over: Application argocd/web: ImageUpdater argocd/all: spec.applicationRefs[0] selects "
                    + "it: take the item out, or let it select others"
            ]
        )
        let controller = Self.object("Deployment", "argocd-image-updater", ["replicas": .number(1)])
        objects.found.withLock { $0 = .success([controller]) }
        #expect(try await check(book) == [])
        objects.found.withLock { $0 = .success([]) }
        #expect(try await check(book) == ["image-updater-team/api", "image-updater-team/web"])
    }

    /// Whose limits are over soon.
    private struct HastyClock: WallClock {
        func now() -> Timestamp { SystemClock().now() }
        func sleep(for duration: Duration) async throws { try await Task.sleep(for: min(duration, .milliseconds(100))) }
    }

    @Test func `a reload waits for a cluster that never answers no longer than its limit, and what ran goes on`()
        async throws
    {
        argocd.put(Self.application("web"))
        let book = try await open()
        #expect(try await check(book) == ["image-updater-team/web"])
        objects.hangs.withLock { $0 = true }
        argocd.put(Self.application("api"))
        let generator = fetch.generator
        let taken = Mutex<[String]>([])
        let warnings = try await book.reload(
            with: { _ in
                ManifestFetch(remotes: InMemoryGitRemotes([]), clock: HastyClock(), generator: generator)
            },
            take: { loaded in
                taken.withLock { $0 = loaded.pipelines.stagesInOrder.map(\.key.description) }
            }
        )
        #expect(taken.withLock { $0 } == ["image-updater-team/web"])
        #expect(warnings.contains { $0.contains("30 s") }, "\(warnings)")
        #expect(try await view(book).state == .failing)
    }

    @Test func `what cannot be seen changes nothing`() async throws {
        argocd.put(Self.application("web"))
        let book = try await open()
        #expect(try await check(book) == ["image-updater-team/web"])
        objects.found.withLock {
            $0 = .failure(
                .forbidden(cluster: "main", verb: "list", resource: "deployments", namespace: "argocd")
            )
        }
        argocd.put(Self.application("api"))
        #expect(try await check(book) == nil)
        #expect(try await view(book).problems.first?.contains("does not allow to list deployments") == true)
        // Somebody's object that cannot be read takes no stage of others away.
        let odd = ConfigValue.map(["key": .string("team"), "operator": .string("Like")])
        let reference = ConfigValue.map([
            "namePattern": .string("*"), "labelSelectors": .map(["matchExpressions": .list([odd])]),
        ])
        objects.found.withLock {
            $0 = .success([Self.object("ImageUpdater", "odd", ["applicationRefs": .list([reference])])])
        }
        #expect(try await check(book) == nil)
        #expect(
            try await view(book).problems.first?.hasPrefix(
                "which Applications Image Updater still takes care of in the cluster main is not known: "
                    + "ImageUpdater argocd/odd: spec.applicationRefs[0]"
            ) == true
        )
        objects.found.withLock { $0 = .success([]) }
        argocd.setStanding(.broken(since: Timestamp(seconds: 1), reason: "no route"))
        #expect(try await check(book) == nil)
        #expect(
            try await view(book).problems
                == ["the Applications of the cluster main are not known as they are now: no route"]
        )
    }
}
