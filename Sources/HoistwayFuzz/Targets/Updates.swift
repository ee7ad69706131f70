import HoistwayEdits
import HoistwayTestKit

extension FuzzTarget {
    /// YAML files with updated values: the edited file reads as the old one with exactly the wanted values.
    static let yamlUpdates = FuzzTarget(
        name: "yaml-updates",
        seeds: [
            """
            # values
            image:
              repository: ghcr.io/acme/app   # the service
              tag: "1.0.0"
            list:
            - {name: a, tag: v1}
            - name: b
              tag: 'v1'

            n: 1
            """,
            "image: {tag: v1, x: [1, 2]}\r\nlist: [{tag: v1}]\r\nn: |\r\n  text\r\n",
            "base: &b\n  tag: v1\nimage:\n  <<: *b\n  tag: &t v2\nother: *t\nn: !!str 1\n",
            "\u{FEFF}? image\n: tag: >-\n    a\n    b\n\nn:\nlist:\n- tag:\n",
            "---\nimage: {\"tag\":}\n...\n---\nimage: x\n",
        ].map { Array($0.utf8) },
        words: [
            "image:", "tag: ", "list:\n- ", "n: ", "&a ", "*a", "<<: ", "!!str ", "! ", "? ", "---\n", "...\n", "|-\n",
            ">2\n", "{", "}", "[", "]", ", ", " # c", "\t", "\"\\x", "''", "null", "~", "1.10",
        ],
        run: { input in UpdateCheck(isJSON: false).run(input) }
    )

    /// JSON files with updated and added values.
    static let jsonUpdates = FuzzTarget(
        name: "json-updates",
        seeds: [
            "{\n  \"image\": {\"tag\": \"v1\"},\n  \"list\": [\n    {\"tag\": \"v1\"}\n  ],\n  \"n\": 1\n}\n",
            "{\"image\":null,\"list\":[],\"n\":{}}", "[]", "\"text\"", "\u{FEFF}{ }\r\n",
            "{\"image\": {\"ta\\u0067\": -1.5e3}}",
        ].map { Array($0.utf8) },
        words: [
            "\"image\":", "\"tag\":", "\"list\":", "\"n\":", "{", "}", "[", "]", ",", "null", "true", "\\u00e9",
            "\\ud83d\\ude00", "\\ud800", "-0", "1e5", "//", "/*",
        ],
        run: { input in UpdateCheck(isJSON: true).run(input) }
    )

    /// TOML files with updated values.
    static let tomlUpdates = FuzzTarget(
        name: "toml-updates",
        seeds: [
            "# app\nn = 1\n[image]\ntag = \"v1\" # now\n[[list]]\ntag = 'v1'\n",
            "image = { tag = \"v1\", x = [1, 2.5] }\r\nlist = [{tag = '''v'''}]\r\nn = 1979-05-27 07:32:00Z\r\n",
            "\u{FEFF}image.tag = \"\"\"\nv\\\"1\"\"\"\n\"list\" = [ # c\n  { \"tag\" = 0x1F } ]\nn = inf\n",
        ].map { Array($0.utf8) },
        words: [
            "[image]", "[[list]]", "tag = ", "n = ", "\"\"\"", "'''", "\\", "\\u00e4", "{", "}", "[", "]", ", ", "# c",
            "true", "nan", "-0.0", "1e5", "07:32:00", "image.tag",
        ],
        run: { input in
            for update in [
                ScalarUpdate(key: "image.tag", value: .string("1.10")),
                ScalarUpdate(key: "list.0.tag", value: .string("a: 'b'\n")),
                ScalarUpdate(key: "n", value: .number(2_000_000)),
            ] {
                guard let edit = try? TOMLUpdate.apply([update], to: input) else { continue }
                let again = try? TOMLUpdate.apply([update], to: edit.bytes)
                promise(again?.changed == false && again?.bytes == edit.bytes, "the value is there already")
            }
        }
    )

