import HoistwayModel
import Testing

@testable import HoistwaySettings

private let project = "apiVersion: kargo.akuity.io/v1alpha1\nkind: Project\nmetadata: {name: demo}\n---\n"

private func warehouse(_ subscription: String) -> String {
    """
    apiVersion: kargo.akuity.io/v1alpha1
    kind: Warehouse
    metadata: {name: main, namespace: demo}
    spec: {subscriptions: [\(subscription)]}
    ---

    """
}

private let sound = warehouse("{image: {repoURL: ghcr.io/acme/app, constraint: ^1.0.0}}")

/// C7: texts in other encodings are read.
struct EncodingTests {
    private func load(_ bytes: [UInt8]) throws -> (LoadedSettings?, [Problem]) {
        let sandbox = try Sandbox(["hoistway.yaml": plainConfiguration, "pipelines/empty": ""])
        try sandbox.write(bytes, to: "pipelines/demo.yaml")
        return sandbox.load()
    }

    private static func units(_ text: String, bigEndian: Bool) -> [UInt8] {
        text.utf16.flatMap { unit in
            bigEndian ? [UInt8(unit >> 8), UInt8(unit & 0xFF)] : [UInt8(unit & 0xFF), UInt8(unit >> 8)]
        }
    }

    private static func wide(_ text: String, bigEndian: Bool) -> [UInt8] {
        text.unicodeScalars.flatMap { scalar in
            let bytes = [24, 16, 8, 0].map { UInt8(scalar.value >> $0 & 0xFF) }
            return bigEndian ? bytes : bytes.reversed()
        }
    }

    @Test func `a byte order mark, and UTF-16 and UTF-32 with or without one, are read`() throws {
        let text = project + sound
        let mark = "\u{FEFF}"
        let forms: [String: [UInt8]] = [
            "UTF-8 with mark": Array((mark + text).utf8),
            "UTF-16 LE": Self.units(text, bigEndian: false), "UTF-16 BE": Self.units(text, bigEndian: true),
            "UTF-16 LE with mark": Self.units(mark + text, bigEndian: false),
            "UTF-16 BE with mark": Self.units(mark + text, bigEndian: true),
            "UTF-32 LE with mark": Self.wide(mark + text, bigEndian: false),
            "UTF-32 BE with mark": Self.wide(mark + text, bigEndian: true),
            "UTF-32 LE": Self.wide(text, bigEndian: false), "UTF-32 BE": Self.wide(text, bigEndian: true),
            "mark before a marker": Array((project.dropLast(4) + mark + "---\n" + sound).utf8),
            "mark after a marker": Array((project + mark + sound).utf8),
            "mark after a comment": Array((project + "# next\n" + mark + sound).utf8),
            "mark before a comment": Array((project + mark + "# next\n" + sound).utf8),
            "CR LF": Array((project + sound).replacing("\n", with: "\r\n").utf8),
        ]
        for (name, bytes) in forms {
            let (loaded, found) = try load(bytes)
            #expect(found.errors == [], "\(name)")
            #expect(loaded?.pipelines.projects["demo"]?.warehouses.count == 1, "\(name)")
        }
    }

    @Test func `the configuration may have a mark too`() throws {
        let sandbox = try Sandbox(["hoistway.yaml": "\u{FEFF}" + plainConfiguration, "pipelines/demo.yaml": project])
        #expect(sandbox.load().1.errors == [])
    }

    @Test(arguments: [[0xFF, 0x61, 0x62], [0x61, 0xFF], [0xFF, 0xFE, 0x00, 0xD8], [0xFE, 0xFF, 0x61]] as [[UInt8]])
    func `bytes that are no text are one error`(_ bytes: [UInt8]) throws {
        #expect(try load(bytes).1.errors.map(\.message) == ["not text in UTF-8, UTF-16 or UTF-32"])
    }
}

