import HoistwayModel
import HoistwayPorts
import HoistwayPrograms
import Testing

/// With a stand-in for Helm, which shows what it was given.
struct HelmArgumentsTests {
    private func lines(_ text: String, _ kind: String) -> [String] {
        text.split(separator: "\n").filter { $0.hasPrefix("# \(kind) ") }.map { String($0.dropFirst(kind.count + 3)) }
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var words: [String]
        var change: @Sendable (inout HelmTemplate) -> Void

        var testDescription: String { name }
    }

    static let cases: [Case] = [
        Case(name: "nothing else", words: []) { _ in },
        Case(name: "values files in order", words: ["--values=./src/two.yaml", "--values=./src/one.yaml"]) {
            $0.valuesFiles = ["src/two.yaml", "src/one.yaml"]
        },
        Case(name: "a values file with a comma", words: [#"--values="./src/a,b.yaml""#]) {
            $0.valuesFiles = ["src/a,b.yaml"]
        },
        Case(name: "missing values files ignored", words: ["--values=./src/one.yaml"]) {
            $0.valuesFiles = ["src/nothing.yaml", "src/one.yaml"]
            $0.ignoresMissingValuesFiles = true
        },
        Case(name: "set values", words: ["--set=a.b=1,c=2", "--set-literal=d=1,2", "--set=--post-renderer=/bin/x"]) {
            $0.values = [
                .init(key: "a.b", value: "1,c=2"), .init(key: "d", value: "1,2", isLiteral: true),
                .init(key: "--post-renderer", value: "/bin/x"),
            ]
        },
        Case(name: "CRDs", words: ["--include-crds"]) { $0.includesCRDs = true },
        Case(name: "no hooks", words: ["--no-hooks"]) { $0.disablesHooks = true },
        Case(name: "no tests", words: ["--skip-tests"]) { $0.skipsTests = true },
        Case(name: "versions", words: ["--kube-version=1.30.0", "--api-versions=a/v1", "--api-versions=b/v1"]) {
            $0.kubeVersion = "1.30.0"
            $0.apiVersions = ["a/v1", "b/v1"]
        },
        Case(name: "one file does not know the release name", words: []) { $0.usesReleaseName = true },
        Case(name: "the flat layout is made of standard output", words: []) {
            $0.outPath = "out/one.yaml"
            $0.layout = .flat
        },
    ]

    @Test(arguments: cases)
    func `helm gets each value as one word`(_ item: Case) async throws {
        let fixture = try await RenderFixture()
        let result = try await fixture.stand().template(HelmFixture.template(item.change), from: HelmFixture.files)
        #expect(
            lines(result.only, "word") == ["template", "--namespace=shop"] + item.words + ["--", "rel", "./src/web"]
        )
        #expect(result.program == "helm 3.17.2")
    }

