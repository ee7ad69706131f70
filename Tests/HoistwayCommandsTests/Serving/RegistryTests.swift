import HoistwayPorts
import HoistwayTestServers
import Testing

/// A real registry that tells of a real image.
struct RegistryTests {
    @Test func `An image that skopeo pushes is told by the registry, confirmed there, and lands on a branch`()
        async throws
    {
        let git = try await GitRig()
        defer { git.stop() }
        let ports = try ServedPorts()
        let authorization = "Bearer the registry's own secret"
        var options = RegistryServer.Options()
        options.notifications = .init(
            url: "http://127.0.0.1:\(ports.webhooks)/hook/registry",
            headers: ["Authorization": authorization]
        )
        let registry = try await RegistryServer.start(options: options)
        defer { registry.stop() }
        let image = "\(registry.host)/acme/app"
        let files = ["env/kustomization.yaml": Manifest.kustomization([(image, "1.0.0")])]
        let repository = try await git.repository("shop.git", files: files)
        let steps = Manifest.replaced(git.url("shop.git"), branch: "stage/test", from: "main", folder: "env")
        let served = try ServedProgram(
            ServedConfiguration(
                receivers: [.init(name: "registry", sender: "distribution", secret: authorization)],
                manifests: [
                    Manifest.project("shop", remotes: [git.remote("shop.git")]),
                    Manifest.images("app", in: "shop", image),
                    Manifest.stage("test", in: "shop", of: ["app"], steps: steps),
                ],
                more: ["registries: [{host: \"\(registry.host)\", insecure: true}]"]
            ),
            ports: ports
        )
        try await served.serving {
            let digest = try await registry.push(image: "acme/app", tag: "1.1.0")
            let promotion = try await served.lastPromotion(of: "test")
            #expect(promotion.phase == "Succeeded", "\(promotion.message)")
            let text = try await repository.show("env/kustomization.yaml", on: "stage/test")
            let expected = Manifest.kustomization([(image, "1.1.0")]) + "    digest: \(digest)\n"
            #expect(text == expected)

            let deliveries = try await served.get("deliveries", as: Listed<DeliveryView>.self).items
            let done = try #require(deliveries.first { $0.state == .done })
            let freight = try await served.get("freight", as: Listed<FreightView>.self).items
            #expect(freight.map(\.cause).contains { $0.contains("registry delivery \(done.id)") }, "\(freight)")
        }
        try await repository.fsck()
    }
}
