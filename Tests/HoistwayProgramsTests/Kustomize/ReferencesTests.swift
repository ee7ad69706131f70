import HoistwayEdits
import HoistwayModel
import HoistwayPorts
import HoistwayPrograms
import Testing

struct ReferencesTests {
    /// A kustomization in `app`, and what it is refused with before a program is started.
    struct Case: Sendable, CustomTestStringConvertible {
        var kustomization: String
        var refusal: String
        var files: [String: String] = [:]

        init(_ kustomization: String, _ refusal: String, _ files: [String: String] = [:]) {
            (self.kustomization, self.refusal, self.files) = (kustomization, refusal, files)
        }

        var testDescription: String { kustomization }
    }

    static let noNetwork = "lies outside of the workspace, and programs have no network here"
    static let refused: [Case] = [
        Case(
            "resources: [https://example.com/a.yaml]",
            "app/kustomization.yaml:1: resources[0]: https://example.com/a.yaml \(noNetwork)"
        ),
        Case(
            "resources:\n- a.yaml\n- github.com/acme/base?ref=v1",
            "app/kustomization.yaml:3: resources[1]: github.com/acme/base?ref=v1 \(noNetwork)",
            ["app/a.yaml": "a: 1"]
        ),
        Case(
            "resources: ['git@github.com:acme/base']",
            "app/kustomization.yaml:1: resources[0]: git@github.com:acme/base \(noNetwork)"
        ),
        Case(
            "resources: ['git::https://h/x']",
            "app/kustomization.yaml:1: resources[0]: git::https://h/x \(noNetwork)"
        ),
        Case("resources: ['ssh://git@h/x']", "app/kustomization.yaml:1: resources[0]: ssh://git@h/x \(noNetwork)"),
        Case("components: [https://h/c]", "app/kustomization.yaml:1: components[0]: https://h/c \(noNetwork)"),
        Case("bases: [github.com/acme/base]", "app/kustomization.yaml:1: bases[0]: github.com/acme/base \(noNetwork)"),
        Case("crds: [https://h/c.json]", "app/kustomization.yaml:1: crds[0]: https://h/c.json \(noNetwork)"),
        Case(
            "openapi: {path: 'https://h/schema.json'}",
            "app/kustomization.yaml:1: openapi.path: https://h/schema.json \(noNetwork)"
        ),
        Case(
            "patches: [{path: 'https://h/p.yaml'}]",
            "app/kustomization.yaml:1: patches[0].path: https://h/p.yaml \(noNetwork)"
        ),
        Case(
            "configMapGenerator: [{name: a, files: ['k=https://h/v']}]",
            "app/kustomization.yaml:1: configMapGenerator[0].files[0]: https://h/v \(noNetwork)"
        ),
        Case(
            "resources: [../../base]",
            "app/kustomization.yaml:1: resources[0]: ../../base leads out of the workspace"
        ),
        Case(
            "resources: [/etc/passwd]",
            "app/kustomization.yaml:1: resources[0]: /etc/passwd leads out of the workspace"
        ),
        Case(
            "secretGenerator: [{name: a, envs: [/root/.env]}]",
            "app/kustomization.yaml:1: secretGenerator[0].envs[0]: /root/.env leads out of the workspace"
        ),
        Case(
            "secretGenerator: [{name: a, env: ../../../x}]",
            "app/kustomization.yaml:1: secretGenerator[0].env: ../../../x leads out of the workspace"
        ),
        Case(
            "configurations: [../../x]",
            "app/kustomization.yaml:1: configurations[0]: ../../x leads out of the workspace"
        ),
        Case(
            "replacements: [{path: /x}]",
            "app/kustomization.yaml:1: replacements[0].path: /x leads out of the workspace"
        ),
        Case(
            "patchesStrategicMerge: [/x]",
            "app/kustomization.yaml:1: patchesStrategicMerge[0]: /x leads out of the workspace"
        ),
        Case(
            "patchesJson6902: [{path: /x}]",
            "app/kustomization.yaml:1: patchesJson6902[0].path: /x leads out of the workspace"
        ),
        Case(
            "helmCharts: [{name: web, repo: 'https://h/charts', version: 1.0.0}]",
            "app/kustomization.yaml:1: helmCharts[0]: app/charts/web-1.0.0/web: the chart would be pulled from https://h/charts, and programs have no network here"
        ),
        Case(
            "helmCharts: [{name: web}]",
            "app/kustomization.yaml:1: helmCharts[0]: app/charts/web: the chart is not there"
        ),
        Case(
            "helmGlobals: {chartHome: ../../x}\nhelmCharts: [{name: web}]",
            "app/kustomization.yaml:2: helmCharts[0]: ../../x/web leads out of the workspace"
        ),
        Case(
            "helmCharts: [{name: web, valuesFile: 'https://h/v.yaml'}]",
            "app/kustomization.yaml:1: helmCharts[0].valuesFile: https://h/v.yaml \(noNetwork)",
            ["app/charts/web/Chart.yaml": "name: web"]
        ),
        Case(
            "generators: [g.yaml]",
            "app/g.yaml:1: the plugin Exec of acme.com/v1 is not built into kustomize; no other is run here",
            ["app/g.yaml": "apiVersion: acme.com/v1\nkind: Exec\nmetadata: {name: x}"]
        ),
        Case(
            "transformers: [t.yaml]",
            "app/t.yaml:1: the plugin T is a program or a container of its own (config.kubernetes.io/function); plugins are not run",
            [
                "app/t.yaml":
                    "apiVersion: builtin\nkind: T\nmetadata:\n  name: x\n  annotations:\n    config.kubernetes.io/function: 'exec: {path: ./x}'"
            ]
        ),
        Case(
            "validators:\n- |-\n  apiVersion: acme.com/v1\n  kind: V",
            "app/kustomization.yaml:2: validators[0]: the plugin V of acme.com/v1 is not built into kustomize; no other is run here"
        ),
        Case(
            "transformers: [t.yaml]",
            "app/t.yaml:4: path: /etc/shadow leads out of the workspace",
            ["app/t.yaml": "apiVersion: builtin\nkind: PatchTransformer\nmetadata: {name: x}\npath: /etc/shadow"]
        ),
        Case("resources: [nothing.yaml]", "app/kustomization.yaml:1: resources[0]: nothing.yaml does not exist"),
        Case(
            "resources: [empty]",
            "app/kustomization.yaml:1: resources[0]: empty is a folder without a kustomization",
            ["app/empty/x.yaml": "a: 1"]
        ),
        Case(
            "resources: [../base]",
            "base/kustomization.yaml:1: resources[0]: https://h/x.yaml \(noNetwork)",
            ["base/kustomization.yaml": "resources: [https://h/x.yaml]"]
        ),
        Case("a: [", "app/kustomization.yaml:1: not valid YAML: did not find expected node content"),
        Case("- a", "app/kustomization.yaml:1: the document is not a mapping"),
    ]

