import HoistwayModel
import Testing

@testable import HoistwaySettings

struct ImageUpdaterSettingsTests {
    private static func load(_ more: String) throws -> (LoadedSettings?, [Problem]) {
        let files = [
            "hoistway.yaml": "manifests: [a.yaml]\n\(more)\n",
            "a.yaml": "apiVersion: kargo.akuity.io/v1alpha1\nkind: Project\nmetadata: {name: shop}\n",
        ]
        return try Sandbox(files).load()
    }

    private static let cluster = "kubernetes: {clusters: {main: {inCluster: true}}}\n"

    @Test func `it is off unless the file says otherwise`() throws {
        let (loaded, problems) = try Self.load(Self.cluster)
        #expect(problems.errors.isEmpty)
        #expect(loaded?.settings.imageUpdater == ImageUpdaterSettings())
        #expect(loaded?.settings.manifestSources == [])
    }

    @Test func `where it is on, the Applications are a source of manifests for the opted-in AppProjects alone`() throws
    {
        let (loaded, problems) = try Self.load(
            Self.cluster + "imageUpdater: {enabled: true, projects: [team, shop], allowedBranches: [main, 'env/*']}"
        )
        #expect(problems.errors.map(\.description) == [])
        let source = try #require(loaded?.settings.manifestSources.first?.source)
        #expect(source.place == "argocd://main/image-updater")
        #expect(source.projects == ["image-updater-team", "image-updater-shop"])
        #expect(source.variables.isEmpty)
        #expect(
            source.applications?.policy
                == ImageUpdaterPolicy(
                    projects: ["team", "shop"],
                    allowedBranches: ["main", "env/*"],
                    namespace: "argocd"
                )
        )
        // A cluster that was never seen holds nothing else up.
        #expect(loaded?.pipelines.isComplete == true)
        #expect(loaded?.pipelines.projects.keys.sorted() == ["shop"])
    }

    @Test func `it is enough of manifests`() throws {
        let text = Self.cluster + "manifests: []\nimageUpdater: {enabled: true, projects: [team]}\n"
        let (loaded, problems) = try Sandbox(["hoistway.yaml": text]).load()
        #expect(loaded != nil)
        #expect(problems.map(\.message) == [])
    }

    @Test func `its manifests define no other project`() throws {
        let (loaded, _) = try Self.load(Self.cluster + "imageUpdater: {enabled: true, projects: [team]}")
        let source = try #require(loaded?.settings.manifestSources.first?.source)
        let files = [
            "hoistway.yaml": "manifests: [a.yaml]\n\(Self.cluster)imageUpdater: {enabled: true, projects: [team]}\n",
            "a.yaml": "apiVersion: kargo.akuity.io/v1alpha1\nkind: Project\nmetadata: {name: shop}\n",
        ]
        let sandbox = try Sandbox(files)
        let read = ReadConfiguration.read(path: "\(sandbox.folder)/hoistway.yaml", environment: [:])
        let version = ManifestVersion(
            source: source,
            commit: try #require(ObjectID(String(repeating: "a", count: 40))),
            readAt: Timestamp(seconds: 1),
            files: [
                .init(
                    path: "x.yaml",
                    text: "apiVersion: kargo.akuity.io/v1alpha1\nkind: Project\nmetadata: {name: other}\n"
                )
            ]
        )
        let (taken, problems) = read.loaded(with: [version])
        #expect(taken == nil)
        #expect(problems.errors.contains { $0.message.contains("other") }, "\(problems)")
    }

    @Test(
        arguments: [
            ("imageUpdater: {enabled: true, projects: [a]}", "no cluster is configured"),
            (cluster + "imageUpdater: {enabled: true}", "no AppProject is opted in"),
            (cluster + "imageUpdater: {enabled: true, projects: ['A B']}", "not the name of an AppProject"),
            (
                "kubernetes: {clusters: {a: {inCluster: true}, b: {inCluster: true}}}\nimageUpdater: {enabled: true, projects: [a]}",
                "which of the clusters has the Applications"
            ),
            (cluster + "imageUpdater: {enabled: true, projects: [a], allowedBranches: ['[']}", "["),
            (cluster + "imageUpdater: {on: true}", "on"),
        ]
    )
    func `what is not said is an error`(_ more: String, _ problem: String) throws {
        let (_, problems) = try Self.load(more)
        #expect(problems.contains { $0.message.contains(problem) }, "\(problems)")
    }
}
