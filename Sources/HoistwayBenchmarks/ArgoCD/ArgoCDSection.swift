import HoistwayTestServers

/// Many Applications in one cluster: their cost, and the time from a change of one to the reaction.
struct ArgoCDSection {
    let scale: Scale

    func run(_ table: inout FigureTable) async throws {
        FigureTable.progress("\(scale.applications) Applications")
        let cluster = try await SeededCluster.seed(scale.applications)
        defer { cluster.server.stop() }
        let size = Double(cluster.bytes) / Double(cluster.count) / 1000
        table.begin("Argo CD: \(cluster.count) Applications of \(Figure.number(size)) KB each")
        let file = try cluster.server.writeKubeconfig(.none)
        try await list(cluster, file, &table)

        let server = try serving(file)
        try await server.start()
        defer { server.stop() }
        try await Self.until("all Applications are known") {
            server.metric("hoistway_cluster_applications") == Double(cluster.count)
        }
        try await flow(cluster, server, &table)
        try await decisions(cluster, server, &table)
    }

    /// - Parameter file: a kubeconfig; `nil`: without a cluster.
    private func serving(_ file: String?) throws -> HoistwayServer {
        try HoistwayServer(
            program: scale.hoistway,
            pipelines: [WaitingPipeline.manifests(stages: scale.waits)],
            more: file.map { "kubernetes: {clusters: {main: {kubeconfig: \($0)}}}" } ?? "argocd: {whenMissing: skip}"
        )
    }

    // MARK: The first list, and memory

    /// In turn with `kubectl`, which prints the same list.
    private func list(_ cluster: SeededCluster, _ file: String, _ table: inout FigureTable) async throws {
        var own: [Double] = []
        var others: [Double] = []
        var bare: [Double] = []
        var memory: (with: [Double], without: [Double]) = ([], [])
        for round in 0..<scale.rounds {
            FigureTable.progress("the first list, round \(round + 1)")
            for isWith in [false, true] {
                let server = try serving(isWith ? file : nil)
                let start = ContinuousClock.now
                try await server.start()
                if isWith {
                    try await Self.until("all Applications are known") {
                        server.metric("hoistway_cluster_applications") == Double(cluster.count)
                            && server.metric("hoistway_cluster_up") == 1
                    }
                    own.append(Stopwatch.milliseconds(since: start))
                } else {
                    bare.append(Stopwatch.milliseconds(since: start))
                }
                try await Task.sleep(for: .seconds(2))
                let used = ProcessFigures.residentMegabytes(server.pid, .anonymous)
                if isWith { memory.with.append(used) } else { memory.without.append(used) }
                server.stop()
            }
            let script = "kubectl --kubeconfig '\(file)' -n argocd get applications -o json > /dev/null"
            others.append(try await Stopwatch.milliseconds(script: script))
        }
        let (took, other) = (Statistics.median(own), Statistics.median(others))
        table.add(
            Figure(
                "first list",
                measured: "\(Figure.number(took)) ms",
                baseline: "\(Figure.number(other)) ms kubectl get -o json",
                value: other / took,
                note:
                    "from the start of the program, which takes \(Figure.number(Statistics.median(bare))) ms without it"
            )
        )
        let added = Statistics.median(memory.with) - Statistics.median(memory.without)
        table.add(
            Figure(
                "memory added",
                measured: "\(Figure.number(added)) MB",
                baseline: "\(Figure.number(Double(cluster.bytes) / 1e6)) MB of JSON",
                value: Double(cluster.bytes) / 1e6 / added,
                note: "\(Figure.number(added * 1e6 / Double(cluster.count) / 1000)) KB for each Application"
            )
        )
    }

    // MARK: Changes

