import HoistwayModel
import Testing

@testable import HoistwaySettings

/// What no pipeline may say is refused when manifests are read, with its place.
struct FaultyPipelineCheckTests {
    private static let clone = DemoPipeline.clone

    private static func manifest(_ steps: [String], task: String? = nil) -> String {
        DemoPipeline.manifest(steps: steps)
            + """
            ---
            apiVersion: kargo.akuity.io/v1alpha1
            kind: PromotionTask
            metadata: {name: task, namespace: demo}
            spec:
              vars: [{name: path}]
              steps: [\(task ?? "{uses: fail, config: {message: \"${{ vars.path }}\"}}")]
            """
    }

    private static func update(_ value: String) -> String {
        "{uses: yaml-update, config: {path: ./o/v.yaml, updates: [{key: a\(value)}]}}"
    }

    private static func expression(_ text: String) -> String {
        "{uses: compose-output, as: out, config: {x: '${{ \(text) }}'}}"
    }

    private static let faults: [(steps: [String], words: String, hint: String?)] = [
        ([clone, "{uses: git-clear, config: {path: ./o, force: true}}"], "unknown key 'force'", "known here: path"),
        ([clone, update(", value: b, kind: c")], "unknown key 'kind'", "known here: key, value"),
        (["{uses: fail, when: never}"], "unknown key 'when'", nil),
        (
            [expression("1"), expression("outputs.out.x")], "two steps are called 'out': the first is in line 18",
            "give each step a name of its own"
        ),
        (["{task: {name: task}}"], "needs a value for its variable path", nil),
        (["{task: {name: nowhere}}"], "has no PromotionTask 'nowhere'", nil),
        ([clone, update(", value: null")], "value is null, which this step does not write", nil),
        (
            ["{uses: git-clone, config: {repoURL: 'https://git.example.com/a/b', checkout: null}}"],
            "checkout is null", nil
        ),
        ([clone, update(", value: {b: 1}")], "expected text, a number, or true or false, found a mapping", nil),
        (
            [expression(String(repeating: "(", count: 5000) + "1" + String(repeating: ")", count: 5000))],
            "the expression is nested deeper than 64 levels", nil
        ),
        (
            [expression(Array(repeating: "1", count: 50_000).joined(separator: " + "))],
            "the expression is nested deeper than 200 levels", nil
        ),
        (
            [clone, "{uses: toml-update, config: {path: ./o/a.toml, updates: [{key: a, value: {b: 1}}]}}"],
            "expected text, a number, or true or false, found a mapping", nil
        ),
        ([clone, "{uses: tar, config: {inPath: ./o}}"], "outPath is missing", nil),
        (
            [clone, "{uses: untar, config: {inPath: ./o/a.tar, outPath: ./x, stripComponents: -1}}"],
            "-1 is outside", nil
        ),
        (
            ["{uses: http-download, config: {url: 'https://h.test/', outPath: ./a, timeout: soon}}"],
            "expected a duration", "such as 30s"
        ),
        (
            ["{uses: http-download, config: {url: 'https://h.test/', outPath: ./a, out: ./b}}"], "unknown key 'out'",
            "known here"
        ),
        (
            ["{uses: http-download, config: {url: 'https://h.test/', outPath: ./a, checksum: 'sha256:abc'}}"],
            "is not sha256: and 64 hexadecimal digits", "sha256sum"
        ),
        (
            [
                "{uses: http-download, config: {url: 'https://h.test/', outPath: ./a, checksum: 'md5:d41d8cd98f00b204e9800998ecf8427e'}}"
            ], "is not sha256: and 64 hexadecimal digits", "other algorithms are not known"
        ),
        (
            ["{uses: http-download, config: {url: 'ftp://h.test/a', outPath: ./a}}"],
            "url is not an http or https URL", "https://example.com/file"
        ),
        (
            ["{uses: oci-download, config: {imageRef: 'reg.test/a b:1', outPath: ./a}}"],
            "is not the name of an artifact of a registry", "registry.example.com/shop/web"
        ),
        (
            ["{uses: oci-push, config: {srcRef: 'reg.test/a:1', destRef: prod.test/a}}"], "has no tag",
            "registry.example.com/shop/web:1.2.3"
        ),
        (
            [
                "{uses: oci-push, config: {srcRef: 'reg.test/a:1', destRef: 'prod.test/a@sha256:\(String(repeating: "a", count: 64))'}}"
            ],
            "has a digest, and what is pushed is named by a tag", nil
        ),
        (
            ["{uses: oci-push, config: {srcRef: 'reg.test/a:1', destRef: 'prod.test/a:1', annotations: {a: 1}}}"],
            "expected text, found a number", "put it in quotes"
        ),
        (
            ["{uses: send-message, config: {channel: {kind: MessageChannel, name: ops}, message: hi}}"],
            "there is no MessageChannel 'ops'", "write `projects: {demo: {messageChannels: [{name: ops"
        ),
        (
            ["{uses: send-message, config: {channel: {kind: ClusterMessageChannel, name: ops}, message: hi}}"],
            "there is no ClusterMessageChannel 'ops'", "at the top of the configuration"
        ),
        (
            [
                "{uses: send-message, config: {channel: {kind: ClusterMessageChannel, name: '${{ ctx.targetFreight.name }}'}, message: hi, smtp: {to: [a]}}}"
            ],
            "Hoistway does not send e-mail", "use a webhook that sends the mail"
        ),
        (
            [
                "{uses: send-message, config: {channel: {kind: ClusterMessageChannel, name: '${{ ctx.targetFreight.name }}'}, message: hi, encodingType: xml}}"
            ],
            "it cannot be 'xml'", "one of json, yaml"
        ),
        (
            ["{uses: hcl-update, config: {path: a.tf, updates: [{key: a, value: b}]}}"],
            "is a step of Kargo's commercial edition", "keep the version in a YAML, JSON or TOML file"
        ),
        (
            [clone.replacing("branch: main", with: "tag: v1"), "{uses: git-push, config: {path: ./o}}"],
            "o shows a tag or a commit: it cannot be pushed without a target", "name the branch to push to"
        ),
    ]

