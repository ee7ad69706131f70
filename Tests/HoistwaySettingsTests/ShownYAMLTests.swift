import Foundation
import HoistwayModel
import Testing

@testable import HoistwaySettings

/// C3: the YAML that a hint shows can be pasted where the hint says, and what was told is gone then.
struct ShownYAMLTests {
    @Test(arguments: Example.all)
    func `YAML in a hint loads without a problem where the hint says`(_ example: Example) throws {
        let told = try example.problems(with: example.old).filter { $0.message.contains(example.told) }
        let hints = told.compactMap(\.hint)
        try #require(!hints.isEmpty, "\(example.told) was not told")
        let shown = hints.flatMap(Self.fragments(in:))
        try #require(!shown.isEmpty, "\(hints)")
        for text in example.areTogether ? [shown.joined(separator: ", ")] : shown {
            let left = try example.problems(with: text)
            #expect(left.errors.filter { !$0.message.hasSuffix("is not supported yet") } == [], "\(text)")
            #expect(!left.contains { $0.message.contains(example.told) }, "\(text)")
        }
    }

    @Test(arguments: Example.all)
    func `YAML in a hint says the same in block and in flow style`(_ example: Example) throws {
        let told = try example.problems(with: example.old).filter { $0.message.contains(example.told) }
        for text in told.compactMap(\.hint).flatMap(Self.fragments(in:)) {
            let block = try #require(try Self.entries("\(text)\nlast: 1\n"), "\(text)")
            let flow = try #require(try Self.entries("{\(text), last: 1}\n"), "\(text)")
            #expect(block.count == 2 && block == flow, "\(text)")
        }
    }

    // MARK: All of them

    @Test func `every hint with YAML in it has an example here`() throws {
        let shown = try Example.all.flatMap { example in
            try example.problems(with: example.old).compactMap { $0.hint }.flatMap(Self.fragments(in:))
        }
        let written = try Self.sourceLines().flatMap { line in Self.fragments(in: line.text).map { (line.place, $0) } }
        #expect(written.count > 20)
        for (place, fragment) in written {
            #expect(shown.contains { Self.matches($0, fragment) }, "\(place): `\(fragment)` has no example")
        }
    }

