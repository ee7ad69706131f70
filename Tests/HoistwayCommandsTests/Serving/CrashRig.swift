import Foundation
import HoistwayModel
import HoistwayPorts
import HoistwayTestServers
import Synchronization
import Testing

/// Four stages of five images on one repository: two in place on `main`, two on branches of their own behind them.
final class CrashRig: Sendable {
    private static let secret = "the crash's secret"
    private static let login = (username: "deployer", password: "only for the deployer")
    fileprivate static let stages = [
        (name: "east", branch: "main", upstream: [String]()), (name: "west", branch: "main", upstream: []),
        (name: "north", branch: "stage/north", upstream: ["east"]),
        (name: "south", branch: "stage/south", upstream: ["west"]),
    ]

    let folder: TemporaryFolder
    let repository: GitRepositoryFixture
    let server: GitHTTPServer
    let proxy: GitProxy
    let served: ServedProgram
    let images: [String]
    let newest: String
    let killed = Mutex(0)
    /// Still to be answered with 202 or 200; taken from the end.
    private let waiting: Mutex<[Payload]>
    private let accepted = Mutex(0)

    private init(
        folder: TemporaryFolder,
        repository: GitRepositoryFixture,
        server: GitHTTPServer,
        proxy: GitProxy,
        served: ServedProgram,
        images: [String],
        newest: String,
        payloads: [Payload]
    ) {
        self.folder = folder
        self.repository = repository
        self.server = server
        self.proxy = proxy
        self.served = served
        self.images = images
        self.newest = newest
        waiting = Mutex(payloads)
    }

    static func make(images count: Int, tags: Int) async throws -> CrashRig {
        let folder = try TemporaryFolder("hoistway-git")
        let repository = try await GitRepositoryFixture.bare(at: "\(folder.path)/shop.git")
        let host = "127.0.0.1:\(try LoopbackPort.free())"
        let images = (0..<count).map { "\(host)/acme/app\($0)" }
        try await seed(repository, images: images)
        var options = GitHTTPServer.Options()
        options.login = login
        let server = try await GitHTTPServer.start(root: folder.path, options: options)
        let proxy = try GitProxy(to: server.port)
        var payloads: [Payload] = []
        for tag in 0..<tags {
            for image in images {
                payloads.append(try .package(image, tag: "1.\(tag / 10).\(tag % 10)", secret: secret))
            }
        }
        return CrashRig(
            folder: folder,
            repository: repository,
            server: server,
            proxy: proxy,
            served: try ServedProgram(
                configuration(url: "http://127.0.0.1:\(proxy.port)/shop.git", images: images)
            ),
            images: images,
            newest: "1.\((tags - 1) / 10).\((tags - 1) % 10)",
            payloads: payloads.reversed()
        )
    }

    private static func seed(_ repository: GitRepositoryFixture, images: [String]) async throws {
        let text = Manifest.kustomization(images.map { ($0, "1.0.0") })
        try await repository.commit([
            "envs/east/kustomization.yaml": text, "envs/west/kustomization.yaml": text, "README": "Not touched.\n",
        ])
        for name in ["north", "south"] {
            try await repository.commit(["envs/\(name)/kustomization.yaml": text], to: "stage/\(name)")
        }
    }

    private static func configuration(url: String, images: [String]) -> ServedConfiguration {
        let warehouses = images.indices.map { "app\($0)" }
        return ServedConfiguration(
            receivers: [.init(name: "ghcr", sender: "ghcr", secret: secret)],
            manifests: [Manifest.project("shop", remotes: [.init(url: url, login: login)])]
                + zip(warehouses, images).map { Manifest.images($0, in: "shop", $1) }
                + stages.map { stage in
                    Manifest.stage(
                        stage.name,
                        in: "shop",
                        of: warehouses,
                        after: stage.upstream,
                        steps: Manifest.inPlace(url, branch: stage.branch, folder: "envs/\(stage.name)")
                    )
                }
        )
    }

    func stop() {
        served.stop()
        proxy.stop()
        server.stop()
    }

    // MARK: Sending and killing

    /// Kills while a burst is coming in.
    func kill(after pause: Duration, burst: Int) async throws {
        async let sent: Void = send(burst)
        try await Task.sleep(for: pause)
        strike()
        await sent
    }

    /// Kills within a push that the burst causes.
    func killAtNextPush(_ moment: GitProxy.Moment, burst: Int) async throws {
        let before = killed.withLock { $0 }
        proxy.strike(at: moment) { [self] in strike() }
        await send(burst)
        try await eventually("a push to strike at") { killed.withLock { $0 } > before }
    }

    private func strike() {
        served.kill()
        killed.withLock { $0 += 1 }
    }

    func sendAll() async throws {
        try await eventually("every delivery's acceptance") { () -> Int? in
            let left = waiting.withLock(\.count)
            guard left > 0 else { return nil }
            await send(left)
            return left
        }
    }

