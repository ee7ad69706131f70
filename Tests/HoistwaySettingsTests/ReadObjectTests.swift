import HoistwayCrypto
import HoistwayModel
import Testing

@testable import HoistwaySettings

private let head = DemoPipeline.head

private func stage(_ body: String) -> String {
    let asking = "{uses: http, config: {url: 'https://example.com', body: \"\(body)\"}}"
    return DemoPipeline.stage(
        "  promotionTemplate:\n    spec:\n      steps:\n        - \(DemoPipeline.clone)\n        - \(asking)"
    )
}

private func data(_ kind: String, _ name: String, _ data: String, namespace: String = "demo", type: String? = nil)
    -> String
{
    let label = type.map { ", labels: {kargo.akuity.io/cred-type: \($0)}" } ?? ""
    return "---\napiVersion: v1\nkind: \(kind)\nmetadata: {name: \(name), namespace: \(namespace)\(label)}\n\(data)\n"
}

/// Sheet 2.3: `configMap()`, `secret()` and their shared kin.
struct ReadObjectTests {
    @Test func `ConfigMaps and Secrets of a project and of the shared namespace are read`() throws {
        let text =
            head + stage("${{ ctx.promotion }}")
            + data("ConfigMap", "regions", "data: {test: 'eu ${X} {{ .Values.y }}'}")
            + data("ConfigMap", "all", "data: {a: b}", namespace: "kargo-shared-resources")
            + data("Secret", "chat", "stringData: {hook: h0ok}", type: "generic")
            + data("Secret", "plain", "data: {a: Yg==}")
            + data("Secret", "shared", "stringData: {a: b}", namespace: "kargo-shared-resources", type: "generic")
            + data("Secret", "other", "stringData: {a: b}", namespace: "kargo-shared-resources")
            + data("Secret", "git", "stringData: {repoURL: 'https://h/a/b', username: u, password: p}", type: "git")
        let (loaded, found) = try load(text)
        #expect(found.errors == [])
        let settings = try #require(loaded)
        #expect(settings.pipelines.projects["demo"]?.configMaps == ["regions": ["test": "eu ${X} {{ .Values.y }}"]])
        #expect(settings.pipelines.sharedConfigMaps == ["all": ["a": "b"]])
        #expect(settings.secrets.secret("chat", project: "demo")?["hook"]?.revealText() == "h0ok")
        #expect(settings.secrets.secret("plain", project: "demo")?["a"]?.revealText() == "b")
        #expect(settings.secrets.secret("chat", project: "else") == nil)
        #expect(settings.secrets.sharedSecret("shared")?["a"]?.revealText() == "b")
        // Without the label, and a credential: expressions see neither.
        #expect(settings.secrets.sharedSecret("other") == nil)
        #expect(settings.secrets.secret("git", project: "demo") == nil)
        #expect(!"\(settings.secrets)".contains("h0ok") && !found.contains { "\($0)".contains("h0ok") })
    }

    @Test func `sharedResources names the namespace that all projects share`() throws {
        let more = "sharedResources: {namespace: common}"
        let text =
            head + data("ConfigMap", "all", "data: {a: b}", namespace: "common")
            + data("Secret", "s", "stringData: {a: b}", namespace: "common", type: "generic")
        let (loaded, _) = try load(text, more: more)
        #expect(loaded?.pipelines.sharedConfigMaps == ["all": ["a": "b"]])
        #expect(loaded?.secrets.sharedSecret("s") != nil)
        #expect(try problems(of: head, more: "sharedResources: {namespace: 'A b'}").errors.count == 1)
    }

