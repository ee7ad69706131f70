import HoistwayModel
import HoistwayPorts
import HoistwaySteps
import Testing

/// `kustomize-set-image`: the forms of sheet 5, and the rows of its table 5.3 that a configuration can say.
struct KustomizeTableTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var number: Int
        var before: String
        var images: [ConfigValue]
        var after: String
        var references: [String]

        init(_ number: Int, _ before: String, _ images: [ConfigValue], _ after: String, _ references: [String]) {
            self.number = number
            self.before = before
            self.images = images
            self.after = after
            self.references = references
        }

        var testDescription: String { "\(number): \(images)" }
    }

    private static func entries(_ entries: [(String, String)]...) -> String {
        "images:\n"
            + entries.map { "- " + $0.map { "\($0.0): \($0.1)" }.joined(separator: "\n  ") + "\n" }.joined()
    }

    private static let none = "resources: []\n"

    static let rows: [Row] = [
        Row(
            1,
            none,
            [["image": "nginx", "tag": "1.25"]],
            none + entries([("name", "nginx"), ("newTag", "\"1.25\"")]),
            ["nginx:1.25"]
        ),
        Row(
            2,
            none,
            [["image": "nginx", "newName": "reg.io/nginx", "tag": "1.25.3"]],
            none + entries([("name", "nginx"), ("newName", "reg.io/nginx"), ("newTag", "1.25.3")]),
            ["reg.io/nginx:1.25.3"]
        ),
        Row(
            3,
            entries([("name", "app"), ("newTag", "v1")]),
            [["image": "app", "digest": "sha256:aa"]],
            entries([("name", "app"), ("digest", "sha256:aa")]),
            ["app@sha256:aa"]
        ),
        Row(
            5,
            entries([("name", "app"), ("newName", "r/app"), ("newTag", "v1")]),
            [["image": "app", "newName": "*", "tag": "v2"]],
            entries([("name", "app"), ("newName", "r/app"), ("newTag", "v2")]),
            ["r/app:v2"]
        ),
        Row(
            6,
            entries([("name", "app"), ("newName", "r1/app"), ("newTag", "v1")]),
            [["image": "app", "newName": "r2/app", "tag": "*"]],
            entries([("name", "app"), ("newName", "r2/app"), ("newTag", "v1")]),
            ["r2/app:v1"]
        ),
        Row(
            7,
            entries([("name", "app"), ("newName", "r/app"), ("newTag", "v1")]),
            [["image": "app", "newName": "*", "digest": "sha256:bb"]],
            entries([("name", "app"), ("newName", "r/app"), ("digest", "sha256:bb")]),
            ["r/app@sha256:bb"]
        ),
        Row(
            8,
            entries([("name", "app"), ("newName", "r1/app"), ("digest", "sha256:aa")]),
            [["image": "app", "newName": "r2/app", "digest": "*"]],
            entries([("name", "app"), ("newName", "r2/app"), ("digest", "sha256:aa")]),
            ["r2/app@sha256:aa"]
        ),
        // Kargo prints `*` for a name that is not there.
        Row(9, none, [["image": "app", "newName": "*", "tag": "*"]], none + entries([("name", "app")]), ["app"]),
        Row(
            11,
            none,
            [["image": "localhost:5000/t/app", "newName": "mirror:5000/t/app", "tag": "v1"]],
            none + entries([("name", "localhost:5000/t/app"), ("newName", "mirror:5000/t/app"), ("newTag", "v1")]),
            ["mirror:5000/t/app:v1"]
        ),
        Row(
            14,
            entries([("name", "mid"), ("newTag", "v3")]),
            [["image": "zeta", "tag": "v1"], ["image": "alpha", "tag": "v2"]],
            entries(
                [("name", "alpha"), ("newTag", "v2")],
                [("name", "mid"), ("newTag", "v3")],
                [("name", "zeta"), ("newTag", "v1")]
            ),
            ["alpha:v2", "mid:v3", "zeta:v1"]
        ),
        Row(
            15,
            entries([("name", "app"), ("newTag", "v1")], [("name", "app"), ("newTag", "v9")]),
            [["image": "other", "tag": "v1"]],
            entries([("name", "app"), ("newTag", "v1")], [("name", "other"), ("newTag", "v1")]),
            ["app:v1", "other:v1"]
        ),
        Row(
            16,
            entries([("name", "app"), ("newName", "r/app"), ("tagSuffix", "-arm")]),
            [["image": "app", "newName": "*", "tag": "v2"]],
            entries([("name", "app"), ("newName", "r/app"), ("newTag", "v2")]),
            ["r/app:v2"]
        ),
        // `name` is the entry's, and `image` only a label beside a version; of one name the last counts.
        Row(
            20,
            none,
            [
                ["image": "reg/x", "name": "app", "tag": "v1"],
                ["image": "reg/y", "name": "app", "tag": "v2", "digest": ""],
            ],
            none + entries([("name", "app"), ("newTag", "v2")]),
            ["app:v2"]
        ),
    ]

    @Test(arguments: rows)
    func `entries become what the table says`(_ row: Row) async throws {
        let bench = try await FileBench(["k/kustomization.yaml": row.before])
        let result = try await bench.run(("kustomize-set-image", ["path": "./w/k", "images": .list(row.images)]))
        #expect(result.phase == .succeeded, "\(result.message)")
        #expect(try await bench.file("k/kustomization.yaml") == row.after)
        let title = "Updated ./w/k to use new image\(row.references.count > 1 ? "s" : "")"
        #expect(result.commitMessage == title + "\n\n" + row.references.map { "- \($0)" }.joined(separator: "\n"))
        let again = try await FileBench(["k/kustomization.yaml": row.after])
        _ = try await again.run(("kustomize-set-image", ["path": "./w/k", "images": .list(row.images)]))
        #expect(try await again.file("k/kustomization.yaml") == row.after)
    }

    @Test(
        arguments: [
            [["image": "app", "tag": ""]], [["image": "app", "tag": .null]], [["image": "app", "digest": ""]],
            [["image": "app", "tag": "", "digest": .null]],
        ] as [ConfigValue]
    )
    func `a version that came to nothing is never taken for the freight's`(_ images: ConfigValue) async throws {
        let bench = try await FileBench(["k/kustomization.yaml": Self.none])
        let result = try await bench.run(("kustomize-set-image", ["path": "w/k", "images": images]), threshold: 5)
        #expect(result.phase == .failed)
        #expect(result.message.contains("the tag or the digest is empty"), "\(result.message)")
    }

    @Test func `a kustomization that is a symlink is none`() async throws {
        let bench = try await FileBench(
            ["k/kustomization.yaml": "x", "x": Self.none],
            modes: ["k/kustomization.yaml": .symlink]
        )
        let result = try await bench.run(("kustomize-set-image", ["path": "w/k"]))
        #expect(result.phase == .errored)
        #expect(result.message.contains("w/k has no kustomization"), "\(result.message)")
    }
}
