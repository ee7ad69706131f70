import Foundation
import HoistwayCrypto
import HoistwayTestServers

/// Lets a running `hoistway serve` promote by a signed webhook, and times it at the repository.
final class Promoter {
    let server: HoistwayServer
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
            pipelines: BenchPipeline.manifests(repoURL: url, stages: stages),
            logLevel: "info"
        )
        try await server.start()
    }

    /// Milliseconds from before the webhook's first byte until every branch has moved.
    func promote(to version: Int, within seconds: Double = 60) throws -> Double {
        let request = try Self.webhook(version: version)
        var waiting = branches.map { ($0, repository.head(of: $0)) }
        let start = ContinuousClock.now
        guard let answer = LoopbackRequest.send(request, to: server.port), answer.status == 202 else {
            throw BenchFailure.failed("the webhook of version 1.0.\(version)", detail: server.log)
        }
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

    /// What GitHub sends for a pushed container image; its digest is in the signed body, so no registry is asked.
    private static func webhook(version: Int) throws -> [UInt8] {
        let digest = "sha256:" + SHA256.hex("image \(version)")
        let body = Array(
            """
            {"action":"published","package":{"name":"app","namespace":"acme","package_type":"CONTAINER",\
            "owner":{"login":"acme"},"package_version":{"version":"\(digest)",\
            "package_url":"\(SeededRepository.image):1.0.\(version)","container_metadata":{\
            "tag":{"name":"1.0.\(version)","digest":"\(digest)"},"manifest":{"digest":"\(digest)",\
            "media_type":"application/vnd.oci.image.manifest.v1+json",\
            "config":{"media_type":"application/vnd.oci.image.config.v1+json"}}}}}}
            """.utf8
        )
        let code = Hex.encode(try HMAC.sha256(key: Array(HoistwayServer.secret.utf8), message: body))
        let head = """
            POST \(HoistwayServer.path) HTTP/1.1\r
            Host: 127.0.0.1\r
            Connection: close\r
            Content-Type: application/json\r
            X-GitHub-Event: package\r
            X-GitHub-Delivery: bench-\(UInt64.random(in: 0 ... .max))\r
            X-Hub-Signature-256: sha256=\(code)\r
            Content-Length: \(body.count)\r
            \r

            """
        return Array(head.utf8) + body
    }
}
