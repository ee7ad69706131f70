import HoistwayTestServers
import Synchronization

/// Many promotions that wait for a pull request each: the cost of waiting, and the time from a merge to the reaction.
struct PullRequestsSection {
    let scale: Scale

    func run(_ table: inout FigureTable) async throws {
        table.begin("Pull requests: \(scale.pulls) promotions wait for one each; the test server plays the host")
        let root = try TemporaryFolder("hoistway-git")
        let http = try await GitHTTPServer.start(root: root.path)
        defer { http.stop() }
        FigureTable.progress("seeding")
        let repository = try await SeededRepository.seed(
            "acme/ops",
            in: root.path,
            files: 3 * scale.pulls + 100,
            layout: .nested,
            stages: scale.pulls
        )
        let host = try await PullRequestHost(program: scale.hoistway, repository: repository, http: http)
        defer { host.stop() }
        try await host.server.start()
        // By then the first discovery is over.
        try await Task.sleep(for: .seconds(2))
        let before = ProcessFigures.residentMegabytes(host.server.pid, .anonymous)
        FigureTable.progress("opening \(scale.pulls) pull requests")
        let took = try await host.open(scale.pulls)
        table.add(
            Figure(
                "\(scale.pulls) pull requests opened",
                measured: "\(Figure.number(took / 1000)) s",
                note: "from the image's webhook, with the pushes of their branches"
            )
        )
        try await waiting(host, before, &table)
        try await merging(host, &table)
        if let violation = host.forge.violations.first {
            throw BenchFailure.failed("asking the host", detail: violation)
        }
    }

    private func waiting(_ host: PullRequestHost, _ before: Double, _ table: inout FigureTable) async throws {
        FigureTable.progress("waiting for \(scale.waitingSeconds) s")
        // Each promotion looks once at the pull request that it has opened. By then, the memory for this is released
        // too.
        try await host.settle()
        let memory = ProcessFigures.residentMegabytes(host.server.pid, .anonymous)
        host.forge.emptyLog()
        let processor = ProcessFigures.processorMilliseconds(host.server.pid)
        try await Task.sleep(for: .seconds(scale.waitingSeconds))
        let used = ProcessFigures.processorMilliseconds(host.server.pid) - processor
        let requests = host.forge.log.count
        let hours = Double(scale.waitingSeconds) / 3600
        table.add(
            Figure(
                "memory of \(scale.pulls) that wait",
                measured: "\(Figure.number(memory)) MB",
                note: "RssAnon; \(Figure.number(before)) MB before they began"
            )
        )
        table.add(
            Figure(
                "processor time of waiting",
                measured: "\(Figure.number(used / hours / 1000)) s an hour",
                note: "\(Figure.number(used)) ms in \(scale.waitingSeconds) s"
            )
        )
        table.add(
            Figure(
                "requests of waiting",
                measured: "\(Figure.number(Double(requests) / hours)) an hour",
                value: Double(requests) / hours,
                // A short time may contain one look more.
                bound: .atMost(floor: 60 + 1 / hours, goal: 60),
                note: "\(requests) in \(scale.waitingSeconds) s"
            )
        )
    }

    private func merging(_ host: PullRequestHost, _ table: inout FigureTable) async throws {
        FigureTable.progress("merging \(scale.merges)")
        var took: [Double] = []
        for number in 1...scale.merges { took.append(try await host.merge(number)) }
        took.sort()
        for (name, share) in [("median", 0.5), ("p99", 0.99)] {
            table.add(
                Figure(
                    "merge to the promotion's end, \(name)",
                    measured: "\(Figure.number(Statistics.percentile(took, share))) ms",
                    value: Statistics.percentile(took, share),
                    bound: .atMost(floor: 1000, goal: 200),
                    note: share == 0.5
                        ? "of \(took.count), from the webhook's first byte until /metrics shows the end" : ""
                )
            )
        }
    }
}

/// A host with one repository, and the program whose promotions open pull requests there.
struct PullRequestHost {
    private static let secret = "bench of the host"

    let server: HoistwayServer
    let forge: ForgeServer
    /// When the last delivery of the host began.
    private let told: Told

    private final class Told: Sendable {
        let at = Mutex(ContinuousClock.now)
    }

    init(program: String, repository: SeededRepository, http: GitHTTPServer) async throws {
        let url = http.url(for: repository.name)
        var options = ForgeServer.Options()
        options.cloneURL = url
        // The receiver's port must be known first; the host's port is known only when it runs.
        let port = try LoopbackPort.free()
        let told = Told()
        var webhook = ForgeWebhook(port: port, path: "/hook/host", secret: Self.secret)
        webhook.onSend = { told.at.withLock { $0 = .now } }
        options.webhook = webhook
        self.told = told
        forge = try await ForgeServer.start(.github, repository: repository.fixture, options: options)
        let host = url.dropFirst("http://".count).prefix { $0 != "/" }
        server = try HoistwayServer(
            program: program,
            pipelines: [Self.manifests(repository, url: url)],
            port: port,
            receiver: "{name: host, sender: ghes, secrets: [{file: host}], sources: all}",
            git: ", hosts: [{host: \"\(host)\", apiURL: \"\(forge.apiURL)\", provider: github}]",
            more: "argocd: {whenMissing: skip}"
        )
        try server.folder.write("\(Self.secret)\n", to: "host")
    }