    @Test(arguments: refused)
    func `what a program could only get from outside is refused before it runs, with its place`(_ item: Case)
        async throws
    {
        let fixture = try await RenderFixture()
        var files = MemoryFiles(["app/kustomization.yaml": item.kustomization])
        for (path, text) in item.files { files.files[GitPath(path)] = Array(text.utf8) }
        #expect(try await fixture.refusal(files, "app")?.message == item.refusal)
    }

    @Test func `without a sandbox the same is refused, and nothing is started`() async throws {
        let fixture = try await RenderFixture(.bare)
        for target in ["/etc/passwd", "../../x", "https://h/a.yaml"] {
            let refusal = try await fixture.refusal(
                MemoryFiles(["app/kustomization.yaml": "resources: ['\(target)']"]),
                "app"
            )
            guard case .refused(let place, _, _) = refusal else {
                Issue.record("\(target): \(String(describing: refusal))")
                continue
            }
            #expect(place == SourcePlace(file: "app/kustomization.yaml", line: 1, path: "resources[0]"))
        }
    }

    @Test func `a symbolic link and a submodule are refused with their place`() async throws {
        let fixture = try await RenderFixture()
        var files = MemoryFiles(["app/kustomization.yaml": "resources: [link.yaml]"])
        files.symlinks = ["app/link.yaml"]
        #expect(
            try await fixture.refusal(files, "app")?.message
                == "app/kustomization.yaml:1: resources[0]: is a symbolic link, which is not followed"
        )
        files = MemoryFiles(["app/kustomization.yaml": "resources: [../lib]"])
        files.submodules = ["lib"]
        #expect(
            try await fixture.refusal(files, "app")?.message
                == "app/kustomization.yaml:1: resources[0]: ../lib is a submodule, which is not fetched"
        )
        files = MemoryFiles(["app/kustomization.yaml": "resources: [up/x.yaml]"])
        files.symlinks = ["app/up"]
        #expect(try await fixture.refusal(files, "app")?.hint == "app/up is a symbolic link, which is not followed")
    }

    @Test func `a folder without a kustomization is not there for kustomize`() async throws {
        let fixture = try await RenderFixture()
        #expect(
            try await fixture.refusal(MemoryFiles(["app/x.yaml": "a: 1"]), "app")?.message
                == "app: none of kustomization.yaml, kustomization.yml, Kustomization is there"
        )
    }

    @Test(arguments: [
        ("https://h/x", true), ("git::ssh://h/x", true), ("github.com/a/b", true), ("github.com:a/b", true),
        ("gh:a/b", true),
        ("git@h.example:a/b", true), ("user@h.example/a", true), ("org/repo?ref=v1", true), ("../base", false),
        ("base", false),
        ("./github.com/x", false), ("a.yaml", false), ("dir@1/x", false), ("/abs", false),
    ])
    func `an address is told from a path`(_ target: String, _ isRemote: Bool) {
        #expect(KustomizationReferences.isRemote(target) == isRemote)
    }
}