    @Test(
        arguments: [
            ("configMap('regions').test", nil), ("configMap('regions').tset", "has no key 'tset'"),
            ("configMap('region').test", "reads a ConfigMap of the project that is not there"),
            ("sharedConfigMap('regions').test", "reads a ConfigMap of the namespace kargo-shared-resources"),
            ("secret('chat')['hook']", nil),
            ("secret('chart').hook", "reads a Secret of the project that is not there"),
            ("sharedSecret('chat').hook", "with the label cred-type: generic"),
            ("configMap(ctx.promotion).x", nil), ("configMap('regions')[ctx.promotion]", nil),
        ] as [(String, String?)]
    )
    func `an object or key that is not there is a warning`(_ expression: String, _ told: String?) throws {
        let found = try problems(
            of: head + stage("${{ \(expression) }}") + data("ConfigMap", "regions", "data: {test: eu}")
                + data("Secret", "chat", "stringData: {hook: h}", type: "generic")
        )
        #expect(found.errors == [])
        let warnings = found.warnings.filter { $0.message.contains("empty text") }
        #expect(warnings.count == (told == nil ? 0 : 1), "\(found)")
        if let told { #expect(warnings.first?.message.contains(told) == true, "\(warnings)") }
    }

    @Test func `a ConfigMap that belongs to no project is passed over`() throws {
        let found = try problems(of: head + data("ConfigMap", "argocd-cm", "data: {a: '${X}'}", namespace: "argocd"))
        #expect(found.errors == [])
        #expect(found.warnings.contains { $0.message.hasPrefix("nothing reads this ConfigMap: ") })
    }

    @Test(
        arguments: [
            ("${{ secrets.chat.hook }}", "${{ secret(\"chat\").hook }}"),
            ("a ${{ secrets['my-chat'].hook + secrets.b.c }}", "a ${{ secret(\"my-chat\").hook + secret(\"b\").c }}"),
            ("${% toBase64(secrets.snow.token) %}", "${% toBase64(secret(\"snow\").token) %}"),
        ]
    )
    func `the variable secrets of old versions reads as secret() does`(_ old: String, _ new: String) throws {
        let (loaded, found) = try load(head + stage(old))
        #expect(found.errors == [])
        guard case .steps(let steps)? = loaded?.pipelines.projects["demo"]?.stages["test"]?.promotion else { return }
        #expect(steps.last?.config["body"] == .string(new))
        #expect(
            found.warnings.filter { $0.message.hasPrefix("the variable secrets is a form of Kargo 1.1 to 1.6") }.count
                == 1
        )
    }

    @Test func `links of a ProjectConfig are templates of Go's, and no Helm templates`() throws {
        let config = """
            ---
            apiVersion: kargo.akuity.io/v1alpha1
            kind: ProjectConfig
            metadata: {name: demo, namespace: demo}
            spec:
              stageLinks: [{title: a, url: 'https://x-{{ .stage.metadata.name }}.example.org'}]
              freightLinks: [{title: b, url: 'https://x/{{ .freight.metadata.name }}'}]
            """
        #expect(try problems(of: head + config).errors == [])
    }

    @Test(arguments: ["argocd", "kargo-cluster-secrets", "kargo-system-resources"])
    func `a Secret that concerns other programs is a warning`(_ namespace: String) throws {
        let found = try problems(
            of: """
                apiVersion: kargo.akuity.io/v1alpha1
                kind: Project
                metadata: {name: demo}
                ---
                apiVersion: v1
                kind: Secret
                metadata: {name: repo, namespace: \(namespace)}
                stringData: {url: https://git.example.com/a/b}
                """
        )
        #expect(found.map(\.severity) == [.warning], "\(found)")
        #expect(found.first?.message.contains("not used") == true, "\(found)")
    }

    @Test func `a credential in a namespace that is no project is an error`() throws {
        let found = try problems(
            of: """
                apiVersion: kargo.akuity.io/v1alpha1
                kind: Project
                metadata: {name: demo}
                ---
                apiVersion: v1
                kind: Secret
                metadata: {name: repo, namespace: demoo, labels: {kargo.akuity.io/cred-type: git}}
                stringData: {repoURL: https://git.example.com/a/b, username: a, password: b}
                """
        )
        #expect(found.contains { $0.severity == .error && $0.message.contains("no such Project") }, "\(found)")
    }
}