    func stop() {
        server.stop()
        forge.stop()
    }

    /// Promotes everything; returns when this number of pull requests is open and their promotions wait.
    ///
    /// Gives the milliseconds until the last was opened.
    func open(_ count: Int) async throws -> Double {
        let start = ContinuousClock.now
        try server.send([try ImageWebhook.request(SeededRepository.image, version: 1)])
        try await until("\(count) pull requests are open", pause: .milliseconds(50)) {
            forge.log.count { $0.line.hasPrefix("POST") && $0.line.hasSuffix("/pulls") && $0.status == 201 } == count
        }
        return Stopwatch.milliseconds(since: start)
    }

    /// Returns when the host has had no request for ten seconds.
    func settle() async throws {
        var before = -1
        for _ in 0..<30 where forge.log.count != before {
            before = forge.log.count
            try await Task.sleep(for: .seconds(10))
        }
        guard forge.log.count == before else {
            throw BenchFailure.failed("waiting until the host is asked no more", detail: "it is asked all the time")
        }
    }

    /// Milliseconds from the first byte of the merge webhook to the end of the promotion.
    func merge(_ number: Int) async throws -> Double {
        let before = server.metric("hoistway_promotions_total") ?? 0
        try await forge.mergeByHand(number)
        try await until("the promotion of #\(number) ends", pause: .microseconds(200)) {
            server.metric("hoistway_promotions_total") == before + 1
        }
        let end = ContinuousClock.now
        let parts = (end - told.at.withLock { $0 }).components
        return Double(parts.seconds) * 1e3 + Double(parts.attoseconds) / 1e15
    }

    private func until(_ what: String, pause: Duration, _ check: () -> Bool) async throws {
        let end = ContinuousClock.now + .seconds(300)
        while ContinuousClock.now < end {
            if check() { return }
            try await Task.sleep(for: pause)
        }
        throw BenchFailure.failed("waiting until \(what)", detail: "300 s are over\n\(server.log.suffix(600))")
    }

    private static func manifests(_ repository: SeededRepository, url: String) -> String {
        let head = """
            apiVersion: kargo.akuity.io/v1alpha1
            kind: Project
            metadata: {name: bench}
            ---
            apiVersion: kargo.akuity.io/v1alpha1
            kind: ProjectConfig
            metadata: {name: bench, namespace: bench}
            spec: {promotionPolicies: [{stageSelector: {}, autoPromotionEnabled: true}]}
            ---
            apiVersion: v1
            kind: Secret
            metadata: {name: ops, namespace: bench, labels: {kargo.akuity.io/cred-type: git}}
            stringData: {repoURL: "\(url)", username: bot, password: "\(ForgeServer.token)"}
            ---
            apiVersion: kargo.akuity.io/v1alpha1
            kind: Warehouse
            metadata: {name: app, namespace: bench}
            spec: {interval: 24h, subscriptions: [{image: {repoURL: "\(SeededRepository.image)", constraint: ^1.0.0}}]}

            """
        let stages = zip(repository.branches, repository.stageFolders).map { stage($0, $1, url) }
        return ([head] + stages).joined(separator: "---\n")
    }

    private static func stage(_ branch: String, _ folder: String, _ url: String) -> String {
        """
        apiVersion: kargo.akuity.io/v1alpha1
        kind: Stage
        metadata: {name: \(branch), namespace: bench}
        spec:
          requestedFreight: [{origin: {kind: Warehouse, name: app}, sources: {direct: true}}]
          promotionTemplate:
            spec:
              steps:
                - {uses: git-clone, config: {repoURL: "\(url)", checkout: [{branch: \(branch), path: ./w}]}}
                - {uses: kustomize-set-image, as: set, config: {path: ./w/\(folder)}}
                - {uses: git-commit, config: {path: ./w, message: "${{ outputs.set.commitMessage }}"}}
                - {uses: git-push, as: push, config: {path: ./w, generateTargetBranch: true}}
                - uses: git-open-pr
                  as: pr
                  config: {repoURL: "\(url)", sourceBranch: "${{ outputs.push.branch }}", targetBranch: \(branch)}
                - {uses: git-wait-for-pr, config: {repoURL: "\(url)", prNumber: "${{ outputs.pr.pr.id }}"}}

        """
    }
}