    /// Changes all Applications several times, as fast as the cluster can, until the last change is known.
    private func flow(_ cluster: SeededCluster, _ server: HoistwayServer, _ table: inout FigureTable) async throws {
        FigureTable.progress("changes through the watch")
        let rounds = 4
        let before = ProcessFigures.processorMilliseconds(server.pid)
        let start = ContinuousClock.now
        for round in 0..<rounds {
            for number in scale.waits..<cluster.count {
                cluster.setHealth(round.isMultiple(of: 2) ? "Progressing" : "Healthy", of: number)
            }
        }
        cluster.add(cluster.count)
        let sent = Stopwatch.milliseconds(since: start)
        try await Self.until("the last change is known") {
            server.metric("hoistway_cluster_applications") == Double(cluster.count + 1)
        }
        let took = Stopwatch.milliseconds(since: start)
        let used = ProcessFigures.processorMilliseconds(server.pid) - before
        let count = Double(rounds * (cluster.count - scale.waits))
        table.add(
            Figure(
                "changes through the watch",
                measured: "\(Figure.number(count / took * 1000))/s",
                note: "\(Figure.number(count)) changes; making them took the test server "
                    + "\(Figure.number(sent)) of \(Figure.number(took)) ms; "
                    + "\(Figure.number(used / count * 1000)) µs of processor time each"
            )
        )
    }

    /// From an Application's change to the end of the promotion that waits for it.
    private func decisions(_ cluster: SeededCluster, _ server: HoistwayServer, _ table: inout FigureTable) async throws
    {
        FigureTable.progress("from a change to the decision of the step that waits")
        for number in 0..<scale.waits { cluster.setHealth("Progressing", of: number) }
        cluster.server.emptyLog()
        try server.send([try ImageWebhook.request(WaitingPipeline.image, version: 1)])
        try await Self.until("all promotions wait") {
            Set(cluster.server.log("get", .applications).compactMap { $0.access?.name }).count == scale.waits
        }
        // By then their waits are stored.
        try await Task.sleep(for: .seconds(1))
        var took: [Double] = []
        for number in 0..<scale.waits {
            let start = ContinuousClock.now
            cluster.setHealth("Healthy", of: number)
            try await Self.until("a promotion ends", pause: .microseconds(200)) {
                server.metric("hoistway_promotions_total") == Double(number + 1)
            }
            took.append(Stopwatch.milliseconds(since: start))
        }
        took.sort()
        for (name, share) in [("median", 0.5), ("p99", 0.99)] {
            table.add(
                Figure(
                    "change to decision of argocd-wait, \(name)",
                    measured: "\(Figure.number(Statistics.percentile(took, share))) ms",
                    note: share == 0.5 ? "of \(took.count), until /metrics shows that the promotion has ended" : ""
                )
            )
        }
    }

    private static func until(
        _ what: String,
        pause: Duration = .milliseconds(5),
        _ check: () throws -> Bool
    ) async throws {
        let end = ContinuousClock.now + .seconds(120)
        while ContinuousClock.now < end {
            if try check() { return }
            try await Task.sleep(for: pause)
        }
        throw BenchFailure.failed("waiting until \(what)", detail: "120 s are over")
    }
}

/// Stages that only wait, each for its own Application.
enum WaitingPipeline {
    /// At the configured registry, which gets no requests.
    static let image = "127.0.0.1:1/acme/web"

    static func manifests(stages: Int) -> String {
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
            apiVersion: kargo.akuity.io/v1alpha1
            kind: Warehouse
            metadata: {name: web, namespace: bench}
            spec: {interval: 24h, subscriptions: [{image: {repoURL: "\(image)", constraint: ^1.0.0}}]}

            """
        return ([head] + (0..<stages).map(stage)).joined(separator: "---\n")
    }

    private static func stage(_ number: Int) -> String {
        """
        apiVersion: kargo.akuity.io/v1alpha1
        kind: Stage
        metadata: {name: s\(number), namespace: bench}
        spec:
          requestedFreight: [{origin: {kind: Warehouse, name: web}, sources: {direct: true}}]
          promotionTemplate:
            spec: {steps: [{uses: argocd-wait, config: {apps: [{name: \(SeededCluster.name(number))}]}}]}

        """
    }
}