    @Test func `helm sees the chart and the values files, and no secret of the environment`() async throws {
        let fixture = try await RenderFixture()
        let template = HelmFixture.template { $0.valuesFiles = ["src/one.yaml"] }
        let result = try await fixture.stand().template(template, from: HelmFixture.files)
        let expected = HelmFixture.files.files.keys.filter { $0.isInside("src/web") || $0 == "src/one.yaml" }.sorted()
        #expect(lines(result.only, "file") == expected.map { "./\($0)" })
        #expect(result.inputs == expected)
        let environment = lines(result.only, "env")
        #expect(
            environment.filter { $0.hasPrefix("HELM_") } == [
                "HELM_CACHE_HOME", "HELM_CONFIG_HOME", "HELM_DATA_HOME", "HELM_PLUGINS",
            ]
        )
        #expect(!environment.contains { $0.contains("TOKEN") || $0.contains("KUBECONFIG") || $0.contains("PROXY") })
    }

    @Test func `files in a folder go below outPath as helm lays them out`() async throws {
        let fixture = try await RenderFixture()
        let result = try await fixture.stand().template(
            HelmFixture.template {
                $0.outPath = "deploy/out"
                $0.usesReleaseName = true
            },
            from: HelmFixture.files
        )
        #expect(result.texts == ["deploy/out/web/templates/x.yaml": "made\n"])
    }

    @Test(arguments: ["ln -s /etc/passwd", "mkfifo"])
    func `a result of helm that is no file is refused`(_ command: String) async throws {
        let fixture = try await RenderFixture()
        let renderer = try fixture.stand("mkdir -p rendered/web; \(command) rendered/web/x.yaml")
        do {
            _ = try await renderer.template(HelmFixture.template { $0.outPath = "out" }, from: HelmFixture.files)
            Issue.record("it was taken")
        } catch {
            #expect(error.message.hasPrefix("the result of helm was refused: rendered/web/x.yaml is a "))
        }
    }

    @Test func `what is not there is refused before helm is started`() async throws {
        let fixture = try await RenderFixture()
        var files = HelmFixture.files
        let missing = HelmFixture.template { $0.valuesFiles = ["src/nothing.yaml"] }
        #expect(
            try await fixture.failure(missing, files)?.message == "src/nothing.yaml: the values file does not exist"
        )
        let nowhere = HelmTemplate("src/nowhere", outPath: "o", releaseName: "r", namespace: "n")
        #expect(try await fixture.failure(nowhere, files)?.message == "src/nowhere: no chart is there")
        let noChart = HelmTemplate("src", outPath: "o", releaseName: "r", namespace: "n")
        #expect(try await fixture.failure(noChart, files)?.message == "src: it is not a chart: Chart.yaml is not there")
        files.symlinks = ["src/web/templates/link.yaml"]
        #expect(
            try await fixture.failure(HelmFixture.template(), files)?.message
                == "src/web/templates/link.yaml: is a symbolic link, which is not followed"
        )
    }

    @Test(arguments: [
        (
            "https://h/charts",
            "src/web/Chart.yaml:6: dependencies[0]: the chart db would be pulled from https://h/charts, and programs have no network here"
        ),
        (
            "oci://h/charts",
            "src/web/Chart.yaml:6: dependencies[0]: the chart db would be pulled from oci://h/charts, and programs have no network here"
        ),
        (
            "'@stable'",
            "src/web/Chart.yaml:6: dependencies[0]: the chart db would be pulled from @stable, and programs have no network here"
        ),
        ("file://../../../db", "src/web/Chart.yaml:6: dependencies[0]: ../../../db leads out of the workspace"),
        ("file:///etc", "src/web/Chart.yaml:6: dependencies[0]: /etc leads out of the workspace"),
        ("file://../db", "src/web/Chart.yaml:6: dependencies[0]: the chart db is not at src/db"),
    ])
    func `a dependency that needs the network or leaves the workspace is refused with its place`(
        _ repository: String,
        _ message: String
    ) async throws {
        let fixture = try await RenderFixture()
        var files = HelmFixture.files
        files.files["src/web/Chart.yaml"] = Array(
            "apiVersion: v2\nname: web\nversion: 1.0.0\ndependencies:\n- name: db\n  repository: \(repository)\n".utf8
        )
        let template = HelmFixture.template { $0.buildsDependencies = true }
        #expect(try await fixture.failure(template, files)?.message == message)
    }

    @Test func `a packed chart is given as it is`() async throws {
        let fixture = try await RenderFixture()
        var files = HelmFixture.files
        files.files["src/web-1.0.0.tgz"] = [0x1f, 0x8b]
        let template = HelmTemplate("src/web-1.0.0.tgz", outPath: "out.yml", releaseName: "rel", namespace: "shop")
        let result = try await fixture.stand().template(template, from: files)
        #expect(lines(result.only, "word").last == "./src/web-1.0.0.tgz")
        #expect(result.inputs == ["src/web-1.0.0.tgz"])
    }

    @Test(arguments: [
        ("printf 'a: [\\n'", "document 1 of the output is not YAML: line 1: did not find expected node content"),
        ("printf 'a: b\\n---\\n\\377\\n'", "document 2 of the output is not UTF-8"),
        (
            "for i in $(seq 600); do printf '['; done; for i in $(seq 600); do printf ']'; done",
            "document 1 of the output is too deep or too large"
        ),
        (
            "printf 'kind: A/../../x\\nmetadata: {name: x}\\n'",
            "a manifest would be written to the file a/../../x-x.yaml, which is not a plain name"
        ),
        (
            "printf 'kind: A\\nmetadata: {name: x}\\n---\\nkind: a\\nmetadata: {name: X}\\n'",
            "two manifests would be written to out/a-x.yaml: A x and a X; write them to one file instead: an outPath that ends with .yaml"
        ),
    ])
    func `output that cannot be written to files of one manifest each is refused`(
        _ script: String,
        _ message: String
    ) async throws {
        let fixture = try await RenderFixture()
        do {
            let template = HelmFixture.template {
                $0.outPath = "out"
                $0.layout = .flat
            }
            _ = try await fixture.stand(script).template(template, from: HelmFixture.files)
            Issue.record("it was taken")
        } catch let error as RenderFailure {
            #expect(error.message == message)
        }
    }

    @Test func `a manifest that is as deep as any of Kubernetes is taken`() async throws {
        let fixture = try await RenderFixture()
        let script =
            "printf 'kind: A\\nmetadata: {name: x}\\nspec: '; for i in $(seq 500); do printf '['; done; "
            + "for i in $(seq 500); do printf ']'; done"
        let template = HelmFixture.template {
            $0.outPath = "out"
            $0.layout = .flat
        }
        let result = try await fixture.stand(script).template(template, from: HelmFixture.files)
        #expect(result.files.map(\.path) == ["out/a-x.yaml"])
    }
}
