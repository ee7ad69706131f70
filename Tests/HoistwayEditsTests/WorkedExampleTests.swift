import HoistwayEdits
import Testing

/// The worked examples of what `kustomize edit set image` makes of entries.
struct WorkedExampleTests {
    struct Example: Sendable, CustomTestStringConvertible {
        var number: Int
        var existing: [ImageEntry]
        var arguments: [String]
        var expected: [ImageEntry]

        var testDescription: String { "\(number): \(arguments.joined(separator: " "))" }
    }

    static let examples: [Example] = [
        Example(1, [], ["nginx:1.25"], [ImageEntry(name: "nginx", newTag: "1.25")]),
        Example(
            2,
            [],
            ["nginx=reg.io/nginx:1.25.3"],
            [ImageEntry(name: "nginx", newName: "reg.io/nginx", newTag: "1.25.3")]
        ),
        Example(
            3,
            [ImageEntry(name: "app", newTag: "v1")],
            ["app@sha256:aa"],
            [ImageEntry(name: "app", digest: "sha256:aa")]
        ),
        Example(
            4,
            [ImageEntry(name: "app", newName: "r/app", digest: "sha256:aa")],
            ["app:v2"],
            [ImageEntry(name: "app", newTag: "v2")]
        ),
        Example(
            5,
            [ImageEntry(name: "app", newName: "r/app", newTag: "v1")],
            ["app=*:v2"],
            [ImageEntry(name: "app", newName: "r/app", newTag: "v2")]
        ),
        Example(
            6,
            [ImageEntry(name: "app", newName: "r1/app", newTag: "v1")],
            ["app=r2/app:*"],
            [ImageEntry(name: "app", newName: "r2/app", newTag: "v1")]
        ),
        Example(
            7,
            [ImageEntry(name: "app", newName: "r/app", newTag: "v1")],
            ["app=*@sha256:bb"],
            [ImageEntry(name: "app", newName: "r/app", digest: "sha256:bb")]
        ),
        Example(
            8,
            [ImageEntry(name: "app", newName: "r1/app", digest: "sha256:aa")],
            ["app=r2/app@*"],
            [ImageEntry(name: "app", newName: "r2/app", digest: "sha256:aa")]
        ),
        Example(9, [], ["app=*:*"], [ImageEntry(name: "app")]),
        Example(
            10,
            [],
            ["app:v1@sha256:aa"],
            [ImageEntry(name: "app", newTag: "v1", digest: "sha256:aa")]
        ),
        Example(
            11,
            [],
            ["localhost:5000/t/app=mirror:5000/t/app"],
            [ImageEntry(name: "localhost:5000/t/app", newName: "mirror:5000/t/app")]
        ),
        Example(13, [], ["localhost:5000"], [ImageEntry(name: "localhost", newTag: "5000")]),
        Example(
            14,
            [ImageEntry(name: "mid", newTag: "v3")],
            ["zeta:v1", "alpha:v2"],
            [
                ImageEntry(name: "alpha", newTag: "v2"), ImageEntry(name: "mid", newTag: "v3"),
                ImageEntry(name: "zeta", newTag: "v1"),
            ]
        ),
        Example(
            15,
            [ImageEntry(name: "app", newTag: "v1"), ImageEntry(name: "app", newTag: "v9")],
            ["other:v1"],
            [ImageEntry(name: "app", newTag: "v1"), ImageEntry(name: "other", newTag: "v1")]
        ),
        Example(
            16,
            [ImageEntry(name: "app", newName: "r/app", tagSuffix: "-arm")],
            ["app=*:v2"],
            [ImageEntry(name: "app", newName: "r/app", newTag: "v2")]
        ),
        Example(
            17,
            [ImageEntry(name: "app", tagSuffix: "-arm")],
            ["other:v1"],
            [ImageEntry(name: "app", tagSuffix: "-arm"), ImageEntry(name: "other", newTag: "v1")]
        ),
        Example(18, [], ["a=b=c:v1"], [ImageEntry(name: "a", newName: "b=c", newTag: "v1")]),
    ]

    @Test(arguments: examples, [false, true])
    func `resulting entries are kustomize's`(_ example: Example, isFlow: Bool) throws {
        let document = Self.document(example.existing, isFlow: isFlow)
        var targets: [ImageTarget] = []
        for argument in example.arguments { targets.append(try ImageReferenceArgument.parse(argument)) }
        let edit = try KustomizationEditor.setImages(document: Array(document.utf8), targets: targets)
        #expect(edit.entriesAfter == example.expected)
        #expect(try KustomizationImages.entries(of: edit.bytes) == example.expected)
    }

    @Test func `an argument with neither tag nor digest nor new name is an error`() {
        #expect(throws: EditFailure.self) { try ImageReferenceArgument.parse("localhost:5000/t/app") }
    }

    @Test func `a tag that looks like a number is written as text`() throws {
        let target = try ImageReferenceArgument.parse("nginx:1.25")
        let edit = try KustomizationEditor.setImages(document: Array("kind: Kustomization\n".utf8), targets: [target])
        #expect(
            String(decoding: edit.bytes, as: UTF8.self)
                == "kind: Kustomization\nimages:\n- name: nginx\n  newTag: \"1.25\"\n"
        )
    }

    static func document(_ entries: [ImageEntry], isFlow: Bool) -> String {
        let items = entries.map { entry in
            [
                "name: \(entry.name)", entry.newName.map { "newName: \($0)" },
                entry.tagSuffix.map { "tagSuffix: \($0)" },
                entry.newTag.map { "newTag: \($0)" }, entry.digest.map { "digest: \($0)" },
            ].compactMap { $0 }
        }
        let start = "resources:\n- a.yaml\n"
        if entries.isEmpty { return isFlow ? start + "images: []\n" : start }
        if isFlow {
            return start + "images: [\(items.map { "{\($0.joined(separator: ", "))}" }.joined(separator: ", "))]\n"
        }
        return start + "images:\n" + items.map { "- \($0.joined(separator: "\n  "))\n" }.joined()
    }
}

extension WorkedExampleTests.Example {
    init(_ number: Int, _ existing: [ImageEntry], _ arguments: [String], _ expected: [ImageEntry]) {
        self.init(number: number, existing: existing, arguments: arguments, expected: expected)
    }
}
