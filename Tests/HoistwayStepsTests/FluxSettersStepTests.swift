import HoistwayEdits
import HoistwayModel
import HoistwayPorts
import HoistwaySteps
import HoistwayTestKit
import Testing

/// `flux-setters`: the markers of sheet 9.4 in the files below a folder.
struct FluxSettersStepTests {
    private static let image = "reg.test/shop/checkout"

    private static func mark(_ suffix: String = "", policy: String = "apps:checkout") -> String {
        "# {\"$imagepolicy\": \"\(policy)\(suffix)\"}"
    }

    private static func config(
        _ path: String = "./w/apps",
        _ policies: [[String: ConfigValue]] = [["policy": "apps:checkout", "image": .string(image)]]
    ) -> ConfigValue {
        ["path": .string(path), "policies": .list(policies.map(ConfigValue.map))]
    }

    private static let files = [
        "apps/web/deployment.yaml": "spec:\n  image: \(image):1.4.2 \(mark())\n",
        "apps/kustomization.yml":
            "images:\n- name: web\n  newName: x \(mark(":name"))\n  newTag: 1.4.2 \(mark(":tag"))\n",
        "apps/Kustomization": "# \nnewTag: 1.4.2 \(mark(":tag"))\n",
        "apps/README.md": "image: x:1 \(mark())\n",
        "apps/chart/templates/a.yaml": "{{- if .x }}\nimage: x:1 \(mark())\n{{- end }}\n",
        "apps/plain.yaml": "a: [\n",
        "other/a.yaml": "image: x:1 \(mark())\n",
        "apps/other.yaml": "image: x:1 \(mark(policy: "apps:unknown"))\n",
    ]

    @Test(arguments: FileBench.Kind.allCases)
    func `the values behind the markers of a folder are set, and no other byte`(_ kind: FileBench.Kind) async throws {
        let bench = try await FileBench(Self.files, on: kind)
        let result = try await bench.run(("flux-setters", Self.config()))
        #expect(result.phase == .succeeded, "\(result.message)")
        #expect(result.message == "set 4 values in 3 files below ./w/apps")
        var expected = Self.files
        expected["apps/web/deployment.yaml"] = "spec:\n  image: \(Self.image):1.4.3 \(Self.mark())\n"
        expected["apps/kustomization.yml"] =
            "images:\n- name: web\n  newName: \(Self.image) \(Self.mark(":name"))\n  newTag: 1.4.3 \(Self.mark(":tag"))\n"
        expected["apps/Kustomization"] = "# \nnewTag: 1.4.3 \(Self.mark(":tag"))\n"
        #expect(try await bench.files() == expected)
        #expect(result.commitMessage == "Updated ./w/apps\n\n- apps:checkout: \(Self.image):1.4.3")
        let warnings = result.run.warnings
        #expect(warnings.count == 1)
        #expect(warnings.first?.contains("apps/chart/templates/a.yaml:1:") == true, "\(warnings)")
        #expect(warnings.first?.hasSuffix("the file has markers, and was left as it is") == true)
    }

