import HoistwayModel
import Testing

@testable import HoistwaySettings

private let project = "apiVersion: kargo.akuity.io/v1alpha1\nkind: Project\nmetadata: {name: demo}\n"

private func warehouse(_ image: String) -> String {
    """
    ---
    apiVersion: kargo.akuity.io/v1alpha1
    kind: Warehouse
    metadata: {name: main, namespace: demo}
    spec: {subscriptions: [{image: {repoURL: ghcr.io/acme/app, \(image)}}]}

    """
}

private func stage(_ name: String, _ steps: String...) -> String {
    """
    ---
    apiVersion: kargo.akuity.io/v1alpha1
    kind: Stage
    metadata: {name: \(name), namespace: demo}
    spec:
      requestedFreight: [{origin: {kind: Warehouse, name: main}, sources: {direct: true}}]
      promotionTemplate:
        spec:
          steps:
            - {uses: git-clone, config: {repoURL: 'https://git.example.com/a/b', checkout: [{branch: \(name), path: ./o}]}}
    \(steps.map { "        - \($0)" }.joined(separator: "\n"))

    """
}

/// With one source.
private func argocd(_ source: String) -> String {
    "{uses: argocd-update, config: {apps: [{name: a, sources: [{repoURL: r, \(source)}]}]}}"
}

private func forms(_ found: [Problem]) -> [Problem] {
    found.warnings.filter { $0.message.contains(" is a form of Kargo ") }
}

/// T15, C5: a form that Kargo has dropped is read as it was meant, with one warning for each form and file.
struct OldFormTests {
    private static let sound = warehouse("constraint: ^1.0.0")

    @Test(arguments: [
        (
            "{uses: git-commit, config: {path: ./o, messageFromSteps: [a]}}", "messageFromSteps of git-commit",
            "0.9 to 1.4"
        ),
        (
            "{uses: kustomize-set-image, config: {path: ./o, images: [{image: a/b}]}}", "an image without tag",
            "0.9 to 1.2"
        ),
        (
            "{uses: kustomize-set-image, config: {path: ./o, images: [{image: a/b, useDigest: true}]}}", "useDigest",
            "1.2"
        ),
        (
            "{uses: argocd-update, config: {apps: [{name: a, sources: [{repoURL: r, desiredCommitFromStep: x}]}]}}",
            "desiredCommit", "1.2"
        ),
        (argocd("updateTargetRevision: true"), "updateTargetRevision of argocd-update without", "0.9 and 1.0"),
        (argocd("kustomize: {images: [{repoURL: a/b}]}"), "an image of argocd-update without tag", "1.2"),
        (argocd("kustomize: {images: [{repoURL: a/b, useDigest: true}]}"), "useDigest of argocd-update", "1.2"),
        (argocd("helm: {images: [{repoURL: a/b, key: k, value: Tag}]}"), "repoURL of an image for Helm", "1.2"),
        (argocd("fromOrigin: {kind: Warehouse, name: main}"), "fromOrigin of argocd-update", "1.2"),
        (argocd("helm: {fromOrigin: {name: main}, images: [{key: k, value: v}]}"), "fromOrigin of", "1.2"),
        (
            argocd("kustomize: {fromOrigin: {name: main}, images: [{repoURL: a, tag: b, fromOrigin: {name: main}}]}"),
            "fromOrigin of", "1.2"
        ),
        (
            "{uses: argocd-update, config: {fromOrigin: {name: main}, apps: [{name: a, fromOrigin: {name: main}}]}}",
            "fromOrigin of", "1.2"
        ),
    ])
    func `a form of a step that runs is one warning with today's form, and no error`(
        _ step: String,
        _ form: String,
        _ versions: String
    ) throws {
        let found = try problems(of: project + Self.sound + stage("x", step) + stage("y", step))
        #expect(found.errors == [])
        let told = forms(found)
        #expect(told.count == 1, "\(found)")
        #expect(told.first?.message.hasPrefix(form) == true)
        #expect(told.first?.message.contains("\(versions), which today's Kargo") == true)
        let hint = try #require(told.first?.hint)
        #expect(hint.hasPrefix("today: ") && hint.contains("`"))
        #expect((told.first?.place.line ?? 0) > 15)
    }