/// C7: a template of Helm's is one error, with what to do.
struct HelmTemplateTests {
    @Test(arguments: [
        "{{- if .Values.enabled }}\napiVersion: kargo.akuity.io/v1alpha1\nkind: Stage\nmetadata:\n  name: a\n{{- end }}",
        "apiVersion: kargo.akuity.io/v1alpha1\nkind: Stage\nmetadata:\n  name: {{ .Release.Name }}\n  namespace: demo",
        "apiVersion: kargo.akuity.io/v1alpha1\nkind: Stage\nmetadata:\n  name: \"{{ .Values.name }}\"\n  namespace: demo",
        "apiVersion: kargo.akuity.io/v1alpha1\nkind: Stage\nmetadata:\n  name: a\n  labels:\n    {{- include \"x\" . | nindent 4 }}",
        "{{- range $name := .Values.stages }}\n---\napiVersion: kargo.akuity.io/v1alpha1\nkind: Stage\nmetadata: {name: '{{ $name }}'}\n{{- end }}",
        "apiVersion: kargo.akuity.io/v1alpha1\nkind: Stage\nmetadata: {name: a, namespace: demo}\nspec:\n  vars: [{name: a, value: '${{ \"{{\" }} vars.x {{ \"}}\" }}'}]",
        "apiVersion: kargo.akuity.io/v1alpha1\nkind: Stage\nmetadata: {name: a, namespace: demo}\nspec:\n  {{ toYaml .Values.spec }}",
        "apiVersion: kargo.akuity.io/v1alpha1\nkind: Stage\nmetadata: {name: a, namespace: demo}\nspec:\n{{ toYaml .Values.spec | indent 2 }}",
        "apiVersion: {{ .Values.api }}\nkind: Stage",
        "{{/* all stages */}}\napiVersion: kargo.akuity.io/v1alpha1\nkind: Stage\nmetadata: {name: a, namespace: demo}",
    ])
    func `a template is told once, and nothing else is`(_ template: String) throws {
        for text in [project + sound + template + "\n", template + "\n---\n" + project + sound] {
            let found = try problems(of: text)
            let told = found.errors.filter { $0.message == "looks like a Helm template: render it first" }
            #expect(told.count == found.errors.count, "\(found)")
            let documents = template.contains("\n---") ? 1...2 : 1...1
            #expect(documents.contains(told.count), "\(found)")
            #expect(told.first?.hint?.contains("`helm template") == true)
            #expect(told.allSatisfy { $0.place.line > 0 })
        }
    }

    @Test(arguments: [
        "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: a}\nspec: {template: {metadata: {name: '{{ .path.basename }}'}}}",
        "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: a}\nspec:\n  template:\n    metadata:\n      name: kargo-{{stage}}",
        "apiVersion: argoproj.io/v1alpha1\nkind: AnalysisTemplate\nmetadata: {name: a}\nspec: {args: [{name: a, value: '{{ args.x }}'}]}",
        "# {{ .Values.x }} in a comment\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}",
    ])
    func `templates of others are left alone`(_ text: String) throws {
        #expect(try problems(of: project + sound + text + "\n").errors == [])
    }

    @Test func `a Secret's value may look like anything`() throws {
        let secret = """
            apiVersion: v1
            kind: Secret
            metadata: {name: repo, namespace: demo, labels: {kargo.akuity.io/cred-type: git}}
            stringData: {repoURL: 'https://git.example.com/a/b', username: a, password: '{{ .Values.x }}<your-org>'}
            """
        #expect(try problems(of: project + secret) == [])
    }
}

/// C7: an expression without its dollar, and a placeholder in an address, are one error each.
struct UnfilledTests {
    private func stage(_ step: String) -> String {
        """
        apiVersion: kargo.akuity.io/v1alpha1
        kind: Stage
        metadata: {name: test, namespace: demo}
        spec:
          requestedFreight: [{origin: {kind: Warehouse, name: main}, sources: {direct: true}}]
          promotionTemplate:
            spec:
              steps:
                - uses: git-clone
                  config: {repoURL: https://git.example.com/a/b, checkout: [{branch: env, path: ./out}]}
                - \(step)
        """
    }