    @Test(arguments: [
        ("10.1.2.3", "it has a private address"), ("localhost:8080", "it has a loopback address"), ("h.test", nil),
        ("[fd00::1]", "it has a private address"), ("[::ffff:127.0.0.1]", "it has a loopback address"),
        ("8.8.8.8", nil), ("[2a00:1450:4001:80b::200e]", nil), ("999.1.2.3", nil),
    ])
    func `a request that the policy refuses is told, as far as its URL says it`(_ host: String, _ words: String?) throws
    {
        let step = "{uses: http, config: {url: 'http://\(host)/hook'}}"
        let found = try problems(of: Self.manifest([step]))
        #expect(found.errors.isEmpty, "\(found)")
        let told = found.filter { $0.message.hasPrefix("will fail at http: requests to ") }
        #expect(told.count == (words == nil ? 0 : 1), "\(found)")
        if let words {
            #expect(
                told.first?.message.hasSuffix(words) == true && told.first?.hint?.contains("privateHosts: [") == true
            )
        }
    }

    @Test(arguments: faults.indices)
    func `a faulty pipeline is refused, with its place`(_ index: Int) throws {
        let (steps, words, hint) = Self.faults[index]
        let errors = try problems(of: Self.manifest(steps)).errors
        #expect(errors.count == 1, "\(errors)")
        let error = try #require(errors.first)
        #expect(error.message.contains(words), "\(error.message)")
        if let hint { #expect(error.hint?.contains(hint) == true, "\(error.hint ?? "no hint")") }
        #expect(error.place.line >= 18, "\(error)")
    }

    @Test func `a task that calls itself is refused where it does so`() throws {
        let errors = try problems(of: Self.manifest([Self.clone], task: "{task: {name: task}}")).errors
        #expect(errors.map(\.message) == ["a task cannot call another task"])
    }
}
