import HoistwayModel
import HoistwayPatterns
import Testing

@testable import HoistwaySettings

/// Warnings of what promotions may bring that nobody has asked for.
struct PromotedWarningTests {
    private static func manifests(subscription: String, stages: String...) -> String {
        """
        apiVersion: kargo.akuity.io/v1alpha1
        kind: Project
        metadata: {name: demo}
        ---
        apiVersion: kargo.akuity.io/v1alpha1
        kind: Warehouse
        metadata: {name: main, namespace: demo}
        spec:
          subscriptions:
            - \(subscription)
        ---
        \(stages.joined(separator: "\n---\n"))
        """
    }

    private static func stage(_ name: String, _ promotion: String) -> String {
        """
        apiVersion: kargo.akuity.io/v1alpha1
        kind: Stage
        metadata: {name: \(name), namespace: demo}
        spec:
          requestedFreight:
            - origin: {kind: Warehouse, name: main}
              sources: {direct: true}
          \(promotion)
        """
    }

    private static func steps(_ name: String, _ steps: String) -> String {
        stage(name, "promotionTemplate: {spec: {steps: [\(steps)]}}")
    }

    private static let image = "image: {repoURL: ghcr.io/acme/app, constraint: ^1.0.0}"
    private static let both = image + "\n    - git: {repoURL: https://git.example.com/acme/deploy, branch: main}"

    private static func clone(_ checkouts: String...) -> String {
        "{uses: git-clone, config: {repoURL: https://git.example.com/acme/deploy, checkout: "
            + "[\(checkouts.joined(separator: ", "))]}}"
    }

    /// What is about what is promoted, and not about receivers.
    private func warnings(_ text: String) throws -> [Problem] {
        let found = try problems(of: text)
        #expect(found.errors == [])
        return found.warnings.filter {
            !$0.message.hasPrefix("no receiver handles events of") && !$0.message.contains(" is a form of Kargo ")
        }
    }

    // MARK: Pre-releases

    private func prereleases(_ fields: String) throws -> [Problem] {
        try warnings(Self.manifests(subscription: "image: {repoURL: ghcr.io/acme/app\(fields)}"))
    }

    @Test func `a version strategy without a constraint takes pre-releases, and check says so with the way out`() throws
    {
        let found = try prereleases("")
        #expect(found.count == 1)
        let warning = try #require(found.first)
        #expect(warning.message.contains("pre-releases such as 1.3.0-rc.1 are selected like releases"))
        #expect(warning.place.line == 10)
        #expect(warning.hint?.contains("'>=0.0.0'") == true)
        #expect(try prereleases(", constraint: ''").count == 1)
        #expect(try prereleases(", allowTagsRegexes: ['^v']").first?.message.contains("v1.3.0-rc.1") == true)
    }

    @Test(arguments: [
        ", constraint: '>=0.0.0'", ", constraint: '>=0.0.0-0'", ", constraint: ^1.0.0",
        ", allowTagsRegexes: ['^v?\\d+\\.\\d+\\.\\d+$']", ", ignoreTagsRegexes: ['-']",
        ", allowTagsRegexes: ['-alpine$']", ", imageSelectionStrategy: Lexical",
        ", imageSelectionStrategy: NewestBuild",
        ", imageSelectionStrategy: Digest, constraint: latest",
    ])
    func `where releases alone are selected, or pre-releases are asked for, nothing is said`(_ fields: String) throws {
        #expect(try prereleases(fields) == [])
    }

    @Test func `both constraints of the hint do what it promises`() throws {
        for (constraint, takes) in [(">=0.0.0", false), (">=0.0.0-0", true)] {
            let range = try SemverConstraint(constraint)
            #expect(range.admits(try #require(Semver(strict: "1.3.0-rc.1"))) == takes)
            #expect(range.admits(try #require(Semver(strict: "1.3.0"))))
        }
    }

    // MARK: Tags

    private static func tagged(_ name: String, _ image: String) -> String {
        steps(
            name,
            clone("{branch: \(name), path: ./repo}")
                + ", {uses: kustomize-set-image, config: {path: ./repo, images: [\(image)]}}"
                + ", {uses: git-commit, config: {path: ./repo}}, {uses: git-push, config: {path: ./repo}}"
        )
    }

