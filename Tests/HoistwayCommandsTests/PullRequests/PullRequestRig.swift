import HoistwayTestServers
import Testing

/// The real program with a Git server that wants a token, and the API of its host over the same repository, which tells
/// of pull requests by signed webhooks.
struct PullRequestRig {
    static let tag = "1.1.0"

    let git: GitRig
    let repository: GitRepositoryFixture
    let forge: ForgeServer
    let source: ImageSource
    let served: ServedProgram

    /// - Parameters:
    ///   - kind: of the host; `github`, `gitlab` or `gitea`.
    ///   - app: of a GitHub App, its private key; `nil`: the project has a token.
    ///   - tag: that the kustomization of the folder `prod` has.
    ///   - tellsPulls: whether the host sends webhooks.
    ///   - more: further top-level keys of the configuration.
    ///   - manifests: of the stage `prod` and its tasks.
    init(
        _ kind: ForgeServer.Kind = .github,
        app: String? = nil,
        tag: String = "1.0.0",
        tellsPulls: Bool = true,
        more: [String] = [],
        manifests: (_ url: String, ImageSource) -> [String]
    ) async throws {
        let source = try ImageSource()
        self.source = source
        git = try await GitRig(login: (username: "bot", password: ForgeServer.token), isOpen: app != nil)
        repository = try await git.repository(
            "acme/ops.git",
            files: [
                "prod/kustomization.yaml": Manifest.kustomization([(source.image("app"), tag)]), "README.md": "ops\n",
            ]
        )
        let url = git.url("acme/ops.git")
        let ports = try ServedPorts()
        var options = ForgeServer.Options()
        options.cloneURL = url
        if app != nil {
            options.tokens = [:]
            options.installation = (id: "42", permissions: ["contents": "write", "pull_requests": "write"])
        }
        if tellsPulls {
            options.webhook = ForgeWebhook(port: ports.webhooks, path: "/hook/host", secret: "told by the host")
        }
        forge = try await ForgeServer.start(kind, repository: repository, options: options)
        let sender = kind == .github ? "ghes" : kind.rawValue
        let common = [
            Manifest.project("shop", remotes: [git.remote("acme/ops.git")]),
            Manifest.images("app", in: "shop", source.image("app")), app.map { Self.app(url, key: $0) },
        ]
        let host = "host: \"127.0.0.1:\(git.proxy.port)\", apiURL: \"\(forge.apiURL)\", provider: \(kind.rawValue)"
        let configuration = ServedConfiguration(
            receivers: [source.receiver, .init(name: "host", sender: sender, secret: "told by the host")],
            manifests: common.compactMap(\.self) + manifests(url, source),
            git: ["hosts: [{\(host)}]"],
            more: ["argocd: {whenMissing: skip}"] + more
        )
        served = try ServedProgram(configuration, ports: ports)
    }

    /// Serves, runs `body`, and stops everything; nothing may have been asked that the host's documentation forbids.
    func run(_ body: () async throws -> Void) async throws {
        defer {
            forge.stop()
            git.proxy.stop()
            git.server.stop()
        }
        try await served.serving(body)
        #expect(forge.violations.isEmpty, "\(forge.violations)")
        #expect(forge.webhookFailures.isEmpty, "\(forge.webhookFailures)")
        try await repository.fsck()
    }

    // MARK: Manifests

    /// The project's credential: a GitHub App in place of a token.
    private static func app(_ url: String, key: String) -> String {
        let lines = key.split(separator: "\n").map { "    \($0)" }.joined(separator: "\n")
        return """
            apiVersion: v1
            kind: Secret
            metadata: {name: app, namespace: shop, labels: {kargo.akuity.io/cred-type: git}}
            stringData:
              repoURL: \(url)
              githubAppClientID: Iv1.0123456789abcdef
              githubAppInstallationID: "42"
              githubAppPrivateKey: |
            \(lines)
            """
    }

    /// Sequence C of the sheet of steps: production by pull request.
    static func production(_ url: String, at kind: ForgeServer.Kind = .github) -> String {
        Manifest.stage(
            "prod",
            in: "shop",
            of: ["app"],
            steps: [
                """
                        - {uses: git-clone, config: {repoURL: \(url), checkout: [{branch: main, path: ./w}]}}
                        - {uses: kustomize-set-image, as: set, config: {path: ./w/prod}}
                        - {uses: git-commit, config: {path: ./w, message: "${{ outputs.set.commitMessage }}"}}
                        - {uses: git-push, as: push, config: {path: ./w, generateTargetBranch: true}}
                        - uses: git-open-pr
                          as: pr
                          config:
                            repoURL: \(url)
                            provider: \(kind.rawValue)
                            sourceBranch: ${{ outputs.push.branch }}
                            targetBranch: main
                            title: Promote ${{ ctx.targetFreight.alias }} to ${{ ctx.stage }}
                            labels: [promotion]
                        - uses: git-wait-for-pr
                          as: wait
                          if: ${{ success() && status('pr') != 'Skipped' }}
                          retry: {timeout: 48h}
                          config: {repoURL: \(url), provider: \(kind.rawValue), prNumber: "${{ outputs.pr.pr.id }}", pollInterval: 1m}
                        - uses: argocd-update
                          if: ${{ status('wait') == 'Succeeded' }}
                          config: {apps: [{name: prod, sources: [{repoURL: \(url), desiredRevision: "${{ outputs.wait.commit }}"}]}]}
                """
            ]
        )
    }

    // MARK: What happens

    func announce(_ tag: String = PullRequestRig.tag) async throws {
        #expect([200, 202].contains(try await source.announce("app", tag, to: served)))
    }

    /// The promotion once it waits for the pull request, which is there then.
    @discardableResult
    func waiting(for number: Int = 1) async throws -> PromotionSummary {
        var found: PromotionSummary?
        try await eventually("a promotion that waits for #\(number)") {
            let list = try await served.get("promotions?limit=50", as: Listed<PromotionSummary>.self).items
            found = list.first { $0.message.contains("the pull request #\(number) is open") }
            return found != nil
        }
        return try #require(found)
    }

    func ended(_ tag: String = PullRequestRig.tag) async throws -> PromotionSummary {
        try await served.lastPromotion(of: "prod", freightOf: tag)
    }

    func main() async throws -> String? { try await repository.id(of: "refs/heads/main") }

    /// Of all requests, those that open a pull request.
    var openings: Int {
        forge.log.count { entry in
            entry.line.hasPrefix("POST") && ["/pulls", "/merge_requests"].contains(where: entry.line.hasSuffix)
        }
    }
}
