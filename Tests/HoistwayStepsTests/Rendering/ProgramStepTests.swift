import HoistwayModel
import HoistwayPorts
import HoistwayTestKit
import Testing

@testable import HoistwaySteps

/// `kustomize-build` and `helm-template`: what a program is asked for, and what becomes of its answer.
struct ProgramStepTests {
    @Test func `what a program makes is written into the workspace, and the step gives no output`() async throws {
        let bench = try await ProgramBench()
        let renderer = StubRenderer(
            .success([
                ProgramFile("out/web.yaml", Array("kind: Service\n".utf8)),
                ProgramFile("out/sub/db.yaml", Array("kind: Secret\n".utf8)),
            ]),
            words: "# Warning: 'bases' is deprecated"
        )
        let outcome = try await bench.run(context: bench.context(renderer))
        #expect(try await bench.text("out/web.yaml") == "kind: Service\n")
        #expect(try await bench.text("out/sub/db.yaml") == "kind: Secret\n")
        #expect(outcome.output == [:])
        #expect(
            outcome.message
                == "rendered ./src/app to ./out with kustomize 5.4.2: 2 files; it says: # Warning: 'bases' is deprecated"
        )
    }

    private static func build(_ change: (inout KustomizeBuild) -> Void) -> RenderRequest {
        var build = KustomizeBuild("src/app", outPath: "out")
        change(&build)
        return .kustomize(build)
    }

    private static let builds: [(ConfigValue, RenderRequest)] = [
        (["path": "./src/app", "outPath": "./out"], build { _ in }),
        (["path": "/src//app/", "outPath": "../out/."], build { _ in }),
        (["path": "src/app", "outPath": "out/all.yaml"], build { $0.outPath = "out/all.yaml" }),
        (["path": "src/app", "outPath": "out", "outputFormat": "kargo"], build { _ in }),
        (["path": "src/app", "outPath": "out", "outputFormat": "kustomize"], build { $0.fileNames = .kustomize }),
        (["path": "src/app", "outPath": "out", "plugin": [:]], build { _ in }),
        (["path": "src/app", "outPath": "out", "plugin": ["helm": [:]]], build { _ in }),
        (
            [
                "path": "src/app", "outPath": "out",
                "plugin": ["helm": ["apiVersions": ["a/v1", "b/v2"], "kubeVersion": "1.30"]],
            ],
            build {
                $0.helmAPIVersions = ["a/v1", "b/v2"]
                $0.helmKubeVersion = "1.30"
            }
        ),
    ]

    @Test(arguments: builds)
    func `each key of kustomize-build reaches the program`(config: ConfigValue, request: RenderRequest) async throws {
        let bench = try await ProgramBench()
        let renderer = StubRenderer("out/a.yaml", "a: 1\n")
        try await bench.run("kustomize-build", config, bench.context(renderer))
        #expect(renderer.requests == [request])
    }

    private static func template(_ change: (inout HelmTemplate) -> Void) -> RenderRequest {
        var template = HelmTemplate("src/app", outPath: "out", releaseName: "web", namespace: "demo")
        change(&template)
        return .helm(template)
    }

    private static let templates: [(ConfigValue, RenderRequest)] = [
        ([:], template { _ in }),
        (["outPath": "out/all.yml"], template { $0.outPath = "out/all.yml" }),
        (["outLayout": "helm"], template { _ in }),
        (["outLayout": "flat"], template { $0.layout = .flat }),
        (["useReleaseName": true], template { $0.usesReleaseName = true }),
        // Without one it is the project's name.
        (["namespace": ""], template { _ in }),
        (["namespace": "shop"], template { $0.namespace = "shop" }),
        (
            ["valuesFiles": ["./src/values.yaml", "src/dev/../prod.yaml"]],
            template { $0.valuesFiles = ["src/values.yaml", "src/prod.yaml"] }
        ),
        (["ignoreMissingValueFiles": true], template { $0.ignoresMissingValuesFiles = true }),
        (
            [
                "setValues": [
                    ["key": "image.tag", "value": "1.10"], ["key": "a\\.b", "value": ""],
                    ["key": "c", "value": "x,y={z}", "literal": true],
                ]
            ],
            template {
                $0.values = [
                    HelmTemplate.Value(key: "image.tag", value: "1.10"),
                    HelmTemplate.Value(key: "a\\.b", value: ""),
                    HelmTemplate.Value(key: "c", value: "x,y={z}", isLiteral: true),
                ]
            }
        ),
        (["buildDependencies": true], template { $0.buildsDependencies = true }),
        (["includeCRDs": true], template { $0.includesCRDs = true }),
        (["disableHooks": true], template { $0.disablesHooks = true }),
        (["skipTests": true], template { $0.skipsTests = true }),
        (["kubeVersion": "1.31.2"], template { $0.kubeVersion = "1.31.2" }),
        (["kubeVersion": ""], template { _ in }),
        (["apiVersions": ["a/v1", "b/v2"]], template { $0.apiVersions = ["a/v1", "b/v2"] }),
    ]

    @Test(arguments: templates)
    func `each key of helm-template reaches the program`(more: ConfigValue, request: RenderRequest) async throws {
        let bench = try await ProgramBench()
        let renderer = StubRenderer("out/a.yaml", "a: 1\n")
        let sound: [String: ConfigValue] = ["path": "./src/app", "outPath": "./out", "releaseName": "web"]
        let config = ConfigValue.map(sound.merging(more.map ?? [:]) { $1 })
        try await bench.run("helm-template", config, bench.context(renderer))
        #expect(renderer.requests == [request])
    }

    @Test func `the limits of the configuration hold for each program`() async throws {
        var limits = ProgramLimits()
        limits.time = .seconds(7)
        let bench = try await ProgramBench()
        let renderer = StubRenderer(.success([]), limits: limits)
        try await bench.run(context: bench.context(renderer))
        guard case .kustomize(let build) = renderer.requests.first else {
            Issue.record("nothing was asked for")
            return
        }
        #expect(build.limits.time == .seconds(7))
    }

    private static let wrong: [(String, ConfigValue, String)] = [
        ("kustomize-build", ["path": "a"], "config.outPath: outPath is missing"),
        ("kustomize-build", ["path": "", "outPath": "b"], "config.path: path is empty"),
        (
            "kustomize-build", ["path": "a", "outPath": "b", "outputFormat": "plain"],
            "config.outputFormat: it cannot be"
        ),
        ("kustomize-build", ["path": "a", "outPath": "b", "plugin": ["jq": [:]]], "config.plugin.jq: unknown key"),
        (
            "kustomize-build", ["path": "a", "outPath": "b", "plugin": ["helm": ["apiVersions": [""]]]],
            "config.plugin.helm.apiVersions[0]: an item is empty"
        ),
        ("helm-template", ["path": "a", "outPath": "b"], "config.releaseName: releaseName is missing"),
        (
            "helm-template", ["path": "a", "outPath": "b", "releaseName": "r", "outLayout": "tree"],
            "config.outLayout: it cannot be"
        ),
        (
            "helm-template", ["path": "a", "outPath": "b", "releaseName": "r", "setValues": [["key": "k"]]],
            "config.setValues[0].value: value is missing"
        ),
        (
            "helm-template",
            ["path": "a", "outPath": "b", "releaseName": "r", "setValues": [["key": "", "value": "v"]]],
            "config.setValues[0].key: key is empty"
        ),
        (
            "helm-template", ["path": "a", "outPath": "b", "releaseName": "r", "valuesFile": "v"],
            "config.valuesFile: unknown key"
        ),
        (
            "helm-template", ["path": "a", "outPath": "b", "releaseName": "r", "valuesFiles": [""]],
            "config.valuesFiles[0]: an item is empty"
        ),
    ]

    @Test(arguments: wrong)
    func `a wrong configuration is refused with its place, and no program runs`(
        uses: String,
        config: ConfigValue,
        words: String
    ) async throws {
        let bench = try await ProgramBench()
        let renderer = StubRenderer(.success([]))
        let failure = try #require(await bench.failure(uses, config, bench.context(renderer)))
        #expect(failure.message.hasPrefix("\(uses): \(words)"), "\(failure.message)")
        #expect(failure.status == .failed && failure.isTerminal)
        #expect(renderer.requests.isEmpty)
    }

    private static let place = SourcePlace(file: "src/app/kustomization.yaml", line: 3)

    private static let failures: [(RenderFailure, Bool)] = [
        (.program(.missing(name: "kustomize", searched: ["/usr/bin"], install: "install it")), true),
        (.program(.tooOld(name: "kustomize", path: "/k", version: "4.5.7", needed: "5.0.0 or newer")), true),
        (.program(.sandboxUnavailable(name: "kustomize", reason: "bubblewrap is not installed")), true),
        (.refused(place: place, reason: "is outside", hint: "commit it"), true),
        (.program(.exited(name: "kustomize", status: 1, words: "no such field")), false),
        (.program(.timedOut(name: "kustomize", seconds: 120, words: "")), false),
        (.program(.exceeded(name: "kustomize", .memory(bytes: 1 << 30))), false),
        (.program(.killed(name: "kustomize", signal: 9, words: "")), false),
        (.unreadable(place: place, reason: "is not valid YAML"), false),
        (.notFound(path: "src/app", reason: "no kustomization is there"), false),
        (.output(reason: "two manifests would be written to out/a.yaml"), false),
        (.workspace(.missing(path: "src")), false),
    ]

    @Test(arguments: failures)
    func `a failure of a program fails the step, at once where no later try can help`(
        failure: RenderFailure,
        isRefusal: Bool
    ) async throws {
        let bench = try await ProgramBench()
        let found = try #require(await bench.failure(context: bench.context(StubRenderer(.failure(failure)))))
        #expect(found.message.hasSuffix(failure.message))
        #expect(found.hint == failure.hint)
        #expect(found.status == (isRefusal ? .failed : .errored))
        #expect(found.isTerminal == isRefusal)
        #expect(try await bench.workspace.commit("out", message: "m", trailers: []) == .nothingChanged(head: nil))
    }

    @Test func `without a program the step fails and says where programs are configured`() async throws {
        let bench = try await ProgramBench()
        let failure = try #require(await bench.failure(context: bench.context(nil)))
        #expect(failure.message == "kustomize-build cannot act: no program is configured")
        #expect(failure.hint?.contains("`programs`") == true)
        #expect(failure.status == .failed && failure.isTerminal)
    }

    @Test(arguments: ["./elsewhere", "../../etc", "."])
    func `what is written outside of a checkout stays in the workspace`(outPath: String) async throws {
        let bench = try await ProgramBench()
        let target = WorkspacePath(outPath).path.appending("a.yaml")
        let renderer = StubRenderer(target, "a: 1\n")
        let config: ConfigValue = ["path": "./src/app", "outPath": .string(outPath)]
        #expect(await bench.failure("kustomize-build", config, bench.context(renderer)) == nil)
        #expect(try await bench.workspace.read(target) == Array("a: 1\n".utf8))
        #expect(try await bench.workspace.commit("out", message: "m", trailers: []) == .nothingChanged(head: nil))
    }
}

extension ProgramBench {
    @discardableResult
    func run(context: StepContext) async throws(StepFailure) -> StepOutcome {
        try await run("kustomize-build", ["path": "./src/app", "outPath": "./out"], context)
    }

    func failure(context: StepContext) async -> StepFailure? {
        await failure("kustomize-build", ["path": "./src/app", "outPath": "./out"], context)
    }
}
