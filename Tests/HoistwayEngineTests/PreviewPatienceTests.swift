import HoistwayModel
import HoistwayPorts
import HoistwayTestKit
import Synchronization
import Testing

@testable import HoistwayEngine

/// Previews of a cluster that hangs hold up nothing else.
struct PreviewPatienceTests {
    /// Says nothing until whoever asks gives up.
    private final class HangingCluster: ArgoCDCluster, ArgoCDClusters {
        let asked = Mutex(0)
        let watch = InMemoryArgoCD()

        func cluster(_ name: String) -> (any ArgoCDCluster)? { self }
        var applications: any ApplicationWatch { watch.applications }

        private func hang() async -> ArgoCDFailure {
            asked.withLock { $0 += 1 }
            // Ends when it is cancelled.
            try? await Task.sleep(for: .seconds(86_400))
            return .unreachable(cluster: "main", detail: "cut off", pause: nil)
        }

        func application(_ key: ApplicationKey) async throws(ArgoCDFailure) -> Application? { throw await hang() }

        func applications(in namespace: String, _ selector: LabelSelector) async throws(ArgoCDFailure) -> [Application]
        {
            throw await hang()
        }

        func start(_ update: ApplicationUpdate, of application: Application) async throws(ArgoCDFailure) -> Application
        {
            throw await hang()
        }

        func refresh(_ key: ApplicationKey, isHard: Bool, hydrates: Bool, at moment: Timestamp)
            async throws(ArgoCDFailure)
        {
            throw await hang()
        }

        func appProject(_ name: String, in namespace: String) async throws(ArgoCDFailure) -> AppProject? {
            throw await hang()
        }
    }

    private static let key = ApplicationKey(namespace: "argocd", name: "web")
    private static let words = "its answers took longer than the limit for previews: 1 s in 60 s"

    private func failure<Value>(_ work: () async throws(ArgoCDFailure) -> Value) async -> ArgoCDFailure? {
        do throws(ArgoCDFailure) {
            _ = try await work()
            return nil
        } catch {
            return error
        }
    }

    @Test func `a cluster that hangs is given up after its time, and then is not asked for a while`() async throws {
        let hanging = HangingCluster()
        let patience = PreviewPatience(limit: .seconds(1))
        let cluster = patience.bounding(hanging, named: "main")
        let late = ArgoCDFailure.unreachable(cluster: "main", detail: Self.words, pause: nil)
        #expect(await failure { () throws(ArgoCDFailure) in try await cluster.application(Self.key) } == late)
        // The time is the cluster's, whoever asks.
        let again = patience.bounding(hanging, named: "main")
        var answers: [ArgoCDFailure?] = []
        for _ in 0..<100 {
            answers.append(await failure { () throws(ArgoCDFailure) in try await again.application(Self.key) })
        }
        #expect(answers == Array(repeating: late, count: 100))
        #expect(hanging.asked.withLock { $0 } == 1)
        // Another one has its own.
        let argocd = InMemoryArgoCD()
        argocd.put(Application(key: Self.key, sources: []))
        let other = patience.bounding(try #require(argocd.cluster("main")), named: "other")
        #expect(await failure { () throws(ArgoCDFailure) in try await other.application(Self.key) } == nil)
    }

    @Test func `after a minute it is asked again, and a preview writes nothing`() async {
        let hanging = HangingCluster()
        let patience = PreviewPatience(limit: .milliseconds(20), period: .milliseconds(20))
        let cluster = patience.bounding(hanging, named: "main")
        for _ in 0..<2 { _ = await failure { () throws(ArgoCDFailure) in try await cluster.application(Self.key) } }
        #expect(hanging.asked.withLock { $0 } == 2)
        let refused = await failure { () throws(ArgoCDFailure) in
            try await cluster.refresh(Self.key, isHard: true, at: Timestamp(seconds: 1))
        }
        #expect(refused == .refused(cluster: "main", detail: "a preview writes nothing"))
    }

    @Test func `in observe mode a cluster that hangs does not hold up the stages that write the same branch`()
        async throws
    {
        let stages = (0..<20).map { "s\($0)" }
        let hanging = HangingCluster()
        let harness = try await EngineHarness(
            stages: stages,
            mode: .observe,
            argocd: hanging,
            ports: { $0.previewPatience = .milliseconds(50) }
        )
        var configuration = harness.engine.core.configuration
        for stage in stages {
            configuration.pipelines.projects["shop"]?.stages[stage]?.promotion = .steps(
                EngineHarness.templates([ArgoCDHarness.wait(stage)])
            )
        }
        harness.engine.core.configuration = configuration
        harness.receive("1.0.0")
        try await harness.engine.drain()
        let records = harness.wholes
        #expect(records.count == 20)
        for record in records {
            #expect(record.phase == .succeeded, "\(record.message)")
            let message = record.stepRecords.last?.message ?? ""
            #expect(
                message.contains("would wait for the Application web-\(record.stage.name) (not checked: "),
                "\(message)"
            )
        }
        #expect(hanging.asked.withLock { $0 } == 1)
    }
}
