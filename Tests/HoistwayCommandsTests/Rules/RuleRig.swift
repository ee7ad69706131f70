import Foundation
import HoistwayModel
import HoistwayPorts
import HoistwayTestServers
import Testing

/// A running server with one Git repository and signed events: what each rule is shown with.
struct RuleRig {
    let git: GitRig
    let repository: GitRepositoryFixture
    let served: ServedProgram
    let source: ImageSource

    /// `stages`: manifests; `options`: what the configuration file says below `projects`.
    init(
        source: ImageSource? = nil,
        files: (ImageSource) -> [String: String],
        stages: (_ url: String) -> [String],
        warehouses: [String] = ["app"],
        options: String? = nil,
        configure: (inout ServedConfiguration) -> Void = { _ in },
        manifests: (_ url: String, ImageSource) -> [String] = { _, _ in [] }
    ) async throws {
        git = try await GitRig()
        self.source = try source ?? ImageSource()
        let source = self.source
        repository = try await git.repository("shop.git", files: files(source))
        var configuration = ServedConfiguration(
            receivers: [source.receiver],
            manifests: [Manifest.project("shop", remotes: [git.remote("shop.git")])]
                + warehouses.map { Manifest.images($0, in: "shop", source.image($0)) }
                + stages(git.url("shop.git")) + manifests(git.url("shop.git"), source),
            more: options.map { ["projects: {shop: \($0)}"] } ?? []
        )
        configure(&configuration)
        served = try ServedProgram(configuration)
    }

    /// One stage `test` that edits `env` of `stage/test` in place, or replaces the branch by a copy of `main`.
    static func one(
        replacing: Bool = false,
        tag: String = "1.0.0",
        options: String? = nil,
        configure: (inout ServedConfiguration) -> Void = { _ in }
    ) async throws -> RuleRig {
        let rig = try await RuleRig(
            files: { ["env/kustomization.yaml": Manifest.kustomization([($0.image("app"), tag)])] },
            stages: { url in
                let steps =
                    replacing
                    ? Manifest.replaced(url, branch: "stage/test", from: "main", folder: "env")
                    : Manifest.inPlace(url, branch: "stage/test", folder: "env")
                return [Manifest.stage("test", in: "shop", of: ["app"], steps: steps)]
            },
            options: options,
            configure: configure
        )
        if !replacing { try await rig.repository.git("branch", "stage/test", "main") }
        return rig
    }

    /// Serves, runs `body`, and stops everything; the repository stays to be looked at, and must be sound.
    func run(_ body: () async throws -> Void) async throws {
        defer {
            git.proxy.stop()
            git.server.stop()
        }
        try await served.serving(body)
        try await repository.fsck()
    }

    // MARK: What happens

    /// Tells of an image, and waits for what becomes of it in the stage.
    func push(_ tag: String, of image: String = "app", to stage: String = "test") async throws -> PromotionSummary {
        #expect(try await source.announce(image, tag, to: served) == 202)
        return try await served.lastPromotion(of: stage, freightOf: tag)
    }

    /// Tells of an image, and waits until the delivery is decided.
    func decided(_ tag: String, of image: String = "app") async throws -> DeliveryView {
        #expect(try await source.announce(image, tag, to: served) == 202)
        return try await settled()
    }

    /// The newest delivery, once it is decided.
    func settled() async throws -> DeliveryView {
        var newest: DeliveryView?
        try await eventually("the decision on a delivery") {
            newest = try await served.get("deliveries?limit=1", as: Listed<DeliveryView>.self).items.first
            return newest.map { ![.received, .waiting].contains($0.state) } ?? false
        }
        return try await served.get("deliveries/\(try #require(newest).id)", as: DeliveryView.self)
    }

    func stage(_ name: String = "test") async throws -> StageView {
        let all = try await served.get("stages", as: Listed<StageView>.self).items
        return try #require(all.first { $0.name == name })
    }

    func promotions() async throws -> [PromotionSummary] {
        try await served.get("promotions?limit=500", as: Listed<PromotionSummary>.self).items
    }

    func text(_ file: String = "env/kustomization.yaml", on branch: String = "stage/test") async throws -> String {
        try await repository.show(file, on: branch)
    }

    func head(_ branch: String = "stage/test") async throws -> String? {
        try await repository.id(of: "refs/heads/\(branch)")
    }

    /// The `newTag` of an image in a kustomization.
    func tag(
        _ image: String = "app",
        in file: String = "env/kustomization.yaml",
        on branch: String = "stage/test"
    ) async throws -> String? {
        let lines = try await text(file, on: branch).split(separator: "\n").map { $0.trimmingPrefix { $0 == " " } }
        guard let index = lines.firstIndex(where: { $0 == "- name: \(source.image(image))" }) else { return nil }
        return lines[(index + 1)...].first { $0.hasPrefix("newTag: ") }.map { String($0.dropFirst("newTag: ".count)) }
    }
}
