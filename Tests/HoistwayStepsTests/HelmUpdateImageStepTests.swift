import HoistwayModel
import HoistwayPorts
import HoistwaySteps
import Testing

/// `helm-update-image` of Kargo 0.9 to 1.2: the sheet of older forms.
struct HelmUpdateImageStepTests {
    private static let image: ConfigValue = "reg.test/shop/checkout"

    private static func bench(_ text: String, tag: String = "1.10", on kind: FileBench.Kind = .plain) async throws
        -> FileBench
    {
        var bench = try await FileBench(["values.yaml": text], on: kind)
        bench.bench.freight = Bench.freight([
            Bench.image("reg.test/shop/checkout", tag), Bench.image("reg.test/shop/web", "2.0.0"),
        ])
        return bench
    }

    private static func config(_ images: ConfigValue...) -> ConfigValue {
        ["path": "./w/values.yaml", "images": .list(images)]
    }

    @Test(
        arguments: [
            ("ImageAndTag", "a: x\n", "a: reg.test/shop/checkout:1.10\n", "reg.test/shop/checkout:1.10"),
            // Kargo writes the tag as it is, so that 1.10 becomes the number 1.1.
            ("Tag", "a: x # c\n", "a: \"1.10\" # c\n", "reg.test/shop/checkout:1.10"),
            (
                "ImageAndDigest", "a: 'x'\n", "a: 'reg.test/shop/checkout@\(Bench.digest)'\n",
                "reg.test/shop/checkout@\(Bench.digest)"
            ), ("Digest", "a: x\n", "a: \(Bench.digest)\n", "reg.test/shop/checkout@\(Bench.digest)"),
        ]
    )
    func `each form writes its part of the freight's image`(
        _ form: String,
        _ before: String,
        _ after: String,
        _ reference: String
    ) async throws {
        let bench = try await Self.bench(before)
        let config = Self.config(["image": Self.image, "key": "a", "value": .string(form)])
        let result = try await bench.run(("helm-update-image", config))
        #expect(result.phase == .succeeded, "\(result.message)")
        #expect(try await bench.file("values.yaml") == after)
        #expect(result.commitMessage == "Updated ./w/values.yaml to use new image\n\n- \(reference)")
    }

    @Test func `several images are listed in their order, and what changed is told of images`() async throws {
        let bench = try await Self.bench(
            "web: {tag: 1.0.0}\napi: {image: \"reg.test/shop/checkout:1.9\"}\n",
            on: .overlay
        )
        let config = Self.config(
            ["image": "reg.test/shop/web", "key": "web.tag", "value": "Tag"],
            [
                "image": Self.image, "key": "api.image", "value": "ImageAndTag",
                "fromOrigin": ["kind": "Warehouse", "name": "shop"],
            ]
        )
        let result = try await bench.run(
            ("helm-update-image", config),
            ("git-commit", ["path": "w"]),
            ("git-push", ["path": "w"])
        )
        #expect(result.phase == .succeeded, "\(result.message)")
        #expect(
            result.run.outputs["step-2"]?["commitMessage"]
                == "Updated ./w/values.yaml to use new images\n\n- reg.test/shop/web:2.0.0\n- reg.test/shop/checkout:1.10"
        )
        #expect(
            try await bench.pushed()
                == ["values.yaml": "web: {tag: 2.0.0}\napi: {image: \"reg.test/shop/checkout:1.10\"}\n"]
        )
        #expect(result.run.imageChanges.map(\.oldTag) == ["1.0.0", "1.9"])
        #expect(result.run.imageChanges.map(\.newTag) == ["2.0.0", "1.10"])
    }

    @Test func `a colon belongs to a name, and every dot separates`() async throws {
        let bench = try await Self.bench("c:d: {e: x}\n")
        let result = try await bench.run(
            ("helm-update-image", Self.config(["image": Self.image, "key": "c:d.e", "value": "Tag"]))
        )
        #expect(result.phase == .succeeded, "\(result.message)")
        #expect(try await bench.file("values.yaml") == "c:d: {e: \"1.10\"}\n")
    }

    @Test(
        arguments: [
            (["image": image, "key": "none", "value": "Tag"], "none was not updated"),
            (["image": "reg.test/gone", "key": "a", "value": "Tag"], "carries no image reg.test/gone"),
            (
                ["image": image, "key": "a", "value": "Tag", "fromOrigin": ["kind": "Warehouse", "name": "other"]],
                "the freight of the warehouse other carries no image"
            ),
        ] as [(ConfigValue, String)]
    )
    func `a missing key or image is an error`(_ item: ConfigValue, _ problem: String) async throws {
        let result = try await Self.bench("a: x\n").run(("helm-update-image", Self.config(item)))
        #expect(result.phase == .errored)
        #expect(result.message.contains(problem), "\(result.message)")
    }

    @Test(
        arguments: [
            (["path": "p"], "config.images: images is missing"),
            (["path": "p", "images": []], "config.images: at least 1"),
            (
                ["path": "p", "images": [["image": "i", "key": "k", "value": "Version"]]],
                "config.images[0].value: it cannot be"
            ),
            (["path": "p", "images": [["image": "i", "value": "Tag"]]], "config.images[0].key: key is missing"),
        ] as [(ConfigValue, String)]
    )
    func `a configuration that cannot work fails for good`(_ config: ConfigValue, _ problem: String) async throws {
        let result = try await Self.bench("a: x\n").run(("helm-update-image", config), threshold: 5)
        #expect(result.phase == .failed)
        #expect(result.message.contains(problem), "\(result.message)")
    }

    @Test func `the step counts as one that runs`() {
        let standing = StepCatalogue.standing(of: "helm-update-image") { StepRegistry.names.contains($0) }
        #expect(standing == .executed)
    }
}
