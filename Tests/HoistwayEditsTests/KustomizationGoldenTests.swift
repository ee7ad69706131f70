import HoistwayEdits
import Testing

/// Whole documents before and after, byte by byte.
struct KustomizationGoldenTests {
    struct Golden: Sendable, CustomTestStringConvertible {
        var title: String
        var before: String
        var targets: [ImageTarget]
        var after: String

        var testDescription: String { title }
    }

    private static let tag2 = [ImageTarget(name: "app", newName: .keep, tag: .value("v2"))]

    static let goldens: [Golden] = [
        Golden(
            title: "a value changes; comments, blank lines and order stay",
            before: """
                # top
                resources:
                  - deploy.yaml   # one

                images:   # ours
                  # the app
                  - newTag: v1  # pinned
                    name: app   # the name

                  - name: zoo
                    newTag: v9
                # end
                namePrefix: x-

                """,
            targets: tag2,
            after: """
                # top
                resources:
                  - deploy.yaml   # one

                images:   # ours
                  # the app
                  - newTag: v2  # pinned
                    name: app   # the name

                  - name: zoo
                    newTag: v9
                # end
                namePrefix: x-

                """
        ),
        Golden(
            title: "a tag becomes a digest: one line goes, one comes",
            before: "images:\n- name: app # a\n  newTag: v1 # t\n  # about the next\n- name: b\n  newTag: v1\n",
            targets: [ImageTarget(name: "app", digest: .value("sha256:aa"))],
            after: "images:\n- name: app # a\n  digest: sha256:aa\n  # about the next\n- name: b\n  newTag: v1\n"
        ),
        Golden(
            title: "a first key that goes makes room for the next on the dash's line",
            before: "images:\n- digest: sha256:aa # d\n  tagSuffix: -x\n  # name below\n  name: app\n  newName: r/app",
            targets: tag2,
            after: "images:\n- # name below\n  name: app\n  newName: r/app\n  newTag: v2"
        ),
        Golden(
            title: "the last line goes from a document without final newline",
            before: "images:\n- name: app\n  newTag: v1\n  digest: sha256:aa",
            targets: [ImageTarget(name: "app", tag: .value("v2"))],
            after: "images:\n- name: app\n  newTag: v2"
        ),
        Golden(
            title: "a new entry takes its place in a sorted list",
            before: "images:\n# first\n- name: b\n  newTag: v1\n  # tail of b\n# d is old\n- name: d\n",
            targets: ["c", "e", "a"].map { ImageTarget(name: $0, tag: .value("v1")) },
            after: """
                images:
                - name: a
                  newTag: v1
                # first
                - name: b
                  newTag: v1
                - name: c
                  newTag: v1
                  # tail of b
                # d is old
                - name: d
                - name: e
                  newTag: v1

                """
        ),
        Golden(
            title: "a new entry goes to the end of an unsorted list",
            before: "images:\n  - name: d\n  - name: b\nkind: Kustomization\n",
            targets: [ImageTarget(name: "a", tag: .value("v1"))],
            after: "images:\n  - name: d\n  - name: b\n  - name: a\n    newTag: v1\nkind: Kustomization\n"
        ),
        Golden(
            title: "a new entry follows one whose last line goes",
            before: "images:\n- name: app\n  newTag: v1\n  digest: sha256:aa\n- name: c\n",
            targets: [
                ImageTarget(name: "app", tag: .value("v2")), ImageTarget(name: "b", newName: .value("r/b")),
            ],
            after: "images:\n- name: app\n  newTag: v2\n- name: b\n  newName: r/b\n- name: c\n"
        ),
        Golden(
            title: "later entries of one name go",
            before: "images:\n- name: app\n  newTag: v1\n- name: b\n- name: app\n  newTag: v9\n# c\n",
            targets: tag2,
            after: "images:\n- name: app\n  newTag: v2\n- name: b\n# c\n"
        ),
        Golden(
            title: "flow style stays",
            before: "images: [{name: b, newTag: 'v1'}, {newTag: \"v1\", name: app, digest: x}] # all\n",
            targets: tag2 + [ImageTarget(name: "b", digest: .value("sha256:bb"))],
            after: "images: [{name: b, digest: sha256:bb}, {newTag: \"v2\", name: app}] # all\n"
        ),
        Golden(
            title: "flow style over several lines stays",
            before: "images: [\n  {name: app, newTag: v1}, # a\n  {name: c}, # c\n]\n",
            targets: tag2 + [ImageTarget(name: "b", tag: .value("on"))],
            after: "images: [\n  {name: app, newTag: v2}, {name: b, newTag: \"on\"}, # a\n  {name: c}, # c\n]\n"
        ),
        Golden(
            title: "a flow mapping in a block list",
            before: "images:\n- {name: app, newName: r/app, newTag: v1, digest: sha256:aa}\n",
            targets: tag2,
            after: "images:\n- {name: app, newName: r/app, newTag: v2}\n"
        ),
        Golden(
            title: "a document that is a flow mapping",
            before: "{resources: [a.yaml]}\n",
            targets: [ImageTarget(name: "app", tag: .value("1.10"))],
            after: "{resources: [a.yaml], images: [{name: app, newTag: \"1.10\"}]}\n"
        ),
        Golden(
            title: "JSON",
            before: "{\n  \"images\": [{\"name\": \"app\", \"newTag\": \"v1\"}]\n}",
            targets: tag2,
            after: "{\n  \"images\": [{\"name\": \"app\", \"newTag\": \"v2\"}]\n}"
        ),
        Golden(
            title: "CRLF",
            before: "images:\r\n- name: app\r\n  newTag: v1\r\n  digest: x\r\n",
            targets: tag2 + [ImageTarget(name: "b", tag: .value("v1"))],
            after: "images:\r\n- name: app\r\n  newTag: v2\r\n- name: b\r\n  newTag: v1\r\n"
        ),
        Golden(
            title: "a byte order mark and text that is not ASCII",
            before: "\u{feff}# zażółć 🚀\nimages: # 図\n- newTag: v1 # ü\n  name: app\n",
            targets: tag2,
            after: "\u{feff}# zażółć 🚀\nimages: # 図\n- newTag: v2 # ü\n  name: app\n"
        ),
        Golden(
            title: "anchors and aliases elsewhere, and on what does not change",
            before: "x: &a {b: 1}\ny: *a\nimages:\n- &z\n  name: z\n- name: &n app\n  newTag: v1\n",
            targets: tag2,
            after: "x: &a {b: 1}\ny: *a\nimages:\n- &z\n  name: z\n- name: &n app\n  newTag: v2\n"
        ),
        Golden(
            title: "no images yet, no final newline",
            before: "resources:\n- a.yaml",
            targets: [ImageTarget(name: "b", tag: .value("v1")), ImageTarget(name: "a", digest: .value("sha256:a"))],
            after: "resources:\n- a.yaml\nimages:\n- name: a\n  digest: sha256:a\n- name: b\n  newTag: v1"
        ),
        Golden(
            title: "no images yet, after comments and before the end marker",
            before: "---\nresources:\n- a.yaml\n# bye\n...\n",
            targets: tag2,
            after: "---\nresources:\n- a.yaml\n# bye\nimages:\n- name: app\n  newTag: v2\n...\n"
        ),
        Golden(
            title: "images with nothing written",
            before: "images: # none\nkind: Kustomization\n",
            targets: tag2,
            after: "images: # none\n- name: app\n  newTag: v2\nkind: Kustomization\n"
        ),
        Golden(
            title: "images that are null",
            before: "images: ~ # none\n",
            targets: tag2,
            after: "images: [{name: app, newTag: v2}] # none\n"
        ),
        Golden(
            title: "an empty flow list",
            before: "images: []\n",
            targets: tag2 + [ImageTarget(name: "b")],
            after: "images: [{name: app, newTag: v2}, {name: b}]\n"
        ),
        Golden(
            title: "a number that stands for a tag gets quotes even if it is the same",
            before: "images:\n- name: app\n  newTag: 1.10\n",
            targets: [ImageTarget(name: "app", tag: .value("1.10"))],
            after: "images:\n- name: app\n  newTag: \"1.10\"\n"
        ),
        Golden(
            title: "a key without a value gets one",
            before: "images:\n- name: app\n  newTag:   # later\n",
            targets: tag2,
            after: "images:\n- name: app\n  newTag: v2   # later\n"
        ),
        Golden(
            title: "single quotes stay",
            before: "images:\n- name: app\n  newTag: '1.9'\n",
            targets: [ImageTarget(name: "app", tag: .value("it's"))],
            after: "images:\n- name: app\n  newTag: 'it''s'\n"
        ),
        Golden(
            title: "nothing asked for changes nothing, not even a second entry",
            before: "images:\n- name: app\n- name: app\n",
            targets: [],
            after: "images:\n- name: app\n- name: app\n"
        ),
    ]