    @Test func `argocd-update without a revision is told beside a step in a form of its time, and else it is not`()
        throws
    {
        let old = "{uses: git-commit, config: {path: ./o, messageFromSteps: [a]}}"
        let update = "{uses: argocd-update, config: {apps: [{name: a}]}}"
        let found = try problems(of: project + Self.sound + stage("x", old, update) + stage("y", old, update))
        #expect(found.errors == [])
        #expect(found.count { $0.message.hasPrefix("argocd-update names no desiredRevision") } == 1, "\(found)")
        for steps in [[update], [old, argocd("desiredRevision: x")], [old, argocd("desiredCommitFromStep: x")]] {
            let text = project + Self.sound + stage("x", steps.joined(separator: "\n        - "))
            let found = try problems(of: text)
            #expect(found.errors == [])
            #expect(!found.contains { $0.message.hasPrefix("argocd-update names no") }, "\(found)")
        }
    }

    private static let acme = "repoURL: 'https://github.com/acme/ops'"

    @Test(arguments: [
        ("{uses: git-open-pr, config: {\(acme), targetBranch: main, sourceBranchFromStep: a}}", "sourceBranchFromStep"),
        ("{uses: git-wait-for-pr, config: {\(acme), prNumberFromStep: a}}", "prNumberFromStep"),
        (
            "{uses: git-wait-for-pr, config: {\(acme), prNumber: \"${{ outputs['step-1'].prNumber }}\"}}",
            "the output prNumber"
        ),
    ])
    func `an older form of a step about pull requests is told as such, and is no error`(
        _ step: String,
        _ form: String
    ) throws {
        let found = try problems(of: project + Self.sound + stage("x", step))
        #expect(found.errors == [])
        #expect(forms(found).count == 1 && forms(found)[0].message.hasPrefix(form), "\(found)")
    }

    @Test func `an image's semverConstraint is honoured with a warning, and beside constraint it has none`() throws {
        let (loaded, found) = try load(project + warehouse("semverConstraint: ^1.2.0"))
        #expect(found.errors == [])
        #expect(forms(found).map(\.hint) == ["today: `constraint: '^1.2.0'`"])
        guard case .image(let image)? = loaded?.pipelines.projects["demo"]?.warehouses["main"]?.subscriptions.first
        else {
            Issue.record("no image")
            return
        }
        #expect(image.constraint == "^1.2.0")
        let both = try problems(of: project + warehouse("semverConstraint: ^1.2.0, constraint: ^2.0.0"))
        #expect(both.errors == [])
        #expect(both.warnings.contains { $0.message.hasPrefix("semverConstraint has no effect beside constraint") })
    }

    @Test func `policies of a Project are honoured with a warning, unless a ProjectConfig has some`() throws {
        let old =
            project + "spec: {promotionPolicies: [{stage: x, autoPromotionEnabled: true}]}\n" + Self.sound + stage("x")
        let (loaded, found) = try load(old)
        #expect(found.errors == [])
        #expect(forms(found).count == 1)
        #expect(loaded?.pipelines.projects["demo"]?.promotionPolicies.map(\.autoPromotionEnabled) == [true])
        let config = """
            ---
            apiVersion: kargo.akuity.io/v1alpha1
            kind: ProjectConfig
            metadata: {name: demo, namespace: demo}
            spec: {promotionPolicies: [{stageSelector: {name: x}, autoPromotionEnabled: false}]}
            """
        let (both, told) = try load(old + config)
        #expect(both?.pipelines.projects["demo"]?.promotionPolicies.map(\.autoPromotionEnabled) == [false])
        // What has no effect is not called honoured.
        #expect(forms(told) == [])
        let warning = try #require(told.warnings.first { $0.message.contains("no effect beside its ProjectConfig") })
        #expect(warning.place.path == "spec.promotionPolicies")
    }
}