    /// Else the test above would not see it.
    @Test func `YAML in a hint stands between backticks`() throws {
        let naked = try Regex(#"[A-Za-z]+: ?(\{[A-Za-z]|\[|'\$|\$\{\{|(true|false)\b)"#)
        for line in try Self.sourceLines() where line.text.contains("hint") || line.text.contains("today:") {
            let quoted = line.text.split(separator: "`", omittingEmptySubsequences: false).enumerated()
            let outside = quoted.filter { $0.offset.isMultiple(of: 2) }.map(\.element).joined()
            guard let start = outside.firstIndex(of: "\"") else { continue }
            #expect(outside[start...].firstMatch(of: naked) == nil, "\(line.place): \(line.text)")
        }
    }

    // MARK: Reading

    /// What stands between backticks and begins with a key.
    private static func fragments(in text: String) -> [String] {
        text.split(separator: "`", omittingEmptySubsequences: false).enumerated()
            .filter { !$0.offset.isMultiple(of: 2) && $0.element.prefixMatch(of: #/[A-Za-z]+: /#) != nil }
            .map { String($0.element) }
    }

    /// Each key with its value, as text.
    private static func entries(_ text: String) throws -> [String]? {
        let problems = ProblemList()
        let documents = YamlDocuments.read(text, file: "hint.yaml", problems: problems).documents
        guard problems.all.isEmpty, documents.count == 1 else { return nil }
        return documents[0].entries?.map { "\($0.key) \(Self.text($0.value))" }
    }

    private static func text(_ node: YamlNode) -> String {
        switch node.content {
        case .scalar(let scalar): "<\(scalar.text)>"
        case .list(let items): "[\(items.map(text).joined(separator: ","))]"
        case .map(let entries): "{\(entries.map { "\($0.key):\(text($0.value))" }.joined(separator: ","))}"
        }
    }

    /// Code of the room, without comments.
    private static func sourceLines() throws -> [(place: String, text: String)] {
        let root = URL(fileURLWithPath: "\(packageFolder)/Sources/HoistwaySettings")
        let files = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil)?.compactMap { $0 as? URL }
        // What the reference says of keys is no hint.
        let sources = (files ?? []).filter {
            $0.pathExtension == "swift" && !$0.path.hasPrefix(root.appendingPathComponent("Reference").path)
        }
        try #require(!sources.isEmpty)
        return try sources.flatMap { file in
            try String(contentsOf: file, encoding: .utf8).split(separator: "\n", omittingEmptySubsequences: false)
                .enumerated()
                .map { (place: "\(file.lastPathComponent):\($0.offset + 1)", text: String($0.element)) }
                .filter { !$0.text.trimmingPrefix { $0 == " " }.hasPrefix("//") }
        }
    }

    /// Whether a text is what a literal of the source gives, whatever stands in place of each `\(…)`.
    private static func matches(_ shown: String, _ literal: String) -> Bool {
        var pieces = [""]
        var depth = 0
        var rest = Substring(literal)
        while let next = rest.first {
            if depth == 0, rest.hasPrefix("\\(") {
                depth = 1
                rest = rest.dropFirst(2)
                pieces.append("")
                continue
            }
            if depth > 0 {
                depth += next == "(" ? 1 : next == ")" ? -1 : 0
            } else if next != "\\" {
                pieces[pieces.count - 1].append(next)
            }
            rest = rest.dropFirst()
        }
        guard shown.hasPrefix(pieces[0]), shown.hasSuffix(pieces[pieces.count - 1]) else { return false }
        var left = Substring(shown)
        for piece in pieces where !piece.isEmpty {
            guard let found = left.firstRange(of: piece) else { return false }
            left = left[found.upperBound...]
        }
        return pieces.count > 1 || shown == pieces[0]
    }
}

/// What leads to a hint that shows YAML; `@@` is where that goes.
struct Example: Sendable, CustomTestStringConvertible {
    /// Part of the message.
    var told: String
    /// What stands at `@@` before.
    var old = ""
    var configuration = ""
    var manifests = Example.head
    /// What the hint shows are lines for one place, and not a choice.
    var areTogether = false
    var isFromGit = false

    var testDescription: String { "\(told), \(old)" }

    func problems(with text: String) throws -> [Problem] {
        let source =
            isFromGit ? "{git: {url: https://git.example.com/acme/pipelines, path: p, projects: [demo]}}" : "all.yaml"
        let configuration = "manifests: [\(source)]\n" + configuration.replacing("@@", with: text)
        let manifests = manifests.replacing("@@", with: text)
        let secret = "https://example.com/hook"
        let sandbox = try Sandbox([
            "hoistway.yaml": configuration, "all.yaml": manifests, "secrets/NAME": secret, "secrets/key": Self.signing,
        ])
        let environment = ["NAME": secret, "CREDENTIALS_DIRECTORY": "\(sandbox.folder)/secrets"]
        guard isFromGit else { return sandbox.load(environment).1 }
        let read = ReadConfiguration.read(path: "\(sandbox.folder)/hoistway.yaml", environment: environment)
        let version = ManifestVersion(
            source: try #require(read.settings).manifestSources[0].source,
            commit: try #require(ObjectID(String(repeating: "1", count: 40))),
            readAt: Timestamp(seconds: 1_800_000_000),
            files: [.init(path: "p/all.yaml", text: manifests)]
        )
        return read.loaded(with: [version]).1
    }

    private static let signing = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="

    // MARK: Manifests

    private static func manifest(_ kind: String, _ name: String, _ spec: String) -> String {
        """
        apiVersion: kargo.akuity.io/v1alpha1
        kind: \(kind)
        metadata: {name: \(name)\(kind == "Project" ? "" : ", namespace: demo")}
        \(spec)
        ---

        """
    }

    private static let url = "https://git.example.com/a/b"
    private static let both =
        "{image: {repoURL: ghcr.io/acme/app, constraint: ^1.0.0}}, {git: {repoURL: '\(url)', branch: main}}"
    private static func warehouse(_ name: String, _ subscriptions: String) -> String {
        manifest("Warehouse", name, "spec: {subscriptions: [\(subscriptions)]}")
    }
    private static func image(_ rules: String) -> String {
        manifest("Project", "demo", "") + warehouse("main", "{image: {repoURL: ghcr.io/acme/app, \(rules)}}")
    }

    static let head = manifest("Project", "demo", "") + warehouse("main", both)

    private static func stage(
        _ promotion: String,
        named name: String = "test",
        of warehouses: [String] = ["main"]
    ) -> String {
        let requests = warehouses.map { "{origin: {kind: Warehouse, name: \($0)}, sources: {direct: true}}" }
        return manifest(
            "Stage",
            name,
            "spec: {requestedFreight: [\(requests.joined(separator: ", "))], \(promotion)}"
        )
    }

    /// A stage of the head that checks out `./o`, and does `steps`.
    private static func steps(_ steps: String, checkout: String = "{branch: env, path: ./o}", of: [String] = ["main"])
        -> String
    {
        // Hints name a step NAME.
        let clone = "{uses: git-clone, as: NAME, config: {repoURL: '\(url)', checkout: [\(checkout)]}}"
        return stage("promotionTemplate: {spec: {steps: [\(clone), \(steps)]}}", of: of)
    }

    private static func step(_ uses: String, _ config: String) -> String {
        head + steps("{uses: \(uses), config: {\(config)}}, {uses: git-push, config: {path: ./o}}")
    }

    /// The freight's commit is copied to a branch of the stage.
    private static func copying(_ checkout: String, of: [String] = ["main"]) -> String {
        steps(
            "{uses: copy, config: {inPath: ./s, outPath: ./o}}, {uses: git-commit, config: {path: ./o}}, "
                + "{uses: git-push, config: {path: ./o}}",
            checkout: "{\(checkout), path: ./s}, {branch: env, create: true, path: ./o}",
            of: of
        )
    }

    private static func clearing(_ name: String) -> String {
        stage(
            "promotionTemplate: {spec: {steps: [{uses: git-clone, config: {repoURL: '\(url)', "
                + "checkout: [{branch: env, path: ./o}]}}, {uses: git-clear, config: {path: ./o}}, "
                + "{uses: git-push, config: {path: ./o}}]}}",
            named: name
        )
    }

    private static let other = warehouse("other", "{git: {repoURL: '\(url)', branch: main}}")
    private static let receiver = "name: a, sender: gitlab, sources: all"

    // MARK: All of them

    static let all = configurations + selections + checks + tasks + oldForms

    private static let configurations = [
        Example(
            told: "a receiver without a secret",
            old: "path: /hook/a",
            configuration: "webhooks: {receivers: [{\(receiver), @@}]}\n"
        ),
        Example(
            told: "this is a signing token",
            old: "toleranceSeconds: 300",
            configuration: "webhooks: {receivers: [{\(receiver), secrets: [{file: secrets/key}], @@}]}\n"
        ),
        Example(told: "url is missing", old: "projects: [demo]", configuration: "notifications: [{name: a, @@}]\n"),
        Example(
            told: "the notification would go over plain http",
            old: "projects: [demo]",
            configuration: "notifications: [{name: a, url: 'http://example.com/hook', @@}]\n"
        ),
        Example(
            told: "may not name a repository on this machine",
            old: "transport: native",
            configuration: "git: {@@}\n",
            manifests: head + steps("{uses: git-push, config: {path: ./o}}").replacing(url, with: "file:///srv/x.git"),
            isFromGit: true
        ),
        Example(
            told: "will fail at argocd-update: no cluster is configured",
            old: "mode: promote",
            configuration: "@@\n",
            manifests: step("argocd-update", "apps: [{name: a}]")
        ),
        Example(
            told: "which is not executed: its freight waits for",
            old: "mode: promote",
            configuration: "@@\n",
            manifests: head + stage("verification: {analysisTemplates: [{name: a}]}")
        ),
        Example(
            told: "both clear the branch env",
            old: "supersede: true",
            configuration: "projects: {demo: {stages: {a: {@@}, b: {@@}}}}\n",
            manifests: head + clearing("a") + clearing("b")
        ),
    ]

    private static let selections = [
        Example(told: "allowTags works here", old: "allowTags: '^v\\d+$'", manifests: image("constraint: ^1.0.0, @@")),
        Example(
            told: "ignoreTags works here",
            old: "ignoreTags: [it's, 1.2]",
            manifests: image("constraint: ^1.0.0, @@")
        ),
        Example(told: "semverConstraint of an image", old: "semverConstraint: ^1.0.0", manifests: image("@@")),
        Example(
            told: "is selected without a constraint",
            old: "imageSelectionStrategy: SemVer",
            manifests: image("@@")
        ),
    ]

    private static let checks = [
        Example(
            told: "either with stage or with stageSelector",
            old: "stage: test, stageSelector: {name: test}",
            manifests: head + copying("fromFreight: true")
                + manifest("ProjectConfig", "demo", "spec: {promotionPolicies: [{autoPromotionEnabled: true, @@}]}")
        ),
        Example(
            told: "by tag and without digest",
            old: "name: ghcr.io/acme/app",
            manifests: head
                + stage(
                    "promotionMechanisms: {gitRepoUpdates: [{repoURL: '\(url)', readBranch: env, writeBranch: env, "
                        + "kustomize: {images: [{image: ghcr.io/acme/app, path: a, @@}]}}]}"
                )
        ),
        Example(
            told: "it is not clear which commit is meant",
            old: "includeSubmodules: false",
            manifests: head + other + copying("fromFreight: true, @@", of: ["main", "other"])
        ),
        Example(
            told: "it is not clear which commit the stage",
            old: "readBranch: main",
            manifests: head + other
                + stage(
                    "promotionMechanisms: {gitRepoUpdates: [{repoURL: '\(url)', writeBranch: env, @@}]}",
                    of: ["main", "other"]
                )
        ),
        Example(told: "of which the freight carries a commit", old: "branch: main", manifests: head + copying("@@")),
        Example(
            told: "of which the freight carries a commit",
            old: "branch: main",
            manifests: head + other + copying("@@", of: ["main", "other"]),
            areTogether: true
        ),
    ]

    private static let tasks = [
        Example(
            told: "has no PromotionTask 'ship'",
            old: "kind: PromotionTask",
            manifests: head
                + manifest(
                    "ClusterPromotionTask",
                    "ship",
                    "spec: {steps: [{uses: git-clone, config: {repoURL: '\(url)', checkout: [{path: ./o}]}}]}"
                ).replacing(", namespace: demo", with: "")
                + stage("promotionTemplate: {spec: {steps: [{task: {name: ship, @@}}]}}")
        )
    ]

    private static let origin = "fromOrigin: {kind: Warehouse, name: main}"

    private static let oldForms = [
        Example(
            told: "messageFromSteps of git-commit",
            old: "messageFromSteps: [a]",
            manifests: step("git-commit", "path: ./o, @@")
        ),
        Example(told: "fromFreight of git-clone", old: "fromFreight: true", manifests: head + copying("@@")),
        Example(
            told: "fromOrigin of git-clone",
            old: "fromFreight: true, \(origin)",
            manifests: head + copying("@@")
        ),
        Example(
            told: "useDigest of kustomize-set-image",
            old: "useDigest: true",
            manifests: step("kustomize-set-image", "path: ./o, images: [{image: ghcr.io/acme/app, @@}]")
        ),
        Example(
            told: "an image without tag and digest",
            old: "newName: a/\"b",
            manifests: step("kustomize-set-image", "path: ./o, images: [{image: ghcr.io/acme/app, @@}]")
        ),
        Example(
            told: "fromOrigin of kustomize-set-image",
            old: origin,
            manifests: step("kustomize-set-image", "path: ./o, images: [{image: ghcr.io/acme/app, @@}]")
        ),
        Example(
            told: "fromOrigin of helm-update-chart",
            old: origin,
            manifests: step(
                "helm-update-chart",
                "path: ./o, charts: [{repository: 'https://example.com', name: a, @@}]"
            )
        ),
        Example(
            told: "desiredCommitFromStep of argocd-update",
            old: "desiredCommitFromStep: a",
            configuration: "argocd: {whenMissing: skip}\n",
            manifests: step("argocd-update", "apps: [{name: a, sources: [{repoURL: '\(url)', @@}]}]")
        ),
        Example(
            told: "fromOrigin of argocd-update",
            old: origin,
            configuration: "argocd: {whenMissing: skip}\n",
            manifests: step("argocd-update", "apps: [{name: a, sources: [{repoURL: '\(url)', @@}]}]")
        ),
        Example(
            told: "updateTargetRevision of argocd-update without desiredRevision",
            old: "chart: c",
            configuration: "argocd: {whenMissing: skip}\n",
            manifests: step(
                "argocd-update",
                "apps: [{name: a, sources: [{repoURL: '\(url)', updateTargetRevision: true, @@}]}]"
            )
        ),
        Example(
            told: "an image of argocd-update without tag and digest",
            old: "newName: b",
            configuration: "argocd: {whenMissing: skip}\n",
            manifests: step(
                "argocd-update",
                "apps: [{name: a, sources: [{repoURL: '\(url)', kustomize: {images: [{repoURL: a/b, @@}]}}]}]"
            )
        ),
        Example(
            told: "repoURL of an image for Helm of argocd-update",
            old: "repoURL: a/b, value: Tag",
            configuration: "argocd: {whenMissing: skip}\n",
            manifests: step(
                "argocd-update",
                "apps: [{name: a, sources: [{repoURL: '\(url)', helm: {images: [{key: k, @@}]}}]}]"
            )
        ),
        Example(
            told: "argocd-update names no desiredRevision",
            old: "chart: c",
            configuration: "argocd: {whenMissing: skip}\n",
            manifests: head
                + steps(
                    "{uses: git-commit, config: {path: ./o, messageFromSteps: [a]}}, {uses: argocd-update, "
                        + "config: {apps: [{name: a, sources: [{repoURL: '\(url)', @@}]}]}}, "
                        + "{uses: git-push, config: {path: ./o}}"
                )
        ),
        Example(
            told: "sourceBranchFromStep of git-open-pr",
            old: "sourceBranchFromStep: a",
            manifests: step("git-open-pr", "repoURL: '\(url)', provider: github, targetBranch: main, @@")
        ),
        Example(
            told: "prNumberFromStep of git-wait-for-pr",
            old: "prNumberFromStep: a",
            manifests: step("git-wait-for-pr", "repoURL: '\(url)', provider: github, @@")
        ),
    ]
}
