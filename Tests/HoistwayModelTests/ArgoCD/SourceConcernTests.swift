import Testing

@testable import HoistwayModel

/// Which Applications a push concerns: the rules of Argo CD's own webhook, case by case.
struct SourceConcernTests {
    private static let url = "https://git.example.com/acme/deploy"
    private static let key = "git.example.com/acme/deploy"

    private static func application(_ sources: ApplicationSource..., paths: String? = nil) -> Application {
        Application(
            key: ApplicationKey(namespace: "argocd", name: "web"),
            annotations: paths.map { [GeneratePaths.annotation: $0] } ?? [:],
            sources: sources
        )
    }

    private static func branch(_ name: String, isDefault: Bool? = nil, _ files: [String]? = nil) -> SourceNews {
        SourceNews(repositories: [key], what: .branch(name, isDefault: isDefault), changedFiles: files)
    }

    private static func tag(_ name: String) -> SourceNews { SourceNews(repositories: [key], what: .tag(name)) }

    @Test func `paths that are too long to be read are told, and every file counts`() throws {
        var application = Self.application(ApplicationSource(repoURL: Self.url, targetRevision: "main"))
        application.oversizedAnnotations[GeneratePaths.annotation] = 40_000
        let concern = try #require(SourceConcern(of: application, by: Self.branch("main", ["docs/a.md"])))
        #expect(
            concern.reason
                == "it follows main, and every file counts: of argocd.argoproj.io/manifest-generate-paths, "
                + "it has 40000 bytes, and at most 32768 are read"
        )
    }

    // MARK: Repository and revision

    @Test(arguments: [
        ("https://git.example.com/acme/deploy", true), ("https://git.example.com/Acme/Deploy.git", true),
        ("ssh://git@git.example.com/acme/deploy.git", true), ("git@git.example.com:acme/deploy", true),
        ("http://user@git.example.com/acme/deploy/", true), ("https://git.example.com/acme/deploy2", false),
        ("https://git.example.org/acme/deploy", false), ("", false), ("not a url", false),
    ])
    func `a repository is the same however its URL is written`(_ url: String, _ isConcerned: Bool) {
        let application = Self.application(ApplicationSource(repoURL: url, targetRevision: "main"))
        #expect((SourceConcern(of: application, by: Self.branch("main")) != nil) == isConcerned)
    }

    @Test(
        arguments: [
            // What it follows, the branch that was pushed, whether that is the default one.
            ("main", "main", nil, true), ("main", "other", nil, false), ("refs/heads/main", "main", nil, true),
            ("refs/tags/main", "main", nil, false), ("stage/test", "stage/test", nil, true),
            ("test", "stage/test", nil, false), ("", "main", true, true), ("", "other", false, false),
            ("", "other", nil, true), ("HEAD", "main", true, true), ("HEAD", "main", false, false),
            ("1.x", "1.2.3", nil, false), ("5b1d7cbbb0be5a6ad2aa17e0a8b9b4a1a5dd3f62", "main", true, false),
        ] as [(String, String, Bool?, Bool)]
    )
    func `a push to a branch`(_ target: String, _ name: String, _ isDefault: Bool?, _ isConcerned: Bool) {
        let application = Self.application(ApplicationSource(repoURL: Self.url, targetRevision: target))
        let concern = SourceConcern(of: application, by: Self.branch(name, isDefault: isDefault))
        #expect((concern != nil) == isConcerned)
    }

    @Test(arguments: [
        ("v1.2.3", "", "v1.2.3", true), ("v1.2.3", "", "v1.2.4", false), ("refs/tags/v1.2.3", "", "v1.2.3", true),
        ("refs/heads/v1.2.3", "", "v1.2.3", false), ("1.2.*", "", "v1.2.9", true), (">=1.0.0 <2", "", "1.9.0", true),
        (">=1.0.0 <2", "", "2.0.0", false), ("^1.0.0", "", "1.5.0-rc.1", false), ("^1.0.0-0", "", "1.5.0-rc.1", true),
        ("1.x", "web-", "web-1.4.0", true), ("1.x", "web-", "api-1.4.0", false), ("", "", "v1.0.0", false),
        ("HEAD", "", "v1.0.0", false), ("main", "", "v1.0.0", false), ("*", "", "latest", false),
    ])
    func `a tag`(_ target: String, _ prefix: String, _ name: String, _ isConcerned: Bool) {
        var source = ApplicationSource(repoURL: Self.url, targetRevision: target)
        source.tagPrefix = prefix
        #expect((SourceConcern(of: Self.application(source), by: Self.tag(name)) != nil) == isConcerned)
    }

    @Test func `any of several sources is enough`() {
        let application = Self.application(
            ApplicationSource(repoURL: "https://charts.example.com", targetRevision: "1.0.0", chart: "web"),
            ApplicationSource(repoURL: Self.url, targetRevision: "main", ref: "values")
        )
        #expect(SourceConcern(of: application, by: Self.branch("main"))?.reason == "it follows main")
        #expect(SourceConcern(of: application, by: Self.branch("other")) == nil)
    }

    @Test func `the dry source of a hydrator is rendered again, the branch that it writes is only compared`() {
        var application = Self.application(
            ApplicationSource(repoURL: Self.url, path: "out", targetRevision: "env/test")
        )
        application.drySource = ApplicationSource(repoURL: Self.url, path: "web", targetRevision: "main")
        #expect(SourceConcern(of: application, by: Self.branch("main"))?.hydrates == true)
        #expect(SourceConcern(of: application, by: Self.branch("env/test"))?.hydrates == false)
        #expect(SourceConcern(of: application, by: Self.branch("env/prod")) == nil)
        application.annotations[GeneratePaths.annotation] = "."
        #expect(SourceConcern(of: application, by: Self.branch("main", ["web/a"])) != nil)
        #expect(SourceConcern(of: application, by: Self.branch("main", ["out/a"])) == nil)
        #expect(SourceConcern(of: application, by: Self.branch("env/test", ["out/a"])) != nil)
    }

    @Test(arguments: [
        ("oci://ghcr.io/acme/charts", "web", "1.x", "1.2.0", true),
        ("ghcr.io/acme/charts/", "web", "1.2.0", "1.2.0", true),
        ("oci://ghcr.io/acme/charts/web", "", "1.x", "1.2.0", true),
        ("oci://ghcr.io/acme/charts", "api", "1.x", "1.2.0", false),
        ("oci://ghcr.io/acme/charts", "web", "2.x", "1.2.0", false),
        ("https://ghcr.io/acme/charts/web", "", "1.x", "1.2.0", false),
    ])
    func `a chart or an OCI artifact`(_ url: String, _ chart: String, _ target: String, _ tag: String, _ isIt: Bool) {
        let application = Self.application(ApplicationSource(repoURL: url, targetRevision: target, chart: chart))
        let image = ImageEvent(image: ImageKey(normalised: "ghcr.io/acme/charts/web"), tags: [tag])
        let news = SourceNews.of(.image(image))
        #expect(news.count == 1 && (SourceConcern(of: application, by: news[0]) != nil) == isIt)
        let event = ChartEvent(repository: ImageKey(normalised: "ghcr.io/acme/charts"), chart: "web", version: tag)
        #expect((SourceConcern(of: application, by: SourceNews.of(.chart(event))[0]) != nil) == isIt)
    }

    // MARK: Paths

    @Test(arguments: [
        // The annotation, a file that was changed, whether it counts; the source's path is apps/web.
        (".", "apps/web/values.yaml", true), (".", "apps/web", true), (".", "apps/web2/values.yaml", false),
        (".", "apps/api/values.yaml", false), ("..", "apps/api/values.yaml", true), ("..", "base/a", false),
        ("../../..", "anything/at/all", true), ("/base", "base/deep/er.yaml", true), ("/base", "apps/base/a", false),
        ("/base/", "base/a", true), ("/", "x", true), ("/base;.", "base/a", true), (" /base ; ;. ", "apps/web/a", true),
        ("templates", "apps/web/templates/a.yaml", true), ("./templates/", "apps/web/templates/a.yaml", true),
        ("/apps/*", "apps/web", true), ("/apps/*", "apps/web/values.yaml", false),
        ("/apps/*/values.yaml", "apps/web/values.yaml", true), ("/apps/*.yaml", "apps/web/values.yaml", false),
        ("*.yaml", "apps/web/values.yaml", true), ("*.yaml", "apps/web/sub/values.yaml", false),
        ("value?.yaml", "apps/web/values.yaml", true), ("[a-v]*.yaml", "apps/web/values.yaml", true),
        ("[^v]*.yaml", "apps/web/values.yaml", false), ("/apps/**/values.yaml", "apps/a/b/values.yaml", false),
        ("[", "apps/web/[", true), ("[", "apps/web/x", false), ("a\\*b", "apps/web/a*b", true),
        ("", "elsewhere/a", true), (";", "elsewhere/a", true),
    ])
    func `manifest-generate-paths`(_ paths: String, _ file: String, _ isConcerned: Bool) {
        let source = ApplicationSource(repoURL: Self.url, path: "apps/web", targetRevision: "main")
        let news = Self.branch("main", ["aaa/first", file, "zzz/last"].filter { $0 != "aaa/first" || !isConcerned })
        let concern = SourceConcern(of: Self.application(source, paths: paths), by: news)
        #expect((concern != nil) == isConcerned)
    }

    @Test func `unknown changes concern everybody who follows the branch`() {
        let source = ApplicationSource(repoURL: Self.url, path: "apps/web", targetRevision: "main")
        let concern = SourceConcern(of: Self.application(source, paths: "."), by: Self.branch("main"))
        #expect(concern?.reason == "it follows main, and which files have changed is not known")
        let known = SourceConcern(of: Self.application(source, paths: "."), by: Self.branch("main", ["apps/web/a"]))
        #expect(known?.reason == "it follows main, and apps/web/a is in its path apps/web")
    }

    @Test func `many files and hostile patterns cost little`() {
        let files = (0..<SourceNews.maxFiles).map { "apps/\($0 % 7)/" + String(repeating: "a", count: 200) + "\($0)" }
        let source = ApplicationSource(repoURL: Self.url, path: "apps/web", targetRevision: "main")
        let stars = "/apps/" + String(repeating: "*a", count: 60) + "b"
        let news = Self.branch("main", files)
        #expect(news.changedFiles?.count == SourceNews.maxFiles)
        #expect(SourceConcern(of: Self.application(source, paths: stars), by: news) == nil)
        let many = Array(repeating: "x", count: GeneratePaths.maxPaths + 1).joined(separator: ";")
        #expect(SourceConcern(of: Self.application(source, paths: many), by: news) != nil)
        #expect(SourceNews(repositories: [], what: .tag("a"), changedFiles: files + ["one more"]).changedFiles == nil)
    }

    // MARK: What events say

    private static func push(_ change: (inout PushEvent) -> Void) -> [SourceNews] {
        var push = PushEvent(
            repoKeys: [RepositoryKey(normalised: key)],
            ref: "refs/heads/main",
            commit: "c1",
            changedFiles: ["b", "a"],
            defaultBranch: "main"
        )
        change(&push)
        return SourceNews.of(.push(push))
    }

    @Test func `a push names branch, repository and files; what may be cut is unknown`() {
        #expect(
            Self.push { _ in } == [
                SourceNews(
                    repositories: [Self.key],
                    what: .branch("main", isDefault: true),
                    commit: "c1",
                    changedFiles: ["a", "b"]
                )
            ]
        )
        let unknown: [(inout PushEvent) -> Void] = [
            { $0.commitsTruncated = true }, { $0.forced = true }, { $0.created = true }, { $0.deleted = true },
            { $0.changedFiles = nil }, { $0.changedFiles = [] },
        ]
        for change in unknown { #expect(Self.push(change).map(\.changedFiles) == [nil]) }
        #expect(Self.push { $0.ref = "refs/notes/x" } == [])
        #expect(Self.push { $0.defaultBranch = nil }.first?.what == .branch("main", isDefault: nil))
        #expect(SourceNews.of(.ping(repoKeys: [])) == [])
    }

    @Test func `news of one ref are joined: all files, and unknown where one is`() {
        let first = Self.branch("main", isDefault: true, ["a"])
        let joined = first.joined(with: Self.branch("main", ["b"]))
        #expect(joined.changedFiles == ["a", "b"] && joined.what == .branch("main", isDefault: true))
        #expect(first.joined(with: Self.branch("main")).changedFiles == nil)
    }
}