    /// YAML files with values before Flux's markers.
    static let fluxSetters = FuzzTarget(
        name: "flux-setters",
        seeds: [
            "image: x:1 # {\"$imagepolicy\": \"a:b\"}\n- 'y' # {\"$imagepolicy\": \"a:b:tag\"}\n",
            "a: &x 1 # {\"$imagepolicy\": \"a:b:tag\"}\nb: *x\n---\nc: [\n  d # {\"$imagepolicy\": \"a:b:digest\"}\n]\n",
            "tag: # {\"$imagepolicy\": \"a:b:name\"}\r\nother: !!str \"z\" # {\"$imagepolicy\": \"a:b\"}\r\n",
        ].map { Array($0.utf8) },
        words: yamlUpdates.words + [" # {\"$imagepolicy\": \"a:b\"}", " # {\"$imagepolicy\": \"a:b:tag\"}"],
        run: { input in
            let images = ["a:b": FluxSetters.Image(name: "h/i", tag: "1.10", digest: "sha256:ab")]
            guard let edit = try? FluxSetters.apply(images, to: input) else { return }
            let again = try? FluxSetters.apply(images, to: edit.bytes)
            promise(again?.bytes == edit.bytes && again?.changed == false, "the values are there already")
        }
    )

    /// YAML files that are merged.
    static let yamlMerges = FuzzTarget(
        name: "yaml-merges",
        seeds: yamlUpdates.seeds + [
            Array(
                "apiVersion: apps/v1\nkind: Deployment\nspec:\n  containers:\n  - {name: a, $patch: delete}\n  ports: []\n"
                    .utf8
            )
        ],
        words: yamlUpdates.words + ["$patch: ", "replace", "delete", "containers:", "name: a", "ports:"],
        run: { input in
            let base = "image: {tag: v0}\nspec: {containers: [{name: a, image: x}, {name: b}]}\nn: null\n"
            let inputs = [YAMLMerge.Input(name: "base", bytes: Array(base.utf8)), .init(name: "input", bytes: input)]
            // The writer checks its own text; a refusal is fine too.
            for files in [inputs, inputs.reversed()] {
                guard let merged = try? YAMLMerge.merge(files), !merged.isEmpty else { continue }
                let again = try? YAMLMerge.merge([YAMLMerge.Input(name: "merged", bytes: merged)])
                promise(again == merged, "a merged file is one that can be merged")
            }
        }
    )
}

/// Updates a file, reads it again with the reader of values, and compares it with the old and the wanted values.
private struct UpdateCheck {
    private static let updates = [
        ScalarUpdate(key: "image.tag", value: .string("1.10")),
        ScalarUpdate(key: "list.0.tag", value: .string("a: 'b'\n")),
        ScalarUpdate(key: "n", value: .number(2_000_000)),
    ]

    let isJSON: Bool

    func run(_ input: [UInt8]) {
        for update in Self.updates {
            let path = update.key.split(separator: ".").map(String.init)[...]
            guard let edit = try? isJSON ? JSONUpdate.apply([update], to: input) : YAMLUpdate.apply([update], to: input)
            else { continue }
            guard
                let again = try? isJSON
                    ? JSONUpdate.apply([update], to: edit.bytes) : YAMLUpdate.apply([update], to: edit.bytes)
            else { fatalError("broken promise: an updated file can be updated again") }
            promise(!again.changed && again.bytes == edit.bytes, "the value is there already")
            guard let before = read(input), let after = read(edit.bytes) else { continue }
            // The same value may be read elsewhere too; and a null in a key does not count as a key.
            guard edit.changes.allSatisfy(\.alsoReadAt.isEmpty), isJSON || before.value(at: path) != nil else {
                continue
            }
            promise(after.value(at: path) == DocumentValue(update.value), "the value is the wanted one")
            if before.value(at: path) != nil {
                promise(
                    after == before.setting(path, to: DocumentValue(update.value)),
                    "nothing but the value has changed"
                )
            }
        }
    }

    private func read(_ bytes: [UInt8]) -> DocumentValue? {
        try? isJSON ? DocumentReader.json(bytes) : DocumentReader.yaml(bytes)
    }
}
