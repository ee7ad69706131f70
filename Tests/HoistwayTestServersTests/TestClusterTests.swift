import Foundation
import HoistwayTestServers
import Testing

/// The cluster as a program of its own, as the quickstart starts it.
@Suite(.enabled(if: Kubectl.path != nil, "kubectl is not here, nor named by HOISTWAY_TEST_KUBECTL"))
struct TestClusterTests {
    private static let manifests = """
        apiVersion: argoproj.io/v1alpha1
        kind: ApplicationSet
        metadata: {name: shop, namespace: argocd}
        spec:
          generators:
            - list:
                elements: [{stage: test}, {stage: uat}]
          template:
            metadata:
              name: shop-{{stage}}
              annotations: {kargo.akuity.io/authorized-stage: "shop:{{stage}}"}
            spec:
              project: default
              source: {repoURL: "https://git.example/shop.git", targetRevision: "stage/{{stage}}", path: envs}
              destination: {server: "https://kubernetes.default.svc", namespace: shop}
        ---
        apiVersion: argoproj.io/v1alpha1
        kind: AppProject
        metadata: {name: default, namespace: argocd}
        spec: {sourceRepos: ["*"]}
        """

    @Test func `it serves the Applications of a folder, and syncs them from a repository, until it is told to end`()
        async throws
    {
        let folder = try TemporaryFolder("hoistway-cluster")
        let repository = try await GitRepositoryFixture.bare(at: "\(folder.path)/shop.git")
        let commit = try await repository.commit(["envs/file": "1\n"], to: "stage/test")
        try FileManager.default.createDirectory(atPath: "\(folder.path)/m", withIntermediateDirectories: true)
        try folder.write(Self.manifests, to: "m/shop.yaml")
        let kubeconfig = "\(folder.path)/kubeconfig"
        let process = try ServerProcess(
            try Self.program(),
            [
                "--manifests", "\(folder.path)/m", "--kubeconfig", kubeconfig, "--repository",
                "https://git.example/shop.git=\(repository.path)",
            ],
            environment: TestProgram.environment(home: folder.path),
            log: "\(folder.path)/log"
        )
        defer { process.stop() }
        func log() -> String { (try? String(contentsOfFile: "\(folder.path)/log", encoding: .utf8)) ?? "" }
        try await eventually("the line that says where the kubeconfig is") {
            !process.isRunning || log().contains("kubeconfig: \(kubeconfig)\n")
        }
        try #require(process.isRunning, "\(log())")
        let kubectl = try #require(Kubectl.path)
        let environment = ["HOME": folder.path, "KUBECONFIG": kubeconfig]
        let names = try await TestProgram.check(kubectl, ["get", "app", "-o", "name"], environment: environment)
        #expect(names.text == "application.argoproj.io/shop-test\napplication.argoproj.io/shop-uat\n")
        try await TestProgram.check(
            kubectl,
            ["patch", "app", "shop-test", "--type", "merge", "-p", #"{"operation": {"sync": {}}}"#],
            environment: environment
        )
        try await eventually("the end of the sync") {
            let bytes = try await TestProgram.check(
                kubectl,
                ["get", "app", "shop-test", "-o", "json"],
                environment: environment
            ).output
            let status = try ClusterValue(json: bytes)["status"]
            return status?["operationState", "phase"] == "Succeeded" && status?["health", "status"] == "Healthy"
                && status?["sync", "revision"] == .string(commit)
        }
        process.stop()
        #expect(!process.isRunning)
    }

    /// Beside the tests, where the build has put it.
    private static func program() throws -> String {
        let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        return URL(fileURLWithPath: own).deletingLastPathComponent().appendingPathComponent("hoistway-testcluster").path
    }
}
