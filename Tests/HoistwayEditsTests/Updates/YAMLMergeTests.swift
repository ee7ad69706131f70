import HoistwayEdits
import Testing

/// yaml-merge: each row of the sheet, and its neighbours.
struct YAMLMergeTests {
    private func merged(_ files: [String]) throws -> String {
        let inputs = files.enumerated().map {
            YAMLMerge.Input(name: "f\($0.offset).yaml", bytes: Array($0.element.utf8))
        }
        return String(decoding: try YAMLMerge.merge(inputs), as: UTF8.self)
    }

    @Test(arguments: [
        (["version: 1.0.0\n", "version: 2.0.0\n"], "version: 2.0.0\n"),
        (["a: {x: 1, y: 2}\n", "a:\n  y: 3\n  z: 4\n"], "a:\n  x: 1\n  y: 3\n  z: 4\n"),
        (["l: [1, 2]\n", "l: [3]\n"], "l:\n- 3\n"),
        (["l: [1, 2]\n", "l: []\n"], "l: []\n"),
        (["a: 1\nb: 2\n", "b: null\n"], "a: 1\n"),
        (["a: {x: 1}\nb: 2\n", "a: ~\n"], "b: 2\n"),
        (["a: [1]\nb: 2\n", "a:\n"], "b: 2\n"),
        // A null of the first file stays; one of a later file never comes in.
        (["a: null\nb: 1\n", "b: 2\n"], "a: null\nb: 2\n"),
        (["a: null\n", "a: {x: 1}\n"], "a:\n  x: 1\n"),
        (["a: 1\n", "b: null\nc: {d: null, e: 1}\n"], "a: 1\nc:\n  e: 1\n"),
        (["a: 1\n", "l: [null, 1]\n"], "a: 1\nl:\n- null\n- 1\n"),
        // New keys come behind those that are there, by name.
        (["m: 1\n", "z: 1\na: 1\n"], "m: 1\na: 1\nz: 1\n"),
        // Empty files and later documents do not count.
        (["", "a: 1\n", "# c\n", "b: 2\n"], "a: 1\nb: 2\n"),
        (["a: 1\n---\nb: 2\n", "c: 3\n---\n{broken\n"], "a: 1\nc: 3\n"),
        ([], ""),
        ([""], ""),
        (["# c\n"], ""),
        // One file alone keeps its bytes, unless it has more documents.
        (["# c\na:  'x' # d\n"], "# c\na:  'x' # d\n"),
        (["a: 'x'\n---\nb: 1\n"], "a: \"x\"\n"),
        // What was written is what is written.
        (
            ["a: 1.10\nb: 0o17\nc: 12345678901234567890\n", "d: yes\n"],
            "a: 1.10\nb: 0o17\nc: 12345678901234567890\nd: yes\n"
        ),
        (["a: '1.10'\nb: \"yes\"\n", "c: x\n"], "a: \"1.10\"\nb: \"yes\"\nc: x\n"),
        (["1: a\n\"2\": b\n", "c: x\n"], "1: a\n\"2\": b\nc: x\n"),
        (["t: |\n  a\n\n  b\n", "c: x\n"], "t: |\n  a\n\n  b\nc: x\n"),
        (["t: |-\n  a\n  b\n", "c: x\n"], "t: \"a\\nb\"\nc: x\n"),
        (["l:\n- - 1\n  - 2\n- a: 1\n  b: [x]\n", "c: {}\n"], "l:\n- - 1\n  - 2\n- a: 1\n  b:\n  - x\nc: {}\n"),
        // Aliases and merge keys are followed.
        (["b: &b {x: 1, y: 2}\np: {<<: *b, y: 3}\n", "p: {x: 9}\n"], "b:\n  x: 1\n  y: 2\np:\n  y: 3\n  x: 9\n"),
        (["\u{FEFF}a: 1\r\n", "b: 2\r\n"], "a: 1\nb: 2\n"),
        (["[1, 2]\n", "[3]\n"], "- 3\n"),
        (["one\n", "two\n"], "two\n"),
        // $patch.
        (["a: {x: 1, y: 2}\n", "a: {$patch: replace, z: 3}\n"], "a:\n  z: 3\n"),
        (["a: {x: 1}\nb: 1\n", "a: {$patch: delete}\n"], "b: 1\n"),
        (["a: {x: 1}\n", "a: {$patch: merge, y: 2}\n"], "a:\n  x: 1\n  y: 2\n"),
    ])
    func `later files win`(_ files: [String], _ expected: String) throws {
        #expect(try merged(files) == expected)
    }

