import HoistwayModel
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
        #expect(told == ["the tag reg.test/shop/checkout:1.4.3 is not pinned by its digest"])
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
        "no manifest that envs/prod/kustomization.yaml is built from mentions reg.test/shop/checkout: "
        + "its new entry sets nothing"

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
        #expect(try await built(from: renamed, base) == [])
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

    @Test func `an entry that was there is not looked for, and a second step finds it there`() async throws {
        let text = "resources: [a.yaml]\nimages: [{name: reg.test/shop/checkout, newTag: 1.0.0}]\n"
        let files = ["envs/prod/a.yaml": Self.deployment("reg.test/other")]
        #expect(try await built(from: text, files) == [])
        let twice = try await warnings(
            files.merging(["envs/prod/kustomization.yaml": "resources: [a.yaml]\n"]) { one, _ in one },
            times: 2
        )
        #expect(twice == [Self.unused])
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
                "no manifest that envs/prod/kustomization.yaml is built from mentions reg.test/shop/checkout and "
                    + "\(Self.extra): their new entries set nothing"
            ]
        )
    }
}
