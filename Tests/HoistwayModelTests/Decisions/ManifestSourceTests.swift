import HoistwayModel
import HoistwayPatterns
import Testing

struct ManifestSourceTests {
    private static let key = RepositoryKey(normalised: "git.example.com/acme/pipelines")

    private static func source(
        branch: String? = "main",
        path: ManifestPath = .within("shop"),
        projects: [String]? = ["shop"]
    ) -> ManifestSource {
        ManifestSource(
            repoURL: "https://git.example.com/acme/pipelines.git",
            key: key,
            branch: branch,
            path: path,
            projects: projects
        )
    }

    private static func push(
        _ ref: String = "refs/heads/main",
        key: RepositoryKey = key,
        changed: [String]? = nil,
        change: (inout PushEvent) -> Void = { _ in }
    ) -> PushEvent {
        var push = PushEvent(repoKeys: [key], ref: ref, changedFiles: changed, defaultBranch: "main")
        change(&push)
        return push
    }

    private let matcher = Patterns()

    @Test func `only a push to its own branch of its own repository is news`() {
        let source = Self.source()
        #expect(source.news(of: Self.push(), matcher: matcher) == .changed)
        #expect(source.news(of: Self.push("refs/heads/other"), matcher: matcher) == nil)
        #expect(source.news(of: Self.push("refs/tags/main"), matcher: matcher) == nil)
        let other = RepositoryKey(normalised: "git.example.com/acme/other")
        #expect(source.news(of: Self.push(key: other), matcher: matcher) == nil)
    }

    @Test func `without a branch it follows the default one, and any where nobody says which that is`() {
        let source = Self.source(branch: nil)
        #expect(source.news(of: Self.push(), matcher: matcher) == .changed)
        #expect(source.news(of: Self.push("refs/heads/other"), matcher: matcher) == nil)
        let unknown = Self.push("refs/heads/other") { $0.defaultBranch = nil }
        #expect(source.news(of: unknown, matcher: matcher) == .changed)
    }

    @Test func `a push that changes no manifest is told as such, unless its files may not be all`() {
        let source = Self.source()
        let elsewhere = ["README.md", "shop.yaml", "shop/notes.txt", "shopping/a.yaml"]
        guard case .untouched? = source.news(of: Self.push(changed: elsewhere), matcher: matcher) else {
            Issue.record("nothing of it is a manifest")
            return
        }
        #expect(source.news(of: Self.push(changed: elsewhere + ["shop/deep/a.yml"]), matcher: matcher) == .changed)
        for change: (inout PushEvent) -> Void in [
            { $0.commitsTruncated = true }, { $0.forced = true }, { $0.created = true },
        ] {
            #expect(source.news(of: Self.push(changed: elsewhere, change: change), matcher: matcher) == .changed)
        }
    }

    @Test func `a branch that is deleted takes no manifests away`() {
        guard case .untouched(let reason)? = Self.source().news(of: Self.push { $0.deleted = true }, matcher: matcher)
        else {
            Issue.record("it is not read again")
            return
        }
        #expect(reason.contains("main was deleted"))
    }

    @Test(arguments: [
        (ManifestPath.within(""), "a.yaml", true), (.within(""), "deep/er/a.yml", true), (.within(""), "a.txt", false),
        (.within("shop"), "shop/a.yaml", true), (.within("shop"), "shop", true),
        (.within("shop"), "shops/a.yaml", false),
        (.within("shop/a.json"), "shop/a.json", true),
        (.glob("teams/*/pipelines/*.yaml"), "teams/a/pipelines/b.yaml", true),
        (.glob("teams/*/pipelines/*.yaml"), "teams/a/b/pipelines/b.yaml", false),
        (.glob("teams/**/*.yaml"), "teams/a/b/c.yaml", true),
    ])
    func `a path selects files`(path: ManifestPath, file: String, isSelected: Bool) {
        #expect(path.selects(file, matcher: matcher) == isSelected)
    }

    @Test(arguments: [
        (ManifestPath.within("shop"), "shop"), (.glob("teams/*/pipelines/*.yaml"), "teams"), (.glob("*.yaml"), ""),
        (.glob("teams/a/*.yaml"), "teams/a"), (.glob("teams/{a,b}/x.yaml"), "teams"),
    ])
    func `as much of a path as is no pattern is where reading begins`(path: ManifestPath, folder: String) {
        #expect(path.folder == folder)
    }

    @Test func `the place of a whole repository ends with its branch`() {
        #expect(Self.source(path: .within("")).place == "git.example.com/acme/pipelines@main")
        #expect(Self.source(branch: nil, path: .within("")).place == "git.example.com/acme/pipelines@HEAD")
        #expect(Self.source(branch: nil).place == "git.example.com/acme/pipelines@HEAD:shop")
    }

    @Test func `one project's credentials fetch what defines that project alone`() {
        #expect(Self.source().credentialProject == "shop")
        #expect(Self.source(projects: nil).credentialProject == "")
        #expect(Self.source(projects: ["shop", "other"]).credentialProject == "")
    }

    @Test func `a push to followed manifests is done, with the reason, though no warehouse subscribes to it`() throws {
        var world = World()
        world.pipelines.sources = [Self.source()]
        let intake = Intake(pipelines: world.pipelines, now: world.now, answers: [:]) { _ in [] }
        let origin = EventSource(
            receiver: "hook",
            scope: nil,
            projects: nil,
            isEvidence: true,
            receivedAt: world.now,
            name: "hook delivery 1"
        )
        let result = intake.decide(.push(Self.push()), from: origin, on: world.state, matcher: matcher)
        #expect(result.isMatched && result.manifests == [Self.source()])
        #expect(
            result.trace == [
                "the manifests of git.example.com/acme/pipelines@main:shop are read again: refs/heads/main was pushed"
            ]
        )
        var limited = origin
        limited.scope = SourceScope([])
        let refused = intake.decide(.push(Self.push()), from: limited, on: world.state, matcher: matcher)
        #expect(refused.manifests.isEmpty, "the receiver does not speak for that repository")
    }
}
