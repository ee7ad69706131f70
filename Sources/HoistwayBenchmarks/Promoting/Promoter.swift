import Foundation
import HoistwayTestServers

/// Starts promotions of a running `hoistway serve` by a signed webhook, and measures their time at the repository.
final class Promoter {
    let server: HoistwayServer
    /// When the last promotion began, in milliseconds since 1970.
    private(set) var began = 0.0
    private let repository: SeededRepository
    private let branches: [String]

    /// Starts the program with an empty state and an empty cache.
    init(
        program: String,
        repository: SeededRepository,
        url: String,
        stages: [BenchPipeline.Stage]
    ) async throws {
        self.repository = repository
        branches = Array(Set(stages.map(\.branch)))
        server = try HoistwayServer(
            program: program,
            pipelines: [BenchPipeline.manifests(repoURL: url, stages: stages)],
            logLevel: "info"
        )
        try await server.start()
    }

    /// Waits until the program has started completely, and has looked at the stages' branches.
    func settle() async throws {
        let end = ContinuousClock.now + .seconds(60)
        while LoopbackRequest.get("/readyz", port: server.healthPort)?.status != 200 {
            guard ContinuousClock.now < end else {
                throw BenchFailure.failed("waiting for readyz", detail: String(server.log.suffix(600)))
            }
            try await Task.sleep(for: .milliseconds(5))
        }
        // The first looks begin at once, and nothing reports their end.
        try await Task.sleep(for: .seconds(1))
    }

    /// Milliseconds from before the first webhook's first byte until every branch has moved.
    func promote(
        _ images: [String] = [SeededRepository.image],
        to version: Int,
        within seconds: Double = 60
    ) throws -> Double {
        let requests = try images.map { try ImageWebhook.request($0, version: version) }
        var waiting = branches.map { ($0, repository.head(of: $0)) }
        began = Date().timeIntervalSince1970 * 1000
        let start = ContinuousClock.now
        try server.send(requests)
        while true {
            waiting.removeAll { branch, old in repository.head(of: branch) != old }
            let took = Stopwatch.milliseconds(since: start)
            if waiting.isEmpty { return took }
            guard took < seconds * 1000 else {
                throw BenchFailure.failed(
                    "\(waiting.count) of \(branches.count) branches did not move",
                    detail: String(server.log.suffix(1500))
                )
            }
            usleep(100)
        }
    }
}