/// C3: YAML in a hint parses, and does what the hint says.
struct HintTests {
    @Test(arguments: [
        "^[0-9a-f]{40}$", "it's", "a: b", "[x]", "{a}", "#x", "%x", "- a", "x, y", "\\d+", "\"q\"", "*x", "&x", "!x",
        "1.26",
    ])
    func `the hints for old tag rules can be pasted, and select the same tags`(_ written: String) throws {
        let quoted = YamlQuoted.text(written)
        for (key, new) in [("allowTags", "allowTagsRegexes"), ("ignoreTags", "ignoreTagsRegexes")] {
            let value = key == "ignoreTags" ? "[\(quoted)]" : quoted
            let found = try problems(of: project + warehouse("\(key): \(value)"))
            guard found.errors.isEmpty else { continue }
            let told = try #require(found.first { $0.message.hasPrefix("\(key) works here") })
            let yaml = try #require(told.hint?.split(separator: "`", maxSplits: 1).last?.dropLast())
            #expect(yaml.hasPrefix(new))
            let (loaded, after) = try load(project + warehouse(String(yaml)))
            #expect(after.errors == [], "\(yaml)")
            guard case .image(let image)? = loaded?.pipelines.projects["demo"]?.warehouses["main"]?.subscriptions.first
            else {
                Issue.record("no image")
                return
            }
            if key == "allowTags" { #expect(image.tags.allow == [written]) }
            if key == "ignoreTags" { #expect(image.tags.ignore.count == 1) }
        }
    }
}

/// C1, C8: the next issue replaces the code that these are about.
struct KnownCheckIssueTests {
    private static let sound = warehouse("constraint: ^1.0.0")

    @Test func `an error that follows from another is not reported`() throws {  // C1
        let broken = stage(
            "x",
            "{uses: git-clear, config: {path: ./out}}",
            "{uses: git-commit, config: {path: ./out}}",
            "{uses: git-push, config: {path: ./out}}"
        ).replacing("branch: x, path: ./o}", with: "branch: '-x', commit: abc, path: '${{ vars.x }}'}")
        let found = try problems(of: project + Self.sound + broken).errors
        #expect(!found.isEmpty)
        #expect(found.allSatisfy { !$0.message.contains("which no earlier git-clone has checked out") }, "\(found)")
    }

    @Test func `a stage that pushes nothing is told`() throws {  // C8
        let found = try problems(of: project + Self.sound + stage("x", "{uses: git-commit, config: {path: ./o}}"))
        withKnownIssue("C8") { #expect(found.contains { $0.message.contains("push") }) }
    }

    @Test func `a credential for another repository than the one that is pushed to is told`() throws {  // C8
        let secret = """
            ---
            apiVersion: v1
            kind: Secret
            metadata: {name: repo, namespace: demo, labels: {kargo.akuity.io/cred-type: git}}
            stringData: {repoURL: 'https://git.example.com/other/repo', username: a, password: b}
            """
        let push = "{uses: git-push, config: {path: ./o}}"
        let found = try problems(of: project + Self.sound + stage("x", push) + secret)
        withKnownIssue("C8") { #expect(found.contains { $0.message.contains("credential") }) }
    }

    @Test func `two checkouts at one path are told`() throws {  // C8
        let clone =
            "{uses: git-clone, config: {repoURL: 'https://git.example.com/a/c', checkout: [{branch: b, path: ./o}]}}"
        let found = try problems(of: project + Self.sound + stage("x", clone))
        withKnownIssue("C8") { #expect(found.errors.contains { $0.message.contains("./o") }) }
    }

    @Test func `the configuration of a step that is skipped is checked`() throws {  // C8
        let step = "{uses: argocd-update, config: {appz: []}}"
        let found = try problems(of: project + Self.sound + stage("x", step))
        #expect(found.errors.contains { $0.message.contains("appz") })
    }
}
