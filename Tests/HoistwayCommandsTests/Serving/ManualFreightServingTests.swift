import HoistwayPorts
import HoistwayTestServers
import Testing

/// `freightCreationPolicy: Manual`, with commits that the repository has, has elsewhere, or does not have.
struct ManualFreightServingTests {
    @Test func `freight is made by hand alone, of commits that the subscription leads to`() async throws {
        let git = try await GitRig()
        defer { git.stop() }
        let source = try ImageSource()
        let files = ["env/kustomization.yaml": Manifest.kustomization([(source.image("app"), "1.0.0")])]
        let repository = try await git.repository("shop.git", files: files)
        let code = try await git.repository("code.git", files: ["main.c": "first"])
        let first = try await code.git("rev-parse", "main")
        let second = try await code.commit(["main.c": "second"], message: "The second\none")
        let elsewhere = try await code.commit(["main.c": "third"], to: "other")
        let warehouse = """
            apiVersion: kargo.akuity.io/v1alpha1
            kind: Warehouse
            metadata: {name: app, namespace: shop}
            spec:
              interval: 24h
              freightCreationPolicy: Manual
              subscriptions:
                - image: {repoURL: "\(source.image("app"))", constraint: ">=0.0.0"}
                - git: {repoURL: "\(git.url("code.git"))", branch: main}
            """
        let steps = Manifest.inPlace(git.url("shop.git"), branch: "main", folder: "env")
        let served = try ServedProgram(
            ServedConfiguration(
                receivers: [source.receiver],
                manifests: [
                    Manifest.project("shop", remotes: [git.remote("shop.git"), git.remote("code.git")]),
                    warehouse, Manifest.stage("test", in: "shop", of: ["app"], steps: steps),
                ]
            )
        )
        let url = git.url("code.git")
        let image = "\(source.image("app")):2.0.0@sha256:" + String(repeating: "c", count: 64)
        func create(_ commit: String) async throws -> TestProgram.Result {
            try await served.command("freight", "create", "app", "--image", image, "--commit", "\(url)=\(commit)")
        }
        try await served.serving {
            #expect(try await source.announce("app", "1.1.0", to: served) == 202)
            try await eventually("the image to be decided") {
                let items = try await served.get("deliveries", as: Listed<DeliveryView>.self).items
                return items.contains { $0.reason.contains("by hand") || $0.state == .done }
            }
            #expect(try await served.get("freight", as: Listed<FreightView>.self).items == [])
            let missing = try await create(String(repeating: "0123456789", count: 4))
            #expect(missing.status == 2 && missing.errors.contains("has no commit 0123456"), "\(missing.errors)")
            let other = try await create(elsewhere)
            #expect(other.status == 2)
            #expect(
                other.errors.contains("it is not among the last 20000 commits of the branch main"),
                "\(other.errors)"
            )
            let tree = try await create(try await code.git("rev-parse", "main^{tree}"))
            #expect(tree.status == 2 && tree.errors.contains("is no commit"), "\(tree.errors)")
            for commit in [first, second] {
                let made = try await create(commit)
                #expect(made.status == 0, "\(made.text)\(made.errors)")
            }
            let freight = try await served.get("freight", as: Listed<FreightView>.self).items
            #expect(freight.count == 2)
            let promotion = try await served.lastPromotion(of: "test")
            #expect(promotion.phase == "Succeeded", "\(promotion.message)")
        }
        #expect(try await repository.show("env/kustomization.yaml").contains("newTag: 2.0.0"))
    }
}
