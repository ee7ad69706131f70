import HoistwayModel
import HoistwayPorts
import HoistwaySteps
import HoistwayTestKit
import Testing

/// What `kustomize-set-image` warns of.
struct ImageWarningTests {
    private static let extra = "reg.test/shop/extra"

    /// Warnings of a step that sets images in `w/envs/prod`.
    private func warnings(
        _ files: [String: String],
        images: ConfigValue = [],
        freight: [Artifact]? = nil,
        times: Int = 1
    ) async throws -> [String] {
        var bench = Bench()
        if let freight { bench.freight = Bench.freight(freight) }
        try await bench.remote.seed(files: files)
        let set = ("kustomize-set-image", ["path": "./w/envs/prod", "images": images] as ConfigValue)
        let clone = ConfigValue.map([
            "repoURL": .string(Bench.url), "checkout": [["branch": "main", "path": "./w"]],
        ])
        var run = bench.run(Bench.steps([("git-clone", clone)] + Array(repeating: set, count: times)))
        #expect(try await bench.finish(&run).phase == .succeeded)
        return run.warnings
    }

    /// A kustomization that sets no image yet.
    private func built(from text: String, _ more: [String: String] = [:]) async throws -> [String] {
        try await warnings(more.merging(["envs/prod/kustomization.yaml": text]) { one, _ in one })
    }

    private static func deployment(_ image: String) -> String {
        "kind: Deployment\nspec: {template: {spec: {containers: [{name: a, image: \(image)}]}}}\n"
    }

    // MARK: Tags without digest

    private static let plain = ["envs/prod/kustomization.yaml": "images: []\n"]

