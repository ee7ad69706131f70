import HoistwayModel
import HoistwaySteps
import Testing

@testable import HoistwaySettings

/// `check` and the step that runs judge a configuration alike.
struct StepAgreementTests {
    /// Values of each type; most are wrong for most keys.
    private static let values: [(yaml: String, value: ConfigValue)] = [
        ("''", .string("")), ("true", .bool(true)), ("false", .bool(false)), ("7", .number(7)), ("0", .number(0)),
        ("/src/x", .string("/src/x")), ("../x", .string("../x")), ("'-x'", .string("-x")), ("[]", .list([])),
        ("[a, 1]", .list([.string("a"), .number(1)])), ("{}", .map([:])), ("{a: b}", .map(["a": .string("b")])),
        ("null", .null), ("main", .string("main")),
    ]

    /// A configuration that works, for each step.
    private static let sound: [String: [String: ConfigValue]] = [
        "git-clone": [
            "repoURL": .string("https://h/a/b"), "checkout": .list([.map(["path": .string("p")])]),
        ],
        "kustomize-build": ["path": .string("p"), "outPath": .string("q")],
        "helm-template": ["path": .string("p"), "outPath": .string("q"), "releaseName": .string("r")],
        "flux-setters": [
            "path": .string("p"),
            "policies": .list([.map(["policy": .string("ns:p"), "image": .string("h/i")])]),
        ],
        "git-clear": ["path": .string("p")],
        "copy": ["inPath": .string("p"), "outPath": .string("q")],
        "kustomize-set-image": ["path": .string("p")],
        "git-commit": ["path": .string("p")],
        "git-push": ["path": .string("p")],
        "git-tag": ["path": .string("p"), "tag": .string("t"), "message": .string("m")],
        "yaml-update": updates, "json-update": updates, "yaml-parse": outputs, "json-parse": outputs,
        "toml-update": updates, "toml-parse": outputs,
        "tar": ["inPath": .string("p"), "outPath": .string("q")],
        "untar": ["inPath": .string("p"), "outPath": .string("q")],
        "yaml-merge": ["inFiles": .list([.string("p")]), "outFile": .string("q")],
        "delete": ["path": .string("p")],
        "file-write": ["path": .string("p"), "contents": .string("c")],
        "compose-output": [:],
        "http": ["url": .string("https://h/")],
        "send-message": [
            "channel": .map(["kind": .string("MessageChannel"), "name": .string("c")]), "message": .string("m"),
        ],
        "http-download": ["url": .string("https://h/"), "outPath": .string("q")],
        "oci-download": ["imageRef": .string("h.test/a:1"), "outPath": .string("q")],
        "oci-push": ["srcRef": .string("h.test/a:1"), "destRef": .string("h.test/b:1")],
        "set-freight-alias": ["name": .string("n"), "alias": .string("a")],
        "set-metadata": [
            "updates": .list([
                .map(["kind": .string("Stage"), "name": .string("n"), "values": .map(["a": .string("b")])])
            ])
        ],
        "argocd-update": ["apps": .list([.map(["name": .string("a")])])],
        "argocd-wait": ["apps": .list([.map(["name": .string("a")])])],
        "git-open-pr": [
            "repoURL": .string("https://h/a/b"), "sourceBranch": .string("s"), "targetBranch": .string("t"),
        ],
        "git-wait-for-pr": ["repoURL": .string("https://h/a/b"), "prNumber": .number(7)],
        "git-merge-pr": ["repoURL": .string("https://h/a/b"), "prNumber": .number(7)],
        "fail": ["message": .string("m")],
        "helm-update-chart": ["path": .string("p")],
        "helm-update-image": [
            "path": .string("p"),
            "images": .list([.map(["image": .string("i"), "key": .string("k"), "value": .string("Tag")])]),
        ],
    ]

    private static let updates: [String: ConfigValue] = [
        "path": .string("p"), "updates": .list([.map(["key": .string("k"), "value": .string("v")])]),
    ]
    private static let outputs: [String: ConfigValue] = [
        "path": .string("p"), "outputs": .list([.map(["name": .string("n"), "fromExpression": .string("e")])]),
    ]

    @Test func `check and the step agree on each value of each key`() throws {
        #expect(Set(Self.sound.keys) == Set(StepRegistry.names))
        var count = 0
        for (name, sound) in Self.sound.sorted(by: { $0.key < $1.key }) {
            let schema = try #require(StepRegistry.schemas[name])
            for field in schema.config?.fields ?? [] {
                for (yaml, value) in Self.values {
                    count += 1
                    let config = sound.merging([field.name: value]) { $1 }
                    let failure = StepRegistry.problem(
                        with: StepTemplate(
                            uses: name,
                            alias: "x",
                            config: .map(config),
                            place: SourcePlace(file: "", line: 0)
                        )
                    )
                    let problems = ProblemList()
                    var others = sound
                    others[field.name] = nil
                    let text =
                        "{"
                        + ([Self.yaml(others), "\(field.name): \(yaml)"].filter { !$0.isEmpty })
                        .joined(separator: ", ") + "}"
                    let read = YamlDocuments.read(text, file: "a.yaml", problems: problems).documents
                    let node = try #require(read.first)
                    let literal = Expressions.literal(node)
                    StepProblems(problems: problems).tell(schema.problems(with: literal), in: node)
                    #expect(
                        problems.all.contains { $0.severity == .error } == (failure != nil),
                        "\(name) \(text): \(failure?.message ?? "passes")"
                    )
                    if let failure, let first = problems.all.first {
                        #expect(failure.message.hasSuffix(first.message), "\(name) \(text)")
                    }
                }
            }
        }
        #expect(count > 300)
    }

    private static func yaml(_ entries: [String: ConfigValue]) -> String {
        entries.sorted { $0.key < $1.key }.map { "\($0): \(yaml($1))" }.joined(separator: ", ")
    }

    private static func yaml(_ value: ConfigValue) -> String {
        switch value {
        case .list(let items): "[\(items.map(yaml).joined(separator: ", "))]"
        case .map(let entries): "{\(yaml(entries))}"
        case .number(let number): "\(Int(number))"
        default: "'\(value.string ?? "")'"
        }
    }
}