    @Test(arguments: goldens)
    func `a kustomization is edited byte by byte`(_ golden: Golden) throws {
        let edit = try KustomizationEditor.setImages(document: Array(golden.before.utf8), targets: golden.targets)
        #expect(String(decoding: edit.bytes, as: UTF8.self) == golden.after)
        #expect(edit.changed == (golden.before != golden.after))
        let again = try KustomizationEditor.setImages(document: edit.bytes, targets: golden.targets)
        #expect(again.bytes == edit.bytes)
        #expect(!again.changed)
    }

    @Test(arguments: [
        "1.10", "2024", "1e3", "0x1", "0o17", "0b1", "017", "on", "Off", "yes", "NO", "y", "null", "Null", "~", "true",
        "2024-01-02", "2024-1-2", "2024-01-02T10:00:00Z", "1_000", "1:30", ".5", "5.", "+1", "-1", ".inf", ".NaN", "=",
        "<<", "123e45", "a: b", "a #b", "'a", "\"", "*a", "&a", "!a", "a:", "@x", "{", "[a]", "...", "---", "ü", "a\\b",
    ])
    func `a value that some reader takes for something else gets double quotes`(_ value: String) throws {
        let target = ImageTarget(name: "app", tag: .value(value))
        let edit = try KustomizationEditor.setImages(document: Array("images: []\n".utf8), targets: [target])
        let text = String(decoding: edit.bytes, as: UTF8.self)
        #expect(text.hasPrefix("images: [{name: app, newTag: \""))
        #expect(edit.entriesAfter == [ImageEntry(name: "app", newTag: value)])
    }

    @Test(arguments: ["1.25.3", "v1.2", "latest", "sha-0a1b", "1.2.3-rc.1_x", "1-alpine", "12e", "0.1.0", "stable/x"])
    func `other values are written plainly`(_ value: String) throws {
        let target = ImageTarget(name: "r.io:5000/a/b", tag: .value(value), digest: .value("sha256:0a"))
        let edit = try KustomizationEditor.setImages(document: Array("a: 1\n".utf8), targets: [target])
        #expect(
            String(decoding: edit.bytes, as: UTF8.self)
                == "a: 1\nimages:\n- name: r.io:5000/a/b\n  newTag: \(value)\n  digest: sha256:0a\n"
        )
    }

    @Test func `long lists are edited where they must be`() throws {
        let lines = (0..<1000).map { "- name: app-\(1000 + $0)\n  newTag: v1\n" }
        let document = "images:\n" + lines.joined()
        let target = ImageTarget(name: "app-1500", tag: .value("v2"))
        let edit = try KustomizationEditor.setImages(document: Array(document.utf8), targets: [target])
        var expected = lines
        expected[500] = "- name: app-1500\n  newTag: v2\n"
        #expect(String(decoding: edit.bytes, as: UTF8.self) == "images:\n" + expected.joined())
    }
}