    @Test(arguments: [
        ("{{vars.x}}", "${{ vars.x }}"), ("{{ vars.x }}", "${{ vars.x }}"), ("'{{vars.x}}'", "${{ vars.x }}"),
        ("stage/{{ctx.stage}}", "${{ ctx.stage }}"), ("{{ outputs.a.b }}", "${{ outputs.a.b }}"),
        ("\"{{ quote(imageFrom('a').Tag) }}\"", "${{ quote(imageFrom('a').Tag) }}"),
        ("{{ imageFrom(vars.repo).Tag }}", "${{ imageFrom(vars.repo).Tag }}"),
        ("{{ task.outputs['a'].b }}", "${{ task.outputs['a'].b }}"),
    ])
    func `an expression without its dollar is one error, with what to write`(_ written: String, _ meant: String) throws
    {
        let step = "{uses: git-push, config: {path: ./out, targetBranch: \(written)}}"
        for text in [
            stage(step),
            stage("uses: git-push\n          config:\n            path: ./out\n            targetBranch: \(written)"),
        ] {
            let found = try problems(of: project + sound + text).errors
            #expect(found.count == 1, "\(found)")
            #expect(found.first?.message.hasSuffix("is taken as text: an expression begins with ${{") == true)
            #expect(found.first?.hint == "write \(meant), in quotes")
        }
    }

    @Test(arguments: [
        "https://github.com/<your-org>/app", "https://github.com/YOUR_ORG/app", "https://github.com/YOUR-ORG/app.git",
        "https://github.com/your-org/app", "https://github.com/your-github-username/app",
        "git@github.com:<org>/app.git",
        "https://<host>/acme/app", "https://github.com/{org}/app", "https://github.com/[org]/app",
        "https://github.com/%ORG%/app", "https://github.com/$ORG/app", "https://github.com/$(ORG)/app",
        "https://github.com/CHANGE_ME/app", "https://github.com/CHANGEME/app", "https://github.com/__ORG__/app",
        "https://github.com/${YOUR_ORG}/app", "https://github.com/${your-org}/app",
        "https://github.com/${ORG:-acme}/app",
        "${REPO_URL}", "$REPO_URL", "<repo-url>", "YOUR_REPO_URL", "https://github.com/{{org}}/app",
    ])
    func `a placeholder in an address is one error, wherever it stands`(_ url: String) throws {
        let git = try problems(of: project + warehouse("{git: {repoURL: '\(url)'}}"))
        #expect(git.count == 1 && git.errors.count == 1, "\(git)")
        #expect(git.first?.place.line == 8)
        let step = "{uses: git-clone, config: {repoURL: '\(url)', checkout: [{branch: a, path: ./b}]}}"
        let steps = try problems(of: project + sound + stage(step)).errors
        #expect(steps.count == 1, "\(steps)")
        let secret = """
            apiVersion: v1
            kind: Secret
            metadata: {name: repo, namespace: demo, labels: {kargo.akuity.io/cred-type: git}}
            stringData: {repoURL: '\(url)', username: a, password: b}
            """
        let secrets = try problems(of: project + secret)
        #expect(secrets.count == 1 && secrets.errors.count == 1, "\(secrets)")
        let image = url.replacing("https://github.com", with: "ghcr.io").replacing("git@github.com:", with: "ghcr.io/")
            .replacing("https://", with: "")
        let images = try problems(of: project + warehouse("{image: {repoURL: '\(image)', constraint: ^1.0.0}}"))
        #expect(images.count == 1 && images.errors.count == 1, "\(images)")
    }

    @Test(arguments: [
        "https://github.com/yourself/app", "https://github.com/my-org/app", "https://github.com/your-beautiful-cms/app",
        "https://github.com/todo/app", "https://github.com/acme/change-log", "https://github.com/acme/app%20x",
        "https://github.com/ORG/app", "ssh://git@git.example.com:2222/acme/app.git",
    ])
    func `names that somebody may have are taken`(_ url: String) throws {
        #expect(try problems(of: project + warehouse("{git: {repoURL: '\(url)'}}")).errors == [])
    }
}