    @Test func `what stood there and what is set are facts of the image`() async throws {
        let bench = try await FileBench(Self.files)
        let result = try await bench.run(("flux-setters", Self.config()))
        let values = result.run.imageValues
        #expect(
            values.map { [$0.file, $0.key, $0.old ?? "", $0.version] } == [
                ["apps/Kustomization", "apps:checkout:tag", "1.4.2", "1.4.3"],
                ["apps/kustomization.yml", "apps:checkout:tag", "1.4.2", "1.4.3"],
                ["apps/web/deployment.yaml", "apps:checkout", "\(Self.image):1.4.2", "1.4.3"],
            ]
        )
        #expect(values.allSatisfy { $0.image == Self.image && $0.mount == "w" && !$0.isDigest })
        #expect(values.last?.version(of: "\(Self.image):1.4.2") == "1.4.2")
    }

    @Test func `the story of the commit tells the versions`() async throws {
        let bench = try await FileBench(Self.files)
        let result = try await bench.run(
            ("flux-setters", Self.config()),
            ("git-commit", ["path": "w"]),
            ("git-push", ["path": "w"])
        )
        #expect(result.phase == .succeeded, "\(result.message)")
        let head = try #require(bench.bench.remote.head("main"))
        let message = try await bench.bench.remote.commit(head).message
        #expect(message.contains("1.4.2") && message.contains("1.4.3"), "\(message)")
    }

    @Test func `tag and digest may be given, and digests reflected`() async throws {
        let text = "a: x \(Self.mark())\nb: y \(Self.mark(":digest"))\nc: z \(Self.mark(policy: "apps:web"))\n"
        let bench = try await FileBench(["apps/a.yaml": text])
        let policies: [[String: ConfigValue]] = [
            ["policy": "apps:checkout", "image": .string(Self.image), "useDigest": true],
            ["policy": "apps:web", "image": "reg.test/web", "tag": "2024"],
        ]
        let result = try await bench.run(("flux-setters", Self.config("./w", policies)))
        #expect(result.phase == .succeeded, "\(result.message)")
        #expect(
            try await bench.file("apps/a.yaml")
                == "a: \(Self.image):1.4.3@\(Bench.digest) \(Self.mark())\nb: \(Bench.digest) \(Self.mark(":digest"))\n"
                + "c: reg.test/web:2024 \(Self.mark(policy: "apps:web"))\n"
        )
    }

    @Test func `a policy without a marker is told`() async throws {
        let bench = try await FileBench(Self.files)
        let policies: [[String: ConfigValue]] = [
            ["policy": "apps:checkout", "image": .string(Self.image)],
            ["policy": "apps:none", "image": "reg.test/web", "tag": "1"],
        ]
        let result = try await bench.run(("flux-setters", Self.config("./w/apps/web", policies)))
        #expect(result.phase == .succeeded)
        #expect(
            result.run.warnings
                == ["no marker below ./w/apps/web names apps:none: nothing was set for it"]
        )
    }

    @Test(
        arguments: [
            ("./w/none", "apps:checkout", image, "w/none does not exist"),
            ("./w/apps/README.md", "apps:checkout", image, "is not a folder"),
            ("./w/apps", "apps:none", image, "no marker below ./w/apps names apps:none"),
            ("./w/apps", "apps:checkout:tag", image, "is no policy"),
            ("./w/apps", "checkout", image, "is no policy"),
            ("./w/apps", "apps:checkout", "reg.test/other", "the freight carries no image reg.test/other"),
        ]
    )
    func `what cannot be done is an error, and nothing is written`(
        _ path: String,
        _ policy: String,
        _ image: String,
        _ problem: String
    ) async throws {
        let bench = try await FileBench(Self.files)
        let policies: [[String: ConfigValue]] = [["policy": .string(policy), "image": .string(image)]]
        let result = try await bench.run(("flux-setters", Self.config(path, policies)))
        #expect(result.phase == .errored || result.phase == .failed)
        #expect(result.message.contains(problem), "\(result.message)")
        #expect(try await bench.files() == Self.files)
    }

    @Test func `no file is written where one cannot be`() async throws {
        let files = [
            "a.yaml": "image: x:1 \(Self.mark())\n", "b.yaml": "digest: x \(Self.mark(":digest"))\n",
        ]
        let bench = try await FileBench(files)
        let policies: [[String: ConfigValue]] = [
            ["policy": "apps:checkout", "image": .string(Self.image), "tag": "1.5"]
        ]
        let result = try await bench.run(("flux-setters", Self.config("./w", policies)))
        #expect(result.phase == .errored)
        #expect(result.message.contains("b.yaml:1: apps:checkout:digest was not updated"), "\(result.message)")
        #expect(try await bench.files() == files)
    }

    @Test func `the plan knows the folder, and where copies of it go`() {
        let plan = PromotionPlan(
            steps: Bench.steps([
                (
                    "git-clone",
                    [
                        "repoURL": .string(Bench.url),
                        "checkout": [["branch": "main", "path": "./src"], ["branch": "live", "path": "./out"]],
                    ]
                ),
                ("flux-setters", Self.config("./src/apps")),
                ("copy", ["inPath": "./src/apps/web", "outPath": "./out/web"]),
                ("git-push", ["path": "./out"]),
            ])
        )
        #expect(plan.checkouts[0].places(of: "src/apps/web/a.yaml") == ["apps/web/a.yaml"])
        #expect(plan.checkouts[1].places(of: "src/apps/web/a.yaml") == ["web/a.yaml"])
        #expect(plan.checkouts[1].places(of: "src/apps/api/a.yaml") == [])
        #expect(plan.checkouts[1].editedTrees.map(\.policies) == [["apps:checkout"]])
    }
}
