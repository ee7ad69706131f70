import Foundation
import HoistwayModel
import HoistwayPorts
import HoistwaySettings
import HoistwaySteps
import HoistwayTestServers
import Testing

@testable import HoistwayCommands

/// A server whose events are first told by a dry run and then decided in earnest, on the same state.
struct ReplayRig {
    let git: GitRig
    let repository: GitRepositoryFixture
    let served: ServedProgram
    let composition: Composition

    /// What a promotion came to, told before and seen after.
    private struct Fate: Hashable {
        var stage: String
        var freight: String
        /// Why it was made.
        var reason: String
        var phase: String
        var trees: [String]
        var warnings: [String]
    }

    init(_ configuration: ServedConfiguration, git: GitRig, repository: GitRepositoryFixture) throws {
        self.git = git
        self.repository = repository
        served = try ServedProgram(configuration)
        let (loaded, problems) = Settings.load(path: served.configFile, environment: [:], schemas: StepRegistry.schemas)
        guard let loaded else {
            throw TestServerError.failed("reading the configuration", detail: "\(problems)")
        }
        composition = Composition(loaded: loaded)
    }

    /// Serves, and runs `body` when the server has looked at every stage's branches and writes nothing more by itself.
    func serving(_ body: () async throws -> Void) async throws {
        try await served.serving {
            let stages = composition.loaded.pipelines.stagesInOrder.map(\.key)
            try await eventually("the first look at the stages' branches") {
                let state = try await DryRun(composition: composition).liveState()
                return !stages.contains(where: state.isUnknown)
            }
            try await eventually("quiet") {
                let before = try await trace()
                try await Task.sleep(for: .milliseconds(250))
                return try await trace() == before
            }
            try await body()
        }
    }

    func payload(_ event: RecordedEvent) throws -> ReplayPayload {
        let receiver = try #require(composition.settings.webhooks.receivers.first { $0.name == event.sender })
        return ReplayPayload(receiver: receiver, headers: event.headers, body: event.body)
    }

    /// Tells what `event` would do, lets it do it, and compares; gives what the dry run told.
    @discardableResult
    func compare(_ event: RecordedEvent) async throws -> DryRun.Report {
        let payload = try payload(event)
        // One that is still open may come to its end by the event, as a dry run tells too.
        let over = Set(
            try await served.get("promotions?limit=500", as: Listed<PromotionSummary>.self).items
                .filter(\.isOver).map(\.id)
        )
        let freight = Set(try await served.get("freight?limit=500", as: Listed<FreightView>.self).items.map(\.id))
        let before = try await trace()
        let told = try await DryRun(composition: composition).run(payload)
        #expect(try await trace() == before, "\(event.name): a dry run has written something")

        try await send(event)
        let delivery = try await settled(after: event.name)
        #expect(delivery.state.rawValue == told.state, "\(event.name): \(delivery.reason)")
        #expect(delivery.reason == told.reason, "\(event.name)")
        #expect(delivery.trace == told.trace, "\(event.name)")
        let present = try await served.get("freight?limit=500", as: Listed<FreightView>.self).items.map(\.id)
        #expect(Set(present).subtracting(freight) == Set(told.freight.map(\.id)), "\(event.name)")
        #expect(try await fates(without: over) == Self.fates(told), "\(event.name)")
        return told
    }

    /// Signed, and acknowledged.
    func send(_ event: RecordedEvent) async throws {
        let payload = try payload(event)
        let now = Timestamp(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000))
        let headers = try payload.signed(isMarked: true, now: now).map { ($0.name, $0.value) }
        let status = try await served.post(Payload(headers: headers, body: payload.body), to: payload.receiver.path)
        #expect(status == 202, "\(event.name)")
    }

    private static func fates(_ report: DryRun.Report) -> Set<Fate> {
        Set(
            report.promotions.map { promotion in
                let trees = promotion.branches.map { "\($0.branch) \($0.tree)" }.sorted()
                return Fate(
                    stage: promotion.stage,
                    freight: promotion.freight,
                    reason: promotion.reason,
                    phase: promotion.phase,
                    trees: trees,
                    warnings: promotion.warnings ?? []
                )
            }
        )
    }

    private func fates(without over: Set<String>) async throws -> Set<Fate> {
        let list = try await served.get("promotions?limit=500", as: Listed<PromotionView>.self).items
        return Set(
            list.filter { !over.contains($0.id) }.map { promotion in
                let trees = promotion.branches.map { "\($0.branch) \($0.tree)" }.sorted()
                return Fate(
                    stage: "\(promotion.project)/\(promotion.stage)",
                    freight: promotion.freight,
                    reason: promotion.reason,
                    phase: promotion.phase.rawValue,
                    trees: trees,
                    warnings: promotion.warnings ?? []
                )
            }
        )
    }

    /// The newest delivery, once it and everything that it set in motion is over.
    private func settled(after event: String) async throws -> DeliveryView {
        var newest: DeliveryView?
        try await eventually("the end of what \(event) set in motion") {
            newest = try await served.get("deliveries?limit=1", as: Listed<DeliveryView>.self).items.first
            guard let newest, [.done, .ignored, .failed].contains(newest.state) else { return false }
            let promotions = try await served.get("promotions?limit=500", as: Listed<PromotionSummary>.self).items
            return promotions.allSatisfy(\.isOver)
        }
        return try await served.get("deliveries/\(try #require(newest).id)", as: DeliveryView.self)
    }

    /// All that a dry run could change: the remote's refs, and every file of the state but SQLite's shared memory.
    func trace() async throws -> [String: Data] {
        var trace = ["refs": Data(try await repository.git("for-each-ref").utf8)]
        let folder = "\(served.folder.path)/var"
        let names = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
        for name in names where !name.hasSuffix("-shm") {
            trace[name] = FileManager.default.contents(atPath: "\(folder)/\(name)") ?? Data()
        }
        return trace
    }
}
