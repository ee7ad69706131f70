import Foundation
import HoistwayPorts
import HoistwayTestServers
import Testing

/// A running server with a real Git server, whose stage `test` promotes only what a person asks for.
struct PreviewRig {
    let rig: RuleRig

    init(
        source: ImageSource? = nil,
        files: @escaping (ImageSource) -> [String: String] = { source in
            ["env/kustomization.yaml": Manifest.kustomization([(source.image("app"), "1.0.0")])]
        },
        options: String? = nil,
        more: [String] = [],
        stage: @escaping (_ url: String, ImageSource) -> String
    ) async throws {
        rig = try await RuleRig(
            source: source,
            files: files,
            stages: { _ in [] },
            options: options,
            configure: { configuration in
                configuration.more += ["argocd: {whenMissing: skip}"] + more
                configuration.manifests = configuration.manifests.map {
                    $0.replacing("{stageSelector: {}, ", with: "{stageSelector: {name: nobody}, ")
                }
            },
            manifests: { url, source in [stage(url, source)] }
        )
    }

    /// One that sets an image on `stage/test` in place.
    static func inPlace(
        source: ImageSource? = nil,
        options: String? = nil,
        more: [String] = []
    ) async throws -> PreviewRig {
        let rig = try await PreviewRig(source: source, options: options, more: more) { url, _ in
            Manifest.stage(
                "test",
                in: "shop",
                of: ["app"],
                steps: Manifest.inPlace(url, branch: "stage/test", folder: "env")
            )
        }
        try await rig.rig.repository.git("branch", "stage/test", "main")
        return rig
    }

    func run(_ body: () async throws -> Void) async throws { try await rig.run(body) }

    /// Tells of an image, and gives the freight that is made of it.
    func freight(_ tag: String) async throws -> String {
        _ = try await rig.decided(tag)
        let all = try await rig.served.get("freight?limit=50", as: Listed<FreightView>.self).items
        return try #require(all.first { $0.artifacts.contains { $0.contains(":\(tag)@") } }).id
    }

    /// What `promote --dry-run` gives.
    func preview(_ freight: String, succeeds: Bool = true) async throws -> PreviewView {
        let result = try await rig.served.command("promote", "test", freight, "--dry-run", "-o", "json")
        #expect(result.status == (succeeds ? 0 : 1), "\(result.errors)")
        return try JSONDecoder().decode(PreviewView.self, from: Data(result.text.utf8))
    }

    /// Promotes from the command line, and waits for the end.
    func promote(_ freight: String, _ more: String...) async throws -> PromotionView {
        let result = try await rig.served.command(["promote", "test", freight, "--wait", "-o", "json"] + more)
        guard !result.text.isEmpty else { throw TestServerError.failed("promoting", detail: result.errors) }
        return try JSONDecoder().decode(PromotionView.self, from: Data(result.text.utf8))
    }

    /// Commits to a branch, as somebody else.
    func commit(_ text: String, to file: String, on branch: String = "stage/test") async throws {
        _ = try await rig.repository.commit([file: text], to: branch, message: "by somebody else")
    }
}
