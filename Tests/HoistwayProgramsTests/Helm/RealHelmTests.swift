import HoistwayModel
import HoistwayPorts
import HoistwayPrograms
import Testing

@Suite(.enabled(if: TestPrograms.hasHelm, "helm is not installed on this machine, nor named by HOISTWAY_TEST_HELM"))
struct RealHelmTests {
    static let config =
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: rel-c\n  namespace: shop\ndata:\n  tag: \"TAG\"\n"

    static func source(_ path: String, _ text: String, end: String = "\n") -> String {
        "---\n# Source: web/\(path)\n\(text)\(end)"
    }
    static func config(_ tag: String) -> String {
        source(
            "templates/config.yaml",
            config.split(separator: "TAG", omittingEmptySubsequences: false).joined(separator: tag),
            end: ""
        )
    }

    private func render(_ files: MemoryFiles = HelmFixture.files, _ change: (inout HelmTemplate) -> Void) async throws
        -> RenderedManifests
    {
        let fixture = try await RenderFixture()
        return try await fixture.renderer().template(HelmFixture.template(change), from: files)
    }

    @Test func `one file has the manifest, a newline, then each hook behind its source`() async throws {
        let result = try await render { $0.valuesFiles = ["src/one.yaml", "src/two.yaml"] }
        #expect(result.only.hasPrefix(Self.config("two")))
        #expect(result.only.contains("# Source: web/templates/hook.yaml\napiVersion: batch/v1"))
        #expect(result.only.contains("# Source: web/templates/tests/test.yaml\n"))
        #expect(!result.only.contains("CustomResourceDefinition"))
    }

    @Test func `options of the step have the effect that they name`() async throws {
        #expect(try await render { $0.disablesHooks = true }.only == Self.config("none"))
        #expect(try await !render { $0.skipsTests = true }.only.contains("check"))
        #expect(try await render { $0.skipsTests = true }.only.contains("migrate"))
        #expect(try await render { $0.includesCRDs = true }.only.contains("CustomResourceDefinition"))
        #expect(try await render { $0.valuesFiles = ["src/a,b.yaml"] }.only.contains("tag: \"comma\""))
        let literal = try await render { $0.values = [.init(key: "tag", value: "1,2=3", isLiteral: true)] }
        #expect(literal.only.contains("tag: \"1,2=3\""))
        let both = try await render {
            $0.valuesFiles = ["src/one.yaml"]
            $0.values = [.init(key: "tag", value: "set")]
        }
        #expect(both.only.contains("tag: \"set\""))
    }

    @Test func `the helm layout has a file for each template`() async throws {
        let result = try await render { $0.outPath = "out" }
        #expect(
            result.texts.keys.sorted() == [
                "out/web/templates/config.yaml", "out/web/templates/hook.yaml", "out/web/templates/tests/test.yaml",
            ]
        )
        #expect(result.texts["out/web/templates/config.yaml"] == Self.config("none"))
        let named = try await render {
            $0.outPath = "out"
            $0.usesReleaseName = true
            $0.disablesHooks = true
        }
        #expect(Array(named.texts.keys) == ["out/rel/web/templates/config.yaml"])
    }

    @Test func `the flat layout has a file for each manifest, with its source and without a final newline`()
        async throws
    {
        var files = HelmFixture.files
        files.files["src/web/templates/more.yaml"] = Array("# only words\n---\nkind: Thing\n---\nkind: Other\n".utf8)
        let result = try await render(files) {
            $0.outPath = "out"
            $0.layout = .flat
        }
        #expect(
            result.texts.keys.sorted() == [
                "out/batch-job-migrate.yaml", "out/configmap-shop-rel-c.yaml", "out/pod-check.yaml",
                "out/resource-0.yaml",
                "out/resource-1.yaml",
            ]
        )
        #expect(result.texts["out/configmap-shop-rel-c.yaml"] == String(Self.config("none").dropFirst(4).dropLast()))
        // A hook is written as Helm holds it.
        #expect(result.texts["out/batch-job-migrate.yaml"]?.hasPrefix("apiVersion: batch/v1") == true)
    }

    @Test func `a chart of the workspace is put in place, with no network`() async throws {
        var files = HelmFixture.files
        files.files["src/web/Chart.yaml"] = Array(
            "apiVersion: v2\nname: web\nversion: 1.0.0\ndependencies:\n- {name: db, version: 1.x, repository: 'file://../db'}\n"
                .utf8
        )
        files.files["src/db/Chart.yaml"] = Array("apiVersion: v2\nname: db\nversion: 1.5.0\n".utf8)
        files.files["src/db/templates/db.yaml"] = Array("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: db}\n".utf8)
        #expect(
            try await render(files) { $0.buildsDependencies = true }.only.contains(
                "# Source: web/charts/db/templates/db.yaml"
            )
        )
        do {
            _ = try await render(files) { _ in }
            Issue.record("it was rendered without its dependency")
        } catch let error as RenderFailure {
            #expect(error.message.contains("missing in charts/ directory: db"))
        }
    }

    @Test func `an error of a template is shown with its place`() async throws {
        var files = HelmFixture.files
        files.files["src/web/templates/bad.yaml"] = Array("a: {{ .Values.x.y.z }}\n".utf8)
        do {
            _ = try await render(files) { _ in }
            Issue.record("it was rendered")
        } catch let error as RenderFailure {
            #expect(error.message.contains("web/templates/bad.yaml:1"))
        }
    }

    @Test(
        .enabled(
            if: TestPrograms.hasKubectl,
            "kubectl is not installed on this machine, nor named by HOISTWAY_TEST_KUBECTL"
        )
    )
    func `a chart in a kustomization is rendered`() async throws {
        let fixture = try await RenderFixture()
        var files = HelmFixture.files
        files.files["src/kustomization.yaml"] = Array(
            "helmGlobals: {chartHome: .}\nhelmCharts:\n- {name: web, releaseName: rel, namespace: shop, valuesFile: one.yaml}\n"
                .utf8
        )
        let renderer = fixture.renderer()
        let version = try await fixture.tools(helm: TestPrograms.helm).helm().version
        do {
            let result = try await renderer.build(KustomizeBuild("src", outPath: "out.yaml"), from: files)
            #expect(result.only.contains("tag: one"))
        } catch {
            // A kustomize of before Helm 4 takes only Helm 3, and says so.
            #expect(version.major > 3, "\(error.message)")
        }
    }
}