    /// As senders do: what was not answered is sent again, later and with the same id.
    private func send(_ count: Int) async {
        let burst = waiting.withLock { waiting in
            defer { waiting.removeLast(min(count, waiting.count)) }
            return Array(waiting.suffix(count).reversed())
        }
        await withTaskGroup(of: Payload?.self) { group in
            for (index, payload) in burst.enumerated() {
                if index >= 8, let missed = await group.next() ?? nil { putBack(missed) }
                group.addTask { [self] in
                    // Refused and broken connections are what the test makes.
                    let status = try? await served.post(payload, to: "/hook/ghcr")
                    return status == 202 || status == 200 ? nil : payload
                }
            }
            for await missed in group.compactMap({ $0 }) { putBack(missed) }
        }
        accepted.withLock { $0 += burst.count }
    }

    private func putBack(_ payload: Payload) {
        waiting.withLock { $0.append(payload) }
        accepted.withLock { $0 -= 1 }
    }

    /// Until no delivery is undecided and no promotion open.
    func settle() async throws {
        try await eventually("the end of all work") { () -> [String]? in
            let queue = try await served.getText("deliveries/backlog")
            let promotions = try await served.get("promotions?limit=500", as: Listed<PromotionView>.self).items
            let left = promotions.filter { !$0.phase.isTerminal }.map(\.id)
            var isDecided = true
            for state in ["received", "waiting"] {
                let list = try await served.get("deliveries?state=\(state)&limit=1", as: Listed<DeliveryView>.self)
                isDecided = isDecided && list.items.isEmpty
            }
            return isDecided && left.isEmpty ? nil : [queue, "\(promotions.count) promotions"] + left
        }
    }
}

extension CrashRig {
    // MARK: What must hold at the end

    func verify() async throws {
        let deliveries = try await allDeliveries()
        #expect(deliveries.count == accepted.withLock { $0 }, "every 202 has its row, and only one")
        #expect(deliveries.count == images.count * 100)
        for delivery in deliveries {
            #expect(delivery.state == .done || delivery.state == .ignored)
            #expect(!delivery.reason.isEmpty)
        }
        try await verifyBranches()
        try await verifyTrailers()
        try await repository.fsck()
    }

    private func allDeliveries() async throws -> [DeliveryView] {
        var all: [DeliveryView] = []
        while true {
            let before = all.last.map { "&before=\($0.id)" } ?? ""
            let page = try await served.get("deliveries?limit=500\(before)", as: Listed<DeliveryView>.self)
            guard !page.items.isEmpty else { return all }
            all += page.items
        }
    }

    private func verifyBranches() async throws {
        let stages = try await served.get("stages", as: Listed<StageView>.self).items
        for stage in Self.stages {
            let file = try await repository.show("envs/\(stage.name)/kustomization.yaml", on: stage.branch)
            let tags = file.split(separator: "\n").filter { $0.contains("newTag:") }
            let said = stages.first { $0.name == stage.name }
            #expect(
                tags == images.map { _ in "    newTag: \(newest)" },
                "\(stage.name) says \(said.map { "\($0.phase) \($0.reason) \($0.current)" } ?? "nothing")"
            )
        }
    }

    /// What became of a stage's promotions, oldest first, without those that just succeeded or gave way.
    private static func told(_ promotions: [PromotionView], stage: String) -> String {
        let own = promotions.filter { $0.stage == stage }.sorted { $0.id < $1.id }
        return own.map {
            "\($0.id) \($0.freight) \($0.phase) pushed \($0.branches.count { $0.pushed }): \($0.message.prefix(90))"
        }
        .joined(separator: "\n")
    }

    private func verifyTrailers() async throws {
        let log = try await repository.git("log", "--all", "--format=%(trailers:key=Hoistway-Promotion,valueonly)")
        let names = log.split(separator: "\n").map(String.init)
        #expect(!names.isEmpty)
        let counts = Dictionary(names.map { ($0, 1) }, uniquingKeysWith: +)
        #expect(counts.filter { $0.value > 1 }.isEmpty, "a promotion stands on a branch twice")
        let merges = try await repository.git("rev-list", "--all", "--count", "--min-parents=2")
        #expect(merges == "0")
        let promotions = try await served.get("promotions?limit=500", as: Listed<PromotionView>.self).items
        for promotion in promotions {
            // Kills that met the same promotion three times while it was alone look as if it were to blame (S1).
            let isSetAside = promotion.phase == .errored && promotion.message.hasPrefix("set aside: ")
            #expect(
                [.succeeded, .aborted].contains(promotion.phase) || isSetAside,
                "\(promotion.id): \(promotion.message); of the stage: \(Self.told(promotions, stage: promotion.stage))"
            )
            if promotion.branches.contains(where: \.pushed) {
                #expect(counts[promotion.id] == 1, "\(promotion.id) says that it was pushed")
            }
        }
    }
}
