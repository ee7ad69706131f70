import Foundation
import HoistwayTestServers
import Synchronization
import Testing

/// One pipeline on a real Git server, which promotes the same freight again and again, each time from the same state:
/// undisturbed, or killed at one point and started again.
final class PointRig: Sendable {
    /// What one run has come to.
    struct Run: Sendable {
        var view: OutsideView
        /// The program was killed; else the point was never reached.
        var wasKilled = false
        var writes = 0
        var requests = 0
        /// Requests for an operation of Argo CD.
        var syncs = 0
    }

    /// A promotion's view, as far as it is compared.
    private struct Promotion: Decodable {
        struct Step: Decodable {
            var alias: String
            var status: String
            var message: String
        }

        var stage: String
        var summary: String
        var phase: String
        var message: String
        var steps: [Step]

        var isOver: Bool { !["Pending", "Running"].contains(phase) }
    }

    private static let former = "1.1.0"
    private static let promoted = "1.2.0"
    private static let hostSecret = "told by the host"

    private let scenario: CrashScenario
    private let folder: TemporaryFolder
    private let repository: GitRepositoryFixture
    private let desk: ScriptedServer
    private let server: GitHTTPServer
    /// The API of the repository's host; `nil`: no step asks for it.
    private let forge: ForgeServer?
    private let proxy: GitProxy
    private let source: ImageSource
    /// `nil`: the pipeline has no Applications.
    private let cluster: PointCluster?
    private let served: ServedProgram
    /// How many requests the desk had had when the present run began.
    private let askedBefore = Mutex(0)
    /// How many pull requests there were then.
    private let pullsBefore = Mutex(0)