    @Test func `stages that set a tag alone are named in one warning`() throws {
        let tag = "{image: ghcr.io/acme/app, tag: 1.2.3}"
        let pinned = "{image: ghcr.io/acme/app, digest: 'sha256:\(String(repeating: "a", count: 64))'}"
        let text = Self.manifests(
            subscription: Self.image,
            stages: Self.tagged("test", tag),
            Self.tagged("uat", tag),
            Self.tagged("prod", pinned)
        )
        let found = try warnings(text)
        #expect(found.count == 1)
        #expect(
            found.first?.message.hasPrefix("the stages test and uat set ghcr.io/acme/app by tag and without digest")
                == true
        )
        #expect(found.first?.hint?.contains("without `images`") == true)
        let one = try warnings(Self.manifests(subscription: Self.image, stages: Self.tagged("test", tag)))
        #expect(one.first?.message.hasPrefix("the stage test sets ghcr.io/acme/app by tag") == true)
        #expect(one.first?.place.path.contains("steps[1]") == true)
    }

    @Test func `the freight's own images are pinned, and not warned of`() throws {
        let automatic = Self.steps(
            "test",
            Self.clone("{branch: test, path: ./repo}") + ", {uses: kustomize-set-image, config: {path: ./repo}}"
                + ", {uses: git-commit, config: {path: ./repo}}, {uses: git-push, config: {path: ./repo}}"
        )
        #expect(try warnings(Self.manifests(subscription: Self.image, stages: automatic)) == [])
    }

    private static func legacy(_ name: String, _ update: String) -> String {
        stage(
            name,
            "promotionMechanisms: {gitRepoUpdates: [{repoURL: https://git.example.com/acme/deploy, \(update)}]}"
        )
    }

    @Test func `a legacy update without useDigest is warned of, and one with it is not`() throws {
        let update = { (more: String) in
            Self.manifests(
                subscription: Self.image,
                stages: Self.legacy(
                    "test",
                    "readBranch: env, writeBranch: env, kustomize: {images: [{image: ghcr.io/acme/app, path: a\(more)}]}"
                )
            )
        }
        let found = try warnings(update(""))
        #expect(found.count == 1)
        #expect(found.first?.hint == "`useDigest: true` sets the digest instead")
        #expect(try warnings(update(", useDigest: true")) == [])
    }

    // MARK: Copies

    private static func copying(_ name: String, from source: String = "branch: main") -> String {
        steps(
            name,
            clone("{\(source), path: ./src}", "{branch: stage/\(name), create: true, path: ./out}")
                + ", {uses: git-clear, config: {path: ./out}}"
                + ", {uses: kustomize-set-image, config: {path: ./src/\(name)}}"
                + ", {uses: copy, config: {inPath: ./src/base, outPath: ./out/base}}"
                + ", {uses: copy, config: {inPath: ./src/\(name), outPath: ./out/\(name)}}"
                + ", {uses: git-commit, config: {path: ./out}}, {uses: git-push, config: {path: ./out}}"
        )
    }

    @Test func `stages that copy from a branch with images alone are named in one warning`() throws {
        let text = Self.manifests(subscription: Self.image, stages: Self.copying("test"), Self.copying("uat"))
        let found = try warnings(text)
        #expect(found.count == 1)
        #expect(
            found.first?.message == "the stages test and uat copy from main, and the freight holds images only: "
                + "whatever else has changed there comes along without being promoted"
        )
        #expect(found.first?.place.path.contains("steps[3]") == true)
        #expect(found.first?.hint != nil)
    }

    @Test func `a checkout without a branch is called the default branch`() throws {
        let steps = Self.copying("test", from: "as: source")
        let found = try warnings(Self.manifests(subscription: Self.image, stages: steps))
        #expect(found.first?.message.hasPrefix("the stage test copies from the default branch, ") == true)
    }

    @Test(arguments: ["tag: v1", "commit: 955658b6324df47355b3a0a005f18a6d11875d12"])
    func `what stands still brings nothing along`(_ source: String) throws {
        let steps = Self.copying("test", from: source)
        #expect(try warnings(Self.manifests(subscription: Self.image, stages: steps)) == [])
    }

    @Test func `freight that holds a commit, and a stage that edits in place, are not warned of`() throws {
        let promoted = Self.copying("test", from: "fromFreight: true")
        #expect(try warnings(Self.manifests(subscription: Self.both, stages: promoted)) == [])
        let inside = Self.steps(
            "test",
            Self.clone("{branch: test, path: ./repo}")
                + ", {uses: copy, config: {inPath: ./repo/a, outPath: ./repo/b}}"
                + ", {uses: git-commit, config: {path: ./repo}}, {uses: git-push, config: {path: ./repo}}"
        )
        #expect(try warnings(Self.manifests(subscription: Self.image, stages: inside)) == [])
    }

    @Test func `a legacy update that reads one branch and writes another is a copy`() throws {
        let update =
            "writeBranch: stage/test, kustomize: {images: [{image: ghcr.io/acme/app, path: a, useDigest: true}]}"
        let copy = { (more: String) in
            Self.manifests(subscription: Self.image, stages: Self.legacy("test", more + update))
        }
        #expect(try warnings(copy("readBranch: main, ")).first?.message.contains("copies from main, ") == true)
        #expect(try warnings(copy("")).first?.message.contains("copies from the default branch, ") == true)
        #expect(try warnings(copy("readBranch: stage/test, ")) == [])
    }
}