    @Test func `a tag that is set alone is said to be open, once`() async throws {
        let tag: ConfigValue = [["image": "reg.test/shop/checkout", "tag": "1.4.3"]]
        let told = try await warnings(Self.plain, images: tag)
        #expect(told == ["the tag reg.test/shop/checkout:1.4.3 is not pinned by its digest"])
        let two: ConfigValue = [
            ["image": "reg.test/shop/checkout", "tag": "1.4.3"],
            ["image": "till", "newName": "reg.test/shop/till", "tag": "2.0.0"],
        ]
        #expect(
            try await warnings(Self.plain, images: two) == [
                "the tags reg.test/shop/checkout:1.4.3 and reg.test/shop/till:2.0.0 are not pinned by their digests"
            ]
        )
    }

    @Test func `also where the entry was there before, with the pin or without`() async throws {
        let pinned = "images:\n- name: reg.test/shop/checkout\n  newTag: 1.4.3\n  digest: \(Bench.digest)\n"
        let tag: ConfigValue = [["image": "reg.test/shop/checkout", "tag": "1.4.3"]]
        let told = try await warnings(["envs/prod/kustomization.yaml": pinned], images: tag)
        #expect(
            told == [
                "the tag reg.test/shop/checkout:1.4.3 is not pinned by its digest",
                "the edit of envs/prod/kustomization.yaml took away the digest pin of reg.test/shop/checkout",
            ]
        )
    }

    @Test func `a digest, and the freight's own images, are pinned`() async throws {
        let digest: ConfigValue = [["image": "reg.test/shop/checkout", "digest": .string(Bench.digest)]]
        #expect(try await warnings(Self.plain, images: digest) == [])
        #expect(try await warnings(Self.plain) == [])
    }

    @Test func `entries that the step was not to set are not its concern`() async throws {
        let other = "images:\n- name: reg.test/other\n  newTag: 1.0.0\n"
        #expect(try await warnings(["envs/prod/kustomization.yaml": other]) == [])
    }

    // MARK: Entries that set nothing

    private static let unused =
        "no container of the manifests that envs/prod/kustomization.yaml is built from names reg.test/shop/checkout: "
        + "its entry sets nothing"

    @Test func `a new entry for an image that no manifest mentions is told`() async throws {
        let found = try await built(
            from: "resources: [deployment.yaml]\n",
            ["envs/prod/deployment.yaml": Self.deployment("reg.test/shop/checkout-worker:1")]
        )
        #expect(found == [Self.unused])
    }

    @Test(arguments: [
        "reg.test/shop/checkout", "reg.test/shop/checkout:1.0.0", "\"reg.test/shop/checkout@sha256:00\"",
    ])
    func `an image that a manifest mentions is used`(_ image: String) async throws {
        let found = try await built(
            from: "resources: [deployment.yaml]\n",
            ["envs/prod/deployment.yaml": Self.deployment(image)]
        )
        #expect(found == [])
    }

    @Test(arguments: ["my.reg.test/shop/checkout", "x/reg.test/shop/checkout", "reg.test/shop/checkout/sub"])
    func `the name within another is not the image`(_ image: String) async throws {
        let found = try await built(
            from: "resources: [deployment.yaml]\n",
            ["envs/prod/deployment.yaml": Self.deployment(image)]
        )
        #expect(found == [Self.unused])
    }

    @Test func `bases are followed, folder by folder`() async throws {
        let files = { (image: String) in
            [
                "base/kustomization.yml": "resources:\n- ../common\n- app/deployment.yaml\n",
                "base/app/deployment.yaml": Self.deployment("reg.test/other"),
                "common/Kustomization": "resources: [deployment.yaml]\n",
                "common/deployment.yaml": Self.deployment(image),
            ]
        }
        let text = "resources:\n- ../../base\n"
        #expect(try await built(from: text, files("reg.test/shop/checkout:1")) == [])
        #expect(try await built(from: text, files("reg.test/nothing")) == [Self.unused])
    }

    @Test func `a patch, a component and what another entry renames to are looked at too`() async throws {
        let patch = Self.deployment("reg.test/shop/checkout")
        let base = ["envs/prod/a.yaml": Self.deployment("reg.test/other"), "envs/prod/p.yaml": patch]
        for key in [
            "patches: [{path: p.yaml}]", "patchesStrategicMerge: [p.yaml]", "patchesJson6902: [{path: p.yaml}]",
        ] {
            #expect(try await built(from: "resources: [a.yaml]\n\(key)\n", base) == [], "\(key)")
        }
        let inline = "resources: [a.yaml]\npatches:\n- patch: '[{op: add, value: reg.test/shop/checkout}]'\n"
        #expect(try await built(from: inline, base) == [])
        let renamed = "resources: [a.yaml]\nimages: [{name: app, newName: reg.test/shop/checkout}]\n"
        #expect(try await built(from: renamed, base) == [Self.unused.replacing("reg.test/shop/checkout", with: "app")])
        let component = "resources: [a.yaml]\ncomponents: [../c]\n"
        let more = ["envs/c/kustomization.yaml": "patches: [{path: p.yaml}]\n", "envs/c/p.yaml": patch]
        #expect(try await built(from: component, base.merging(more) { one, _ in one }) == [])
    }

    @Test(arguments: [
        "resources: [https://git.test/base.git]", "resources: [missing.yaml]", "resources: [../../empty]",
        "resources: [a.yaml]\nhelmCharts: [{name: x}]", "resources: [a.yaml]\ngenerators: [g.yaml]",
        "resources: [a.yaml]\ntransformers: [t.yaml]", "resources: [a.yaml]\nreplacements: [{path: r.yaml}]",
        "resources: [../../../../out]", "resources: a.yaml", "resources: [[a.yaml]]", "namePrefix: a-", "{}",
    ])
    func `where it cannot be known, nothing is said`(_ text: String) async throws {
        let files = [
            "envs/prod/a.yaml": Self.deployment("reg.test/other"), "empty/notes.txt": "nothing",
            "envs/prod/r.yaml": "[]", "envs/prod/g.yaml": "a: 1", "envs/prod/t.yaml": "a: 1",
        ]
        #expect(try await built(from: text + "\n", files) == [])
    }

    @Test func `more files than the bound are not read, and nothing is said`() async throws {
        let found = { (count: Int) in
            let names = (1...count).map { "f\($0).yaml" }
            let files = Dictionary(
                uniqueKeysWithValues: names.map { ("envs/prod/\($0)", Self.deployment("reg.test/other")) }
            )
            return try await built(from: "resources: [\(names.joined(separator: ", "))]\n", files)
        }
        #expect(try await found(40) == [Self.unused])
        #expect(try await found(41) == [])
    }

    @Test func `T4: an entry that was there is looked for too, and told once`() async throws {
        let text = "resources: [a.yaml]\nimages: [{name: reg.test/shop/checkout, newTag: 1.0.0}]\n"
        let files = ["envs/prod/a.yaml": Self.deployment("reg.test/other")]
        #expect(try await built(from: text, files) == [Self.unused])
        let twice = try await warnings(
            files.merging(["envs/prod/kustomization.yaml": "resources: [a.yaml]\n"]) { one, _ in one },
            times: 2
        )
        #expect(Set(twice) == [Self.unused])
    }

    // MARK: T4: containers, and not text

    private static let checkout = "reg.test/shop/checkout"

    @Test(arguments: [
        "# image: reg.test/shop/checkout\nkind: Deployment\n",
        "kind: ConfigMap\ndata: {image: reg.test/shop/checkout, containers: none}\n",
        "kind: Deployment\nmetadata: {annotations: {image: 'reg.test/shop/checkout:1'}}\n",
        "kind: Deployment\nspec: {template: {spec: {containers: [{name: reg.test/shop/checkout, image: other}]}}}\n",
        "kind: Deployment\nspec: {template: {spec: {containers: [{image: other, args: [reg.test/shop/checkout]}]}}}\n",
        "kind: CustomResourceDefinition\nspec: {containers: [{image: reg.test/shop/checkout}]}\n",
        "kind: Runner\nspec: {image: reg.test/shop/checkout}\n",
    ])
    func `T4: a text that is no container's image names nothing`(_ manifest: String) async throws {
        let found = try await built(from: "resources: [a.yaml]\n", ["envs/prod/a.yaml": manifest])
        #expect(found == [Self.unused])
    }

    @Test(arguments: [
        "kind: Pod\nspec: {initContainers: [{image: reg.test/shop/checkout}]}\n",
        "kind: Pod\nspec: {ephemeralContainers: [{image: 'reg.test/shop/checkout:1'}]}\n",
        "kind: CronJob\nspec: {jobTemplate: {spec: {template: {spec: {containers: [{image: reg.test/shop/checkout}]}}}}}\n",
        "kind: Rollout\nspec: {anything: {containers: [{image: 'reg.test/shop/checkout@sha256:00'}]}}\n",
        "kind: List\nitems: [{kind: Pod, spec: {containers: [{image: reg.test/shop/checkout}]}}]\n",
        "kind: Pod\nspec: {containers: [{image: other}]}\n---\nkind: Pod\nspec: {containers: [{image: reg.test/shop/checkout}]}\n",
        "x: &i reg.test/shop/checkout\nspec: {containers: [{image: *i}]}\n",
        "kind: Pod\nspec: {volumes: [{name: v, image: {reference: 'reg.test/shop/checkout:1'}}]}\n",
    ])
    func `T4: a container of any kind names the image`(_ manifest: String) async throws {
        let found = try await built(from: "resources: [a.yaml]\n", ["envs/prod/a.yaml": manifest])
        #expect(found == [])
    }

    @Test func `T4: fields that configurations add are looked at, for their kind`() async throws {
        let text = "resources: [a.yaml]\nconfigurations: [c.yaml]\n"
        let files = { (kind: String) in
            [
                "envs/prod/a.yaml": "kind: \(kind)\nspec: {steps: [{run: {image: 'reg.test/shop/checkout:1'}}]}\n",
                "envs/prod/c.yaml": "images:\n- path: spec/steps[]/run/image\n  kind: Runner\n",
            ]
        }
        #expect(try await built(from: text, files("Runner")) == [])
        #expect(try await built(from: text, files("Other")) == [Self.unused])
    }

    @Test func `T4: what bases and earlier entries rename is followed, in kustomize's order`() async throws {
        let base = [
            "base/kustomization.yaml": "resources: [a.yaml]\nimages: [{name: app, newName: reg.test/shop/checkout}]\n",
            "base/a.yaml": Self.deployment("app"),
        ]
        #expect(try await built(from: "resources: [../../base]\n", base) == [])
        let late =
            "resources: [a.yaml]\nimages:\n- {name: zeta, newName: reg.test/shop/other}\n- {name: app, newName: zeta}\n"
        let told = try await built(from: late, ["envs/prod/a.yaml": Self.deployment("app")])
        #expect(told == [Self.unused])
    }

    @Test(arguments: ["a: [", "a: 1\na: {", "kind: Pod\nspec: *gone\n"])
    func `T4: where a manifest cannot be read, nothing is said`(_ manifest: String) async throws {
        #expect(try await built(from: "resources: [a.yaml]\n", ["envs/prod/a.yaml": manifest]) == [])
    }

    @Test func `T4: the pods' own entry is set, and the promotion is not told to have set nothing`() async throws {
        let files = [
            "envs/prod/kustomization.yaml":
                "resources: [a.yaml]\nimages:\n- name: frontend\n  newName: reg.test/shop/checkout\n  newTag: v0\n",
            "envs/prod/a.yaml": Self.deployment("frontend"),
        ]
        #expect(try await warnings(files) == [])
        let named: ConfigValue = [["image": "reg.test/shop/checkout", "name": "frontend"]]
        #expect(try await warnings(files, images: named) == [])
    }

    @Test func `T4: an entry whose result is not the step's image is told`() async throws {
        let named: ConfigValue = [["image": "reg.test/shop/checkout", "name": "frontend"]]
        let told = try await warnings(Self.plain, images: named)
        #expect(told.count == 1)
        #expect(told.first?.contains("results in the image frontend, and not in reg.test/shop/checkout") == true)
    }

    // MARK: T5

    @Test func `T5: what the edit takes away stands in the warning, the message and the commit`() async throws {
        var bench = Bench()
        bench.freight = Bench.freight([Bench.image(Self.checkout, "1.4.3")])
        let text = "images:\n- name: reg.test/shop/checkout\n  newName: mirror/checkout\n  newTag: 1.0.0\n"
        try await bench.remote.seed(files: ["prod/kustomization.yaml": text])
        var run = bench.run(Bench.commitKustomization())
        #expect(try await bench.finish(&run).phase == .succeeded)
        let lost = "newName mirror/checkout of reg.test/shop/checkout"
        #expect(
            run.warnings == [
                "the edit of prod/kustomization.yaml took away \(lost); `newName: \"*\"` for the image in the step keeps a "
                    + "newName"
            ]
        )
        #expect(run.records[1].message.hasSuffix("; this takes away \(lost)"))
        let message = try await bench.remote.commit(#require(bench.remote.head("main"))).message
        #expect(message.contains("\nRemoved from prod/kustomization.yaml: \(lost)\n"), "\(message)")
    }

    @Test func `several images are told in one sentence, those that are used left out`() async throws {
        let images = ["checkout", "till", "extra"].map { Bench.image("reg.test/shop/\($0)", "1.0.0") }
        let told = try await warnings(
            [
                "envs/prod/kustomization.yaml": "resources: [a.yaml]\n",
                "envs/prod/a.yaml": Self.deployment("reg.test/shop/till:1"),
            ],
            freight: images
        )
        #expect(
            told == [
                "no container of the manifests that envs/prod/kustomization.yaml is built from names "
                    + "reg.test/shop/checkout and \(Self.extra): their entries set nothing"
            ]
        )
    }
}
