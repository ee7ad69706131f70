import HoistwayModel
import HoistwayPorts
import HoistwayTestKit
import Logging

@testable import HoistwayEngine

/// Stages `test` and `uat`, where `uat` takes what `test` has verified.
///
/// Freight lies in `test`, whose last promotion has left a check of the Application `argocd/test`.
struct HealthRig {
    static let test = StageKey(project: "shop", name: "test")
    static let uat = StageKey(project: "shop", name: "uat")
    static let start = Timestamp(seconds: 1_800_000_000)
    static let key = ApplicationKey(namespace: "argocd", name: "test")
    static let address = ApplicationAddress(cluster: "main", key: key)
    static let promotion = PromotionID("test.01.f00")
    static let freight = FreightKey(project: "shop", id: FreightID("f00"))
    static let pushed = String(repeating: "a", count: 40)

    let argocd: InMemoryArgoCD
    let harness: EngineHarness

    /// - Parameters:
    ///   - revision: what the check asks for; empty: any.
    ///   - stages: further stages with an Application of the same name, in the cluster that is given.
    init(
        revision: String = "",
        stages: [String: String] = [:],
        clusters: [String] = ["main"],
        ports: ((InMemoryArgoCD) -> any ArgoCDClusters)? = nil,
        log: Logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
        edit: (inout Stage) -> Void = { _ in }
    ) async throws {
        argocd = InMemoryArgoCD(clusters: clusters)
        var state = PipelineState()
        state.apply(Self.changes(of: "test", cluster: "main", revision: revision))
        for (name, cluster) in stages.sorted(by: { $0.key < $1.key }) {
            state.apply(Self.changes(of: name, cluster: cluster, revision: revision))
            argocd.put(Self.application(name), in: cluster)
        }
        state.stages[Self.uat] = StageRecord(key: Self.uat)
        argocd.put(Self.application("test"))
        harness = try await EngineHarness(
            stages: ["test", "uat"] + stages.keys.sorted(),
            store: InMemoryStateStore(state),
            log: log,
            argocd: ports?(argocd) ?? argocd
        )
        var configuration = harness.engine.core.configuration
        configuration.pipelines.projects["shop"]?.stages["uat"]?.requestedFreight = [
            FreightRequest(warehouse: "app", direct: false, stages: ["test"])
        ]
        if var stage = configuration.pipelines.projects["shop"]?.stages["test"] {
            edit(&stage)
            configuration.pipelines.projects["shop"]?.stages["test"] = stage
        }
        configuration.argocd = { _ in ArgoCDOptions(cluster: "main") }
        harness.engine.core.configuration = configuration
    }

    /// As a promotion leaves them that has updated one Application.
    private static func changes(of name: String, cluster: String, revision: String) -> [Change] {
        let stage = StageKey(project: "shop", name: name)
        let image = ImageArtifact(repoURL: EngineHarness.image, tag: "1.0.0", digest: "sha256:aa", createdAt: nil)
        let freight = Freight(
            id: freight.id,
            alias: "happy-otter",
            origin: WarehouseKey(project: "shop", name: "app"),
            artifacts: [.image(image)],
            discoveredAt: start + .seconds(-120)
        )
        let id = name == "test" ? promotion : PromotionID("\(name).01.f00")
        var record = PromotionRecord(
            id: id,
            stage: stage,
            freight: freight.id,
            collection: ["app": freight.id],
            actor: .automatic,
            reason: "",
            steps: [],
            mode: .promote,
            createdAt: start + .seconds(-90)
        )
        record.phase = .succeeded
        record.finishedAt = start + .seconds(-60)
        var step = StepRecord(alias: "update", uses: "argocd-update", status: .succeeded)
        let address = ApplicationAddress(cluster: cluster, key: ApplicationKey(namespace: "argocd", name: name))
        step.applications = [
            ApplicationCheck(
                address: address,
                desiredRevisions: [revision],
                repositories: ["https://git.example.com/ops"]
            )
        ]
        record.stepRecords = [step]
        let history = StageRecord.Collection(items: record.collection, promotion: id, at: start + .seconds(-60))
        return [
            .putFreight(FreightRecord(freight: freight, currentlyIn: ["test": start + .seconds(-60)])),
            .putPromotion(record), .putStage(StageRecord(key: stage, history: [history], lastPromotion: id)),
        ]
    }

    static func application(_ name: String, health: String = "Healthy") -> Application {
        var application = Application(
            key: ApplicationKey(namespace: "argocd", name: name),
            sources: [ApplicationSource(repoURL: "https://git.example.com/ops", path: name)]
        )
        application.annotations = [ApplicationAuthorization.kargoKey: "shop:\(name)"]
        application.status.sync = "Synced"
        application.status.revisions = [pushed]
        application.status.health = health
        application.status.reconciledAt = start + .seconds(-60)
        application.status.operation = Application.OperationState(
            phase: "Succeeded",
            finishedAt: start + .seconds(-60),
            syncedRevisions: [pushed]
        )
        return application
    }

    func become(_ health: String, _ message: String = "") {
        argocd.edit(Self.key) { application in
            application.status.health = health
            application.status.healthMessage = message
        }
    }

    func health(_ stage: StageKey = Self.test) async -> StageHealth {
        let state = await harness.state
        return StageHealth(of: stage, open: state.openPromotions(of: stage).first, in: state)
    }

    var isVerified: Bool { get async { await harness.state.freight[Self.freight]?.verifiedIn["test"] != nil } }

    /// Looks at the stages that an Application concerns, as the watch makes it.
    func look(_ histories: RevisionHistories? = nil) async {
        harness.engine.core.health.tell([Self.test])
        await HealthService(core: harness.engine.core, histories: histories).drain()
    }
}
