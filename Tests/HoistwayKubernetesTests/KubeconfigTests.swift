import HoistwayCrypto
import HoistwayModel
import HoistwayTestServers
import Testing

@testable import HoistwayKubernetes

struct KubeconfigTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder("hoistway-kubeconfig")
    }

    private func load(
        _ text: String,
        context: String? = nil,
        environment: [String: String] = [:]
    ) throws -> ClusterAccess {
        try folder.write(text, to: "config")
        return try ClusterAccess.kubeconfig("\(folder.path)/config", context: context, environment: environment)
    }

    private func refusal(_ text: String, context: String? = nil) throws -> KubeconfigFailure {
        try #require(throws: KubeconfigFailure.self) { try load(text, context: context) }
    }

    /// One cluster, one user and one context.
    private func config(cluster: String = "", user: String = "{}", server: String = "https://10.0.0.1:6443") -> String {
        """
        apiVersion: v1
        kind: Config
        current-context: prod
        preferences: {}
        clusters:
        - name: main
          cluster:
            server: \(server)
        \(cluster.split(separator: "\n").map { "    \($0)" }.joined(separator: "\n"))
        users:
        - name: robot
          user: \(user)
        contexts:
        - name: prod
          context: {cluster: main, user: robot, namespace: argocd}
        """
    }

    @Test func `the current context says where the cluster is and how to log in`() throws {
        let text = config(cluster: "certificate-authority-data: Q0E=", user: "{token: abc}")
        let access = try load(text)
        #expect(access.server.text == "https://10.0.0.1:6443/")
        #expect(access.trust == .authority(.data(Secret("CA"))))
        #expect(access.login == .token(Secret("abc")))
        #expect(access.namespace == "argocd")
        #expect(!"\(access)".contains("abc"))
    }

    @Test func `paths are relative to the kubeconfig, data wins over files`() throws {
        let access = try load(
            config(
                cluster: "certificate-authority: pki/ca.crt\ntls-server-name: API.example.com",
                user: "{tokenFile: token, token: old, client-certificate: ./a.crt, client-certificate-data: QQ==, "
                    + "client-key: /b.key}",
                server: "https://gate.example.com/k8s/clusters/c-1/"
            )
        )
        #expect(access.server.text == "https://gate.example.com/k8s/clusters/c-1")
        #expect(access.trust == .authority(.file("\(folder.path)/pki/ca.crt")))
        #expect(access.serverName == "api.example.com")
        #expect(access.login == .tokenFile("\(folder.path)/token"))
        #expect(access.certificate?.chain == .data(Secret("A")))
        #expect(access.certificate?.key == .file("/b.key"))
    }

    @Test func `without a named file KUBECONFIG lists them, and the first that defines a name wins`() throws {
        let other = config(server: "https://other:1").replacing("prod", with: "second")
            .replacing("name: main", with: "name: main2").replacing("cluster: main,", with: "cluster: main2,")
        try folder.write(config(user: "{token: first}"), to: "a")
        try folder.write(other.replacing("user: {}", with: "user: {token: second}"), to: "b")
        let environment = ["KUBECONFIG": "\(folder.path)/none:\(folder.path)/a:\(folder.path)/b", "HOME": "/nowhere"]
        let first = try ClusterAccess.kubeconfig(nil, environment: environment)
        #expect(first.login == .token(Secret("first")))
        let second = try ClusterAccess.kubeconfig(nil, context: "second", environment: environment)
        #expect(second.server.host == "other")
        // The user is defined by the first file already.
        #expect(second.login == .token(Secret("first")))
        #expect(throws: KubeconfigFailure.self) {
            try ClusterAccess.kubeconfig("\(folder.path)/none", environment: environment)
        }
        #expect(throws: KubeconfigFailure.self) {
            try ClusterAccess.kubeconfig(nil, environment: ["HOME": folder.path])
        }
    }

    @Test func `a program's entry is read, its path relative to the kubeconfig`() throws {
        let user = """
            {exec: {apiVersion: client.authentication.k8s.io/v1, command: bin/login, args: [get-token, --cluster=x],
              env: [{name: AWS_PROFILE, value: prod}], interactiveMode: IfAvailable, provideClusterInfo: true,
              installHint: brew install login}}
            """
        guard case .plugin(let plugin) = try load(config(user: user)).login else {
            Issue.record("no program")
            return
        }
        #expect(plugin.command == "\(folder.path)/bin/login")
        #expect(plugin.arguments == ["get-token", "--cluster=x"])
        #expect(plugin.environment == ["AWS_PROFILE": "prod"])
        #expect(plugin.providesClusterInfo)
        #expect(plugin.installHint == "brew install login")
    }

    @Test func `acting as somebody else becomes headers`() throws {
        let access = try load(config(user: "{token: a, as: jane, as-groups: [dev, ops], as-user-extra: {team: [x]}}"))
        #expect(
            access.impersonation == [
                HeaderLine("Impersonate-User", "jane"), HeaderLine("Impersonate-Group", "dev"),
                HeaderLine("Impersonate-Group", "ops"), HeaderLine("Impersonate-Extra-team", "x"),
            ]
        )
    }

    @Test func `a proxy may have a login, which is never shown`() throws {
        let access = try load(config(cluster: "proxy-url: http://me:p%40ss@proxy.example.com:3128/"))
        #expect(access.proxy?.host == "proxy.example.com")
        #expect(access.proxy?.password == Secret("p@ss"))
        #expect(!"\(access)".contains("p@ss"))
        #expect(try load(config(cluster: "proxy-url: socks5://10.1.1.1")).proxy?.port == 1080)
    }

    @Test(arguments: [
        ("proxy-url: https://proxy:1", "{}", "clusters[0].cluster.proxy-url"),
        ("proxy-url: proxy:1", "{}", "clusters[0].cluster.proxy-url"),
        ("insecure-skip-tls-verify: true\ncertificate-authority: a", "{}", "clusters[0].cluster"),
        ("insecure-skip-tls-verify: perhaps", "{}", "clusters[0].cluster.insecure-skip-tls-verify"),
        ("certificate-authority-data: '%%'", "{}", "clusters[0].cluster.certificate-authority-data"),
        ("server: https://b", "{}", "clusters[0].cluster.server"),
        ("", "{token: a, username: b}", "users[0].user"),
        ("", "{client-certificate: a}", "users[0].user"),
        ("", "{auth-provider: {name: gcp}}", "users[0].user.auth-provider"),
        ("", "{as-groups: [a]}", "users[0].user"),
        ("", "{token: \"a\\r\\nb\"}", "users[0].user.token"),
        (
            "", "{exec: {apiVersion: client.authentication.k8s.io/v1alpha1, command: a}}",
            "users[0].user.exec.apiVersion"
        ),
        ("", "{exec: {apiVersion: client.authentication.k8s.io/v1}}", "users[0].user.exec"),
        (
            "", "{exec: {apiVersion: client.authentication.k8s.io/v1, command: a, interactiveMode: Always}}",
            "users[0].user.exec.interactiveMode"
        ),
    ])
    func `what cannot be meant is refused with its place`(_ cluster: String, _ user: String, _ path: String) throws {
        let failure = try refusal(config(cluster: cluster, user: user))
        #expect(failure.place.path == path)
        #expect(failure.place.line > 0)
    }

    @Test func `names that lead nowhere are told with those that there are`() throws {
        let none = try refusal(config(), context: "staging")
        #expect(none.problem == "there is no context 'staging' in the kubeconfig")
        #expect(none.hint == "it has prod")
        let cluster = try refusal(config().replacing("cluster: main,", with: "cluster: mian,"))
        #expect(cluster.place.path == "contexts[0].context.cluster")
        #expect(try refusal(config().replacing("current-context: prod\n", with: "")).place.path == "current-context")
    }

    @Test func `a login is not sent over plain http, but to this machine`() throws {
        #expect(try refusal(config(user: "{token: a}", server: "http://10.0.0.1:8080")).hint == "use https")
        _ = try load(config(user: "{token: a}", server: "http://127.0.0.1:8001"))
        _ = try load(config(server: "http://10.0.0.1:8080"))
    }

    @Test func `a few aliases that stand for very many values are refused, and so is a huge file`() throws {
        var bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...9 {
            let one = "*a\(level - 1)"
            bomb += "a\(level): &a\(level) [\(repeatElement(one, count: 10).joined(separator: ", "))]\n"
        }
        #expect(try refusal(bomb).problem.contains("once aliases are followed"))
        #expect(try refusal(String(repeating: "# padding\n", count: 500_000)).problem.contains("more than"))
        #expect(try refusal("a: [").problem.hasPrefix("not readable as YAML"))
        #expect(try refusal("").problem == "there is no kubeconfig")
    }

    @Test func `JSON is read too`() throws {
        let text = """
            {"current-context":"c","clusters":[{"name":"k","cluster":{"server":"https://a"}}],
            "contexts":[{"name":"c","context":{"cluster":"k"}}],"users":null}
            """
        #expect(try load(text).server.host == "a")
    }

    // MARK: In the cluster

    @Test func `a pod's service account is found by its files and the environment`() throws {
        try folder.write("token", to: "token")
        try folder.write("ca", to: "ca.crt")
        try folder.write("argocd\n", to: "namespace")
        let environment = ["KUBERNETES_SERVICE_HOST": "fd00::1", "KUBERNETES_SERVICE_PORT": "443"]
        let access = try ClusterAccess.inCluster(environment: environment, folder: folder.path)
        #expect(access.server.text == "https://[fd00::1]:443/")
        #expect(access.login == .tokenFile("\(folder.path)/token"))
        #expect(access.trust == .authority(.file("\(folder.path)/ca.crt")))
        #expect(access.namespace == "argocd")
        #expect(throws: KubeconfigFailure.self) { try ClusterAccess.inCluster(environment: [:], folder: folder.path) }
        let absent = try #require(throws: KubeconfigFailure.self) {
            try ClusterAccess.inCluster(environment: environment, folder: "\(folder.path)/none")
        }
        #expect(absent.hint == "set automountServiceAccountToken: true for the pod")
    }
}
