import HoistwayModel
import HoistwayPorts
import HoistwayPrograms
import Testing

@Suite(
    .enabled(
        if: TestPrograms.hasKubectl,
        "kubectl is not installed on this machine, nor named by HOISTWAY_TEST_KUBECTL"
    )
)
struct KustomizeBuildTests {
    static let deployment =
        "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web # comment\nspec: {replicas: 1}\n"
    static let namespace = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n"

    static func config(_ name: String, _ namespace: String = "") -> String {
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: \(name)\n"
            + (namespace.isEmpty ? "" : "  namespace: \(namespace)\n")
    }

    private func kinds(_ text: String) -> [Substring] {
        text.split(separator: "\n").filter { $0.hasPrefix("kind: ") }.map { $0.dropFirst(6) }
    }

    @Test(arguments: SandboxFixture.Way.usable)
    func `resources keep the order in which they are named`(_ way: SandboxFixture.Way) async throws {
        let fixture = try await RenderFixture(way)
        let files = MemoryFiles([
            "src/app/kustomization.yaml": "resources: [deployment.yaml, ../base, namespace.yaml]\n",
            "src/app/deployment.yaml": Self.deployment, "src/app/namespace.yaml": Self.namespace,
            "src/base/kustomization.yaml": "resources: [z.yaml, a.yaml]\n",
            "src/base/z.yaml": Self.config("z"), "src/base/a.yaml": Self.config("a"), "src/other/secret.yaml": "never",
        ])
        let result = try await fixture.build(files, "src/app")
        #expect(kinds(result.only) == ["Deployment", "ConfigMap", "ConfigMap", "Namespace"])
        #expect(
            result.only.hasPrefix(
                "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  replicas: 1\n---\n"
            )
        )
        #expect(result.program.hasPrefix("kubectl (kustomize 5."))
        // Only what is needed.
        #expect(result.inputs == files.files.keys.filter { !$0.isInside("src/other") }.sorted())
    }

    @Test func `a kustomization with sortOptions of its own is sorted as it says`() async throws {
        let fixture = try await RenderFixture()
        let files = MemoryFiles([
            "app/kustomization.yaml": "sortOptions: {order: legacy}\nresources: [deployment.yaml, namespace.yaml]\n",
            "app/deployment.yaml": Self.deployment, "app/namespace.yaml": Self.namespace,
        ])
        #expect(kinds(try await fixture.build(files, "app").only) == ["Namespace", "Deployment"])
    }

    @Test func `components, generators, patches and files outside the folder are found`() async throws {
        let fixture = try await RenderFixture()
        let files = MemoryFiles([
            "app/kustomization.yaml": """
            resources: [../deployment.yaml]
            components: [../part]
            patches:
            - path: ../patches/replicas.yaml
            - patch: |-
                - {op: add, path: /metadata/labels, value: {a: b}}
              target: {kind: Deployment}
            configMapGenerator:
            - {name: web, files: [k=../files/web.conf], envs: [web.env], options: {disableNameSuffixHash: true}}
            buildMetadata: [originAnnotations]
            transformers: [prefix.yaml]
            """,
            "app/prefix.yaml":
                "apiVersion: builtin\nkind: PrefixTransformer\nmetadata: {name: p}\nprefix: pre-\nfieldSpecs: [{path: metadata/name}]\n",
            "app/web.env": "E=1\n", "files/web.conf": "conf\n", "deployment.yaml": Self.deployment,
            "patches/replicas.yaml":
                "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 7}\n",
            "part/kustomization.yaml":
                "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nresources: [c.yaml]\n",
            "part/c.yaml": Self.config("part"),
        ])
        let text = try await fixture.build(files, "app").only
        for piece in [
            "replicas: 7", "a: b", "k: |\n    conf", "E: \"1\"", "name: pre-web", "name: pre-part",
            "path: ../deployment.yaml",
        ] {
            #expect(text.contains(piece), "\(piece)")
        }
    }

    @Test func `each manifest gets a file with the name that Kargo gives it`() async throws {
        let fixture = try await RenderFixture()
        let files = MemoryFiles([
            "app/kustomization.yaml": "resources: [a.yaml]\n",
            "app/a.yaml": [Self.config("One", "shop"), Self.config("two"), Self.namespace, Self.deployment].joined(
                separator: "---\n"
            ),
        ])
        let kargo = try await fixture.build(files, "app", to: "out")
        #expect(
            kargo.texts.keys.sorted() == [
                "out/configmap-two.yaml", "out/deployment-web.yaml", "out/namespace-shop.yaml",
                "out/shop-configmap-one.yaml",
            ]
        )
        #expect(kargo.texts["out/configmap-two.yaml"] == "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: two\n")
        let several = try await fixture.build(files, "app", to: "out", .kustomize)
        #expect(
            several.texts.keys.sorted() == [
                "out/apps_v1_deployment_web.yaml", "out/shop_v1_configmap_one.yaml", "out/v1_configmap_two.yaml",
                "out/v1_namespace_shop.yaml",
            ]
        )
        let one = MemoryFiles([
            "app/kustomization.yaml": "namespace: shop\nresources: [a.yaml]\n", "app/a.yaml": Self.config("one"),
        ])
        #expect(
            try await fixture.build(one, "app", to: "out", .kustomize).texts.keys.sorted() == [
                "out/v1_configmap_one.yaml"
            ]
        )
    }

    @Test func `names that leave the folder and names that meet are refused`() async throws {
        let fixture = try await RenderFixture()
        func failure(_ manifests: String) async throws -> String? {
            do {
                let files = MemoryFiles(["app/kustomization.yaml": "resources: [a.yaml]\n", "app/a.yaml": manifests])
                _ = try await fixture.build(files, "app", to: "out")
                return nil
            } catch let error as RenderFailure { return error.message }
        }
        #expect(
            try await failure(Self.config("../../evil"))
                == "a manifest would be written to the file configmap-../../evil.yaml, which is not a plain name"
        )
        let meeting =
            "apiVersion: a.example/v1\nkind: Thing\nmetadata: {name: x}\n---\napiVersion: b.example/v1\nkind: Thing\nmetadata: {name: x}\n"
        #expect(
            try await failure(meeting)
                == "two manifests would be written to out/thing-x.yaml: a.example/v1 Thing x and b.example/v1 Thing x; write them to one file instead: an outPath that ends with .yaml"
        )
    }

    @Test func `an error of kustomize is shown with paths of the workspace`() async throws {
        let fixture = try await RenderFixture()
        let files = MemoryFiles(["src/app/kustomization.yaml": "resources: [a.yaml]\n", "src/app/a.yaml": "kind: X\n"])
        do {
            _ = try await fixture.build(files, "src/app")
            Issue.record("it was built")
        } catch let error as RenderFailure {
            #expect(error.message.hasPrefix("kubectl ended with status 1: "))
            #expect(!error.message.contains("/sandbox"))
            #expect(!error.message.contains("run.go") && !error.message.contains("\\\""), "\(error.message)")
        }
    }

    @Test func `an error that kubectl writes into a line of its log is shown without it`() async throws {
        let fixture = try await RenderFixture()
        let path = try fixture.program(
            "kustomize",
            version: "v5.4.2",
            #"""
            printf '%s\n' 'E1129 08:12:23.389854       2 run.go:72] "command failed" err="no match: \"A\"\n\\d"' >&2
            exit 1
            """#
        )
        let files = MemoryFiles(["app/kustomization.yaml": "resources: []\n"])
        await #expect(
            throws: RenderFailure.program(.exited(name: "kustomize", status: 1, words: #"no match: "A" \d"#))
        ) {
            _ = try await fixture.renderer(kustomize: path).build(KustomizeBuild("app", outPath: "out"), from: files)
        }
    }

    @Test func `the kustomize program gets the words that it needs`() async throws {
        let fixture = try await RenderFixture()
        let path = try fixture.program(
            "kustomize",
            version: "v5.4.2",
            #"""
            [ "$*" = "build . --load-restrictor=LoadRestrictionsNone" ] || { echo "words: $*" >&2; exit 3; }
            [ "${PWD##*/}" = app ] || { echo "folder: $PWD" >&2; exit 4; }
            shift
            exec kubectl kustomize "$@"
            """#
        )
        let files = MemoryFiles([
            "src/app/kustomization.yaml": "resources: [deployment.yaml, namespace.yaml]\n",
            "src/app/deployment.yaml": Self.deployment, "src/app/namespace.yaml": Self.namespace,
        ])
        let result = try await fixture.renderer(kustomize: path).build(
            KustomizeBuild("src/app", outPath: "out.yaml"),
            from: files
        )
        #expect(kinds(result.only) == ["Deployment", "Namespace"])
        #expect(result.program == "kustomize 5.4.2")
    }

    @Test func `charts in a kustomization are made by helm, in the same sandbox`() async throws {
        let fixture = try await RenderFixture()
        let helm = try fixture.program(
            "helm",
            version: "v3.17.2",
            #"""
            case "$1" in template) ;; *) echo "words: $*" >&2; exit 3;; esac
            case "$*" in *"--kube-version 1.30.0"*) ;; *) echo "no kube version: $*" >&2; exit 4;; esac
            case "$*" in *"--api-versions a.example/v1"*) ;; *) echo "no api versions: $*" >&2; exit 5;; esac
            printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: from-helm}\n'
            """#
        )
        let files = MemoryFiles([
            "app/kustomization.yaml": "helmCharts:\n- {name: web, releaseName: r, valuesFile: v.yaml}\n",
            "app/v.yaml": "a: 1\n", "app/charts/web/Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.0.0\n",
            "app/charts/web/values.yaml": "{}\n", "app/charts/other/Chart.yaml": "name: other\n",
        ])
        var build = KustomizeBuild("app", outPath: "out.yaml")
        build.helmKubeVersion = "1.30.0"
        build.helmAPIVersions = ["a.example/v1"]
        let result = try await fixture.renderer(helm: helm).build(build, from: files)
        #expect(result.only.contains("name: from-helm"))
        #expect(result.program.hasSuffix(", helm 3.17.2"))
        #expect(
            result.inputs == [
                "app/charts/web/Chart.yaml", "app/charts/web/values.yaml", "app/kustomization.yaml", "app/v.yaml",
            ]
        )
        // Without Helm the build is refused, not made without its charts.
        do {
            _ = try await fixture.renderer(helm: nil).build(build, from: files)
            Issue.record("it was built")
        } catch {
            #expect(error.message.hasPrefix("helm is not installed"))
        }
    }
}