    init(_ scenario: CrashScenario) async throws {
        self.scenario = scenario
        folder = try TemporaryFolder("hoistway-git")
        repository = try await GitRepositoryFixture.bare(at: "\(folder.path)/acme/shop.git")
        source = try ImageSource()
        try await repository.commit(
            Dictionary(
                uniqueKeysWithValues: scenario.stages.keys.map {
                    ("\($0)/values.yaml", "# of \($0)\nimage: {tag: \"1.0.0\"}\n")
                }
            )
        )
        desk = try ScriptedServer { _ in
            [ScriptedServer.http("200 OK", type: "application/json", Array(#"{"note": "noted"}"#.utf8))]
        }
        // Everything outside is behind one door, where it is counted.
        proxy = try GitProxy()
        let port = proxy.port
        let url = "http://127.0.0.1:\(port)"
        let ports = try ServedPorts()
        var host = ForgeServer.Options()
        host.name = "shop"
        host.cloneURL = "\(url)/acme/shop.git"
        if scenario.isMergedByHand {
            host.webhook = ForgeWebhook(port: ports.webhooks, path: "/hook/host", secret: Self.hostSecret)
        }
        forge = scenario.asksForge ? try await ForgeServer.start(.github, repository: repository, options: host) : nil
        var options = GitHTTPServer.Options()
        options.extraDirectives = "location /desk { proxy_pass http://127.0.0.1:\(desk.port); }"
        if let forge { options.extraDirectives += " location /api { proxy_pass http://127.0.0.1:\(forge.port); }" }
        server = try await GitHTTPServer.start(root: folder.path, options: options)
        proxy.upstream = server.port
        let surroundings = CrashScenario.Surroundings(
            git: "\(url)/acme/shop.git",
            desk: "\(url)/desk",
            image: source.image("app")
        )
        let login = forge == nil ? nil : (username: "bot", password: ForgeServer.token)
        let hosts = forge.map { "hosts: [{host: \"127.0.0.1:\(port)\", apiURL: \"\(url)\($0.basePath)\"}]" }
        var more = ["http: {privateHosts: [127.0.0.1]}"]
        cluster =
            scenario.hasApplications
            ? try await PointCluster(
                stages: scenario.stages.keys.sorted(),
                url: surroundings.git,
                path: repository.path
            ) : nil
        if let cluster {
            more += ["kubernetes: {clusters: {main: {kubeconfig: \(cluster.kubeconfig)}}}", "argocd: {cluster: main}"]
        }
        served = try ServedProgram(
            ServedConfiguration(
                receivers: [source.receiver, .init(name: "host", sender: "ghes", secret: Self.hostSecret)],
                manifests: [
                    Manifest.project("shop", remotes: [.init(url: surroundings.git, login: login)]),
                    Manifest.images("app", in: "shop", surroundings.image),
                ] + scenario.manifests(surroundings),
                git: [hosts].compactMap(\.self),
                more: more
            ),
            ports: ports
        )
    }

    func stop() {
        served.stop()
        proxy.stop()
        server.stop()
        forge?.stop()
        desk.stop()
        cluster?.stop()
    }

    /// Promotes earlier freight, and keeps what that leaves: every run begins there.
    func prepare() async throws {
        try await served.start()
        try await announce(Self.former)
        try await eventually("the first promotions") {
            let promotions = try await promotions(of: Self.former)
            try await merge(promotions)
            return promotions.allSatisfy(\.isOver)
        }
        let failed = try await promotions(of: Self.former).first { $0.phase != "Succeeded" }
        try #require(failed == nil, "\(failed?.message ?? "")")
        served.stop()
        await cluster?.keep()
        for (from, to) in kept { try await Self.copy(from, to) }
    }

    private var kept: [(String, String)] {
        [("\(served.folder.path)/var", "\(served.folder.path)/kept"), (repository.path, "\(folder.path)/kept")]
    }

    private static func copy(_ from: String, _ to: String) async throws {
        // Absent at the first time.
        try? FileManager.default.removeItem(atPath: to)
        try await TestProgram.check("cp", ["-a", from, to])
    }

    /// - Parameter point: where the program is killed; `nil`: nowhere, and its writes and requests are counted.
    func run(killedAt point: CrashPoint?) async throws -> Run {
        for (original, copy) in kept { try await Self.copy(copy, original) }
        askedBefore.withLock { $0 = desk.received.count }
        let pulls = try await forge?.pulls().count ?? 0
        pullsBefore.withLock { $0 = pulls }
        await cluster?.begin(strikeAt: point) { [served] in served.kill() }
        proxy.countRequests()
        if case .request(let number, let moment) = point {
            proxy.strike(at: moment, ofRequest: number) { [served] in served.kill() }
        }
        let countFile = "\(served.folder.path)/writes"
        // Absent at the first time.
        try? FileManager.default.removeItem(atPath: countFile)
        let payload = try Payload.package(source.image("app"), tag: Self.promoted, secret: source.secret)
        var isListening = try await served.begin([
            point?.environment ?? "HOISTWAY_CRASH_COUNT=\(countFile)",
            try ServedProgram.program(named: "hoistway-crash"),
        ])
        var isAccepted = false
        if isListening {
            isAccepted = await accepts(payload)
            try await eventually("the kill, or the end") {
                guard served.isRunning else { return true }
                return try await isOver()
            }
            isListening = served.isRunning
        }
        var run = Run(view: OutsideView(), wasKilled: !isListening)
        if !isListening {
            try await served.start()
            if !isAccepted { try #require(await accepts(payload)) }
            try await eventually("the end") { try await isOver() }
        }
        run.requests = proxy.requests
        run.syncs = cluster?.asked ?? 0
        run.writes = FileManager.default.contents(atPath: countFile)?.count ?? 0
        do {
            run.view = try await view()
        } catch {
            // A point may come after the promotions' end, such as the record of a stage's health: it dies while it is read.
            guard point != nil, !run.wasKilled else { throw error }
            try await eventually("the kill after the end") { !served.isRunning }
            run.wasKilled = true
            try await served.start()
            run.view = try await view()
        }
        served.kill()
        try await repository.fsck()
        return run
    }

    // MARK: Freight

    private func announce(_ tag: String) async throws {
        #expect(try await source.announce("app", tag, to: served) == 202)
    }

    /// Whether it is stored, now or at an earlier try.
    private func accepts(_ payload: Payload) async -> Bool {
        // Killed meanwhile, it does not answer.
        guard let status = try? await served.post(payload, to: "/hook/ghcr") else { return false }
        return status == 202 || status == 200
    }

    private func promotions(of tag: String) async throws -> [Promotion] {
        let all = try await served.get("promotions?limit=50", as: Listed<Promotion>.self).items
        let found = all.filter { $0.summary.contains(tag) }
        // One for each stage comes.
        return Set(found.map(\.stage)).count == scenario.stages.count
            ? found : found + [Promotion(stage: "", summary: "", phase: "Pending", message: "", steps: [])]
    }

    /// Whether all promotions have ended; false where the program does not answer.
    private func isOver() async throws -> Bool {
        guard let promotions = try? await promotions(of: Self.promoted) else { return false }
        try await merge(promotions)
        return promotions.allSatisfy(\.isOver)
    }

    /// Somebody merges the pull request that a promotion waits for.
    private func merge(_ promotions: [Promotion]) async throws {
        guard scenario.isMergedByHand, let forge, promotions.contains(where: { $0.message.contains(" is open") }) else {
            return
        }
        for pull in try await opened(forge) where pull.state == .open {
            // Where the program is dead nobody hears of it: it looks at the host when it is back.
            try await forge.mergeByHand(pull.number, .squash)
        }
    }

    /// The pull requests of this run; those of earlier runs have lost their branches.
    private func opened(_ forge: ForgeServer) async throws -> [ForgePull] {
        let all = try await forge.pulls()  // The newest first.
        return Array(all.dropLast(pullsBefore.withLock { $0 }))
    }

    // MARK: What is compared

    private func view() async throws -> OutsideView {
        var view = OutsideView()
        try await view.read(repository)
        let promotions = try await promotions(of: Self.promoted)
        view.promotions = promotions.map { promotion in
            let steps = promotion.steps.map { "\($0.alias) \($0.status)" }.joined(separator: ", ")
            let message = promotion.phase == "Succeeded" ? "" : promotion.message
            return "\(promotion.stage) \(promotion.phase) \(message): \(steps)"
        }.sorted()
        let records = try await TestProgram.check(
            "sqlite3",
            [served.database, "SELECT CAST(value AS TEXT) FROM records WHERE kind IN ('stage', 'freight', 'intent')"]
        )
        try view.read(records: records.text)
        view.requests = try requests(said: promotions.flatMap(\.steps))
        if let forge {
            let pulls = try await opened(forge)
            view.requests.append("pull requests opened: \(pulls.count)")
            view.requests += pulls.map { "labels \($0.labels.sorted())" }
            #expect(forge.violations.isEmpty, "\(forge.violations)")
        }
        if let cluster {
            view.applications = await cluster.view(head: try await repository.git("rev-parse", "main"))
        }
        return view
    }

    /// A request that may not have been answered is sent once more, with the same key, and the record says so.
    private func requests(said steps: [Promotion.Step]) throws -> [String] {
        let sent = desk.received.dropFirst(askedBefore.withLock { $0 })
        let keys = sent.map { $0.header("Idempotency-Key") }
        #expect(Set(keys).count <= 1 && !keys.contains(nil), "\(keys)")
        #expect(sent.count <= 2)
        if sent.count == 2 {
            #expect(steps.contains { $0.message.contains("sent again") }, "\(steps.map(\.message))")
        }
        let shown = sent.map { request in
            let line = request.head.split(separator: " ").prefix(2).joined(separator: " ")
            return "\(line) \(String(decoding: request.body, as: UTF8.self))"
        }
        return Set(shown).sorted()
    }
}
