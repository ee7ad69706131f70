import ArgumentParser
import Foundation
import HoistwayTestServers
import UnixSignals

/// Simulates a cluster with Argo CD, as a process of its own: for the quickstart, and for manual tests.
@main
struct TestCluster: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hoistway-testcluster",
        abstract: "Serves a Kubernetes API with the Applications of a folder, and syncs them as Argo CD would.",
        discussion: """
            Nothing is kept: the cluster begins with the manifests each time. It ends with SIGTERM. Who asks needs no \
            login; it listens on the loopback interface only.
            """
    )

    @Option(help: ArgumentHelp("A file of manifests, or a folder of such files: YAML or JSON.", valueName: "path"))
    var manifests: String

    @Option(help: ArgumentHelp("Where the kubeconfig is written.", valueName: "file"))
    var kubeconfig: String

    @Option(help: "The port to listen on; one that is free where none is given.")
    var port: Int?

    @Option(
        name: .customLong("repository"),
        help: ArgumentHelp(
            "Where a repository that sources name really is; others are asked at their own address.",
            valueName: "url=folder"
        )
    )
    var repositories: [String] = []

    mutating func run() async throws {
        let objects = try Manifests.read(manifests)
        let places = try places()
        var options = KubernetesServer.Options()
        options.port = port
        let server = try await KubernetesServer.start(options: options)
        defer { server.stop() }
        for (object, resource) in objects { server.put(object, of: resource) }
        let controller = await ArgoCDController.start(on: server, revisions: GitRevisions { places[$0] ?? $0 })
        let config = Kubeconfig(clusters: ["main": try server.cluster(.none)])
        try Data(try config.text().utf8).write(to: URL(fileURLWithPath: kubeconfig))
        print("\(objects.count) objects at \(server.url)\nkubeconfig: \(kubeconfig)")
        fflush(nil)
        for await _ in await UnixSignalsSequence(trapping: .sigterm, .sigint) { break }
        await controller.stop()
    }

    private func places() throws -> [String: String] {
        var places: [String: String] = [:]
        for pair in repositories {
            // A URL may contain the equals sign too; a folder hardly ever does.
            guard let place = pair.lastIndex(of: "=") else {
                throw ValidationError("--repository \(pair): write URL=FOLDER")
            }
            places[String(pair[..<place])] = String(pair[pair.index(after: place)...])
        }
        return places
    }
}