    @Test func `lists of Kubernetes' own kinds are merged by their keys`() throws {
        let base = """
            apiVersion: apps/v1
            kind: Deployment
            spec:
              template:
                spec:
                  containers:
                  - name: app
                    image: app:1
                    env: [{name: A, value: "1"}]
                    ports: [{containerPort: 80, protocol: TCP}]
                  - name: side
                    image: side:1
                  tolerations: [{key: a}]

            """
        let patch = """
            spec:
              template:
                spec:
                  containers:
                  - name: app
                    image: app:2
                    env: [{name: B, value: "2"}, {name: A, value: "3"}]
                    ports: [{containerPort: 80, name: http}, {containerPort: 81}]
                  - {name: side, $patch: delete}
                  - {name: new, image: new:1}
                  tolerations: [{key: b}]

            """
        #expect(
            try merged([base, patch]) == """
                apiVersion: apps/v1
                kind: Deployment
                spec:
                  template:
                    spec:
                      containers:
                      - name: app
                        image: app:2
                        env:
                        - name: A
                          value: "3"
                        - name: B
                          value: "2"
                        ports:
                        - containerPort: 80
                          protocol: TCP
                          name: http
                        - containerPort: 81
                      - name: new
                        image: new:1
                      tolerations:
                      - key: b

                """
        )
    }

    @Test func `lists of other kinds and of values are replaced`() throws {
        let custom = "apiVersion: example.com/v1\nkind: App\nspec:\n  containers: [{name: a}]\n"
        #expect(try merged([custom, "spec: {containers: [{name: b}]}\n"]).contains("- name: b"))
        #expect(try !merged([custom, "spec: {containers: [{name: b}]}\n"]).contains("- name: a"))
        #expect(try merged(["containers: [{name: a}]\n", "containers: [{name: b}]\n"]) == "containers:\n- name: b\n")
    }

    @Test func `a list of manifests can be replaced or emptied by $patch`() throws {
        let base = "apiVersion: v1\nkind: Pod\nspec:\n  containers: [{name: a}]\n"
        let replaced = try merged([base, "spec: {containers: [{$patch: replace}, {name: b}]}\n"])
        #expect(replaced.contains("- name: b") && !replaced.contains("- name: a"))
        let emptied = try merged([base, "spec: {containers: [{$patch: delete}]}\n"])
        #expect(emptied.hasSuffix("containers: []\n"))
        let finalizers = "apiVersion: v1\nkind: Pod\nmetadata: {finalizers: [a, b]}\n"
        #expect(try merged([finalizers, "metadata: {finalizers: [b, c]}\n"]).hasSuffix("  - a\n  - b\n  - c\n"))
    }

    @Test(arguments: [
        (
            ["a: 1\n", "a: {b: 1}\n"], "f1.yaml",
            "f1.yaml:1:4: a is a mapping here and a single value in the files before"
        ),
        (
            ["a: {b: [1]}\n", "a: {b: 1}\n"], "f1.yaml",
            "f1.yaml:1:8: a.b is a single value here and a list in the files"
        ),
        (
            ["a: 1\n", "- 1\n"], "f1.yaml",
            "f1.yaml:1:1: the whole is a list here and a mapping in the files before f1.yaml"
        ),
        (["a: [\n", "a: 1\n"], "f0.yaml", "f0.yaml:1:1: not valid YAML: did not find expected node content"),
        (["a: 1\n", "a: {$patch: gone}\n"], "f1.yaml", "f1.yaml:"),
        (["a: *b\n"], "f0.yaml", "f0.yaml:1:1: not valid YAML: an alias that leads nowhere"),
    ])
    func `files that cannot be merged are refused with the file and its place`(
        _ files: [String],
        _ file: String,
        _ message: String
    ) throws {
        do {
            _ = try merged(files)
            Issue.record("accepted")
        } catch let error as YAMLMerge.Failure {
            #expect(error.file == file)
            #expect(error.failure.message(file: error.file).hasPrefix(message), "\(error.failure.message(file: file))")
            #expect(error.failure.hint?.isEmpty == false)
        }
    }

    @Test func `depth and aliases are bounded`() {
        let laughs = (1...60).map { "l\($0): &l\($0) [*l\($0 - 1), *l\($0 - 1), *l\($0 - 1)]\n" }.joined()
        #expect(throws: YAMLMerge.Failure.self) { try merged(["l0: &l0 [x, x]\n" + laughs, "a: 1\n"]) }
        let deep = String(repeating: "[", count: 100) + String(repeating: "]", count: 100)
        #expect(throws: YAMLMerge.Failure.self) { try merged([deep, "a: 1\n"]) }
        #expect(throws: YAMLMerge.Failure.self) { try merged(Array(repeating: "a: 1\n", count: 101)) }
    }

    @Test func `the message is Kargo's`() {
        #expect(YAMLMerge.message(inputs: [], output: "out/test.yaml") == nil)
        #expect(YAMLMerge.message(inputs: ["base.yaml"], output: "out/test.yaml") == "Wrote base.yaml to out/test.yaml")
        #expect(
            YAMLMerge.message(inputs: ["base.yaml", "overrides.yaml"], output: "out/test.yaml")
                == "Merged 2 YAML files to out/test.yaml\n- base.yaml\n- overrides.yaml"
        )
    }
}
