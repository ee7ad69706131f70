import HoistwayPorts
import HoistwayTestServers
import Testing

@testable import HoistwayCommands

/// Criteria over a real registry and a real Git server.
struct FreightCriteriaServingTests {
    @Test func `freight is held back until the commit fits the image, across a restart too`()
        async throws
    {
        let git = try await GitRig()
        defer { git.stop() }
        let registry = try await RegistryServer.start()
        defer { registry.stop() }
        let image = "\(registry.host)/acme/app"
        let files = ["env/kustomization.yaml": Manifest.kustomization([(image, "1.0.0")])]
        let repository = try await git.repository("shop.git", files: files)
        let source = try await git.repository("source.git", files: ["main.c": "first"])
        let warehouse = """
            apiVersion: kargo.akuity.io/v1alpha1
            kind: Warehouse
            metadata: {name: app, namespace: shop}
            spec:
              interval: 24h
              freightCreationCriteria:
                expression: |
                  imageFrom('\(image)').Tag == commitFrom('\(git.url("source.git"))').Subject
                  && imageFrom('\(image)').CreatedAt.Year() > 1970
              subscriptions:
                - image: {repoURL: \(image), constraint: ">=0.0.0"}
                - git: {repoURL: "\(git.url("source.git"))", branch: main}
            """
        let steps = Manifest.inPlace(git.url("shop.git"), branch: "main", folder: "env")
        let served = try ServedProgram(
            ServedConfiguration(
                receivers: [],
                manifests: [
                    Manifest.project("shop", remotes: [git.remote("shop.git"), git.remote("source.git")]),
                    warehouse,
                    Manifest.stage("test", in: "shop", of: ["app"], steps: steps),
                ],
                more: ["registries: [{host: \"\(registry.host)\", insecure: true}]"]
            )
        )
        try await registry.push(image: "acme/app", tag: "1.1.0")
        try await served.serving {
            let refreshed = try await served.command("refresh", "shop/app")
            #expect(refreshed.status == 0, "\(refreshed.text)\(refreshed.errors)")
            #expect(try await served.get("freight", as: Listed<FreightView>.self).items == [])
            try await expectHeldBack(served)
        }
        try await served.serving {
            try await expectHeldBack(served)
            try await source.commit(["main.c": "second"], message: "1.1.0")
            let refreshed = try await served.command("refresh", "shop/app")
            #expect(refreshed.status == 0, "\(refreshed.text)\(refreshed.errors)")
            let promotion = try await served.lastPromotion(of: "test")
            #expect(promotion.phase == "Succeeded", "\(promotion.message)")
            let why = try await served.command("why", "shop/test")
            #expect(!why.text.contains("makes no freight"), "\(why.text)")
        }
        #expect(try await repository.show("env/kustomization.yaml").contains("newTag: 1.1.0"))
    }

    private func expectHeldBack(_ served: ServedProgram) async throws {
        let why = try await served.command("why", "shop/test")
        #expect(why.status == 0)
        #expect(why.text.contains("warehouse app makes no freight of app 1.1.0, source "), "\(why.text)")
        #expect(why.text.contains("is false, since "), "\(why.text)")
        let warehouses = try await served.command("get", "warehouses")
        #expect(warehouses.text.contains("makes no freight of app 1.1.0"), "\(warehouses.text)")
    }
}
