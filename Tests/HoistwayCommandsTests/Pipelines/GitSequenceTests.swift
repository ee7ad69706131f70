import HoistwayTestServers
import Testing

/// Pipelines of Git steps as they stand in Kargo's documentation and in public repositories, end to end.
struct GitSequenceTests {
    /// Rendered branches of two stages, by their overlays.
    @Test(.enabled(if: RenderRig.kubectl != nil, "kubectl is not here, nor named by HOISTWAY_TEST_KUBECTL"))
    func `overlays of two stages are rendered to a branch each, one resource a file`() async throws {
        let rig = try await RuleRig.pipelines(
            warehouses: [],
            more: ["programs: {kubectl: \(RenderRig.kubectl ?? "")}"],
            files: { source in
                var files = [
                    "base/kustomization.yaml": "resources: [web.yaml]\n",
                    "base/web.yaml": """
                    kind: Service
                    apiVersion: v1
                    metadata: {name: web}
                    spec: {ports: [{port: 80}], selector: {app: web}}
                    ---
                    kind: Deployment   # gone after rendering
                    apiVersion: apps/v1
                    metadata: {name: web}
                    spec:
                      selector: {matchLabels: {app: web}}
                      template:
                        metadata: {labels: {app: web}}
                        spec: {containers: [{name: web, image: \(source.image("web"))}]}

                    """,
                ]
                for stage in ["dev", "prod"] {
                    files["overlays/\(stage)/kustomization.yaml"] = """
                        namePrefix: \(stage)-
                        resources: [../../base]
                        images: [{name: \(source.image("web")), newTag: 1.0.0}]

                        """
                }
                return files
            }
        ) { url, source in
            let image = "- image: {repoURL: \(source.image("web")), strictSemvers: false}"
            return [Manifest.warehouse("web", in: "shop", image)]
                + ["dev", "prod"].map {
                    Manifest.pipeline(
                        $0,
                        of: ["web"],
                        vars: ["repo": url, "img": source.image("web")],
                        steps: """
                            - uses: git-clone
                              config:
                                repoURL: ${{ vars.repo }}
                                checkout: [{branch: main, path: ./src}, {branch: "env/${{ ctx.stage }}", create: true, path: ./out}]
                            - {uses: git-clear, config: {path: ./out}}
                            - {uses: kustomize-set-image, as: img, config: {path: "./src/overlays/${{ ctx.stage }}", images: [{image: "${{ vars.img }}", tag: "${{ quote(imageFrom(vars.img).Tag) }}"}]}}
                            - {uses: kustomize-build, config: {path: "./src/overlays/${{ ctx.stage }}", outPath: ./out}}
                            - {uses: git-commit, as: commit, config: {path: ./out, message: "${{ outputs.img.commitMessage }}"}}
                            - {uses: git-push, as: push, config: {path: ./out}}
                            - {uses: argocd-update, config: {apps: [{name: "web-${{ ctx.stage }}", sources: [{repoURL: "${{ vars.repo }}", desiredRevision: "${{ outputs.push.commit }}"}]}]}}
                            """
                    )
                }
        }
        try await rig.run {
            let main = try #require(try await rig.head("main"))
            // A tag that would be the number 1.1 without `quote`.
            #expect(try await rig.source.announce("web", "1.10", to: rig.served) == 202)
            for stage in ["dev", "prod"] {
                let promotion = try await rig.served.lastPromotion(of: stage)
                #expect(promotion.phase == "Succeeded", "\(promotion.message)")
                let script = """
                    sed -i 's/newTag: .*}/newTag: "1.10"}/' src/overlays/\(stage)/kustomization.yaml
                    "$KUBECTL" kustomize src/overlays/\(stage) >all
                    awk -v RS='---\\n' '{
                        name = /kind: Service/ ? "service" : "deployment"
                        printf "%s", $0 > ("out/" name "-\(stage)-web.yaml")
                    }' all
                    """
                let branch = "env/\(stage)"
                #expect(try await rig.difference(of: branch, from: main, folder: "out", after: script) == "")
                #expect(try await rig.commits(on: branch) == 1)
            }
            #expect(try await rig.head("main") == main)
        }
    }

    @Test func `two stages that push to main at once keep each other's work, with the author of git-clone`()
        async throws
    {
        let values = "api:\n  image: {tag: \"1.0.0\"}  # ours\npodAnnotations:\n  example.com/freight: none\n"
        let rig = try await RuleRig.pipelines(
            warehouses: ["api"],
            files: { _ in ["envs/dev/values.yaml": values, "envs/prod/values.yaml": values] }
        ) { url, source in
            ["dev", "prod"].map {
                Manifest.pipeline(
                    $0,
                    of: ["api"],
                    steps: #"""
                        - {uses: git-clone, config: {repoURL: \#(url), author: {name: Release Bot, email: bot@example.com}, checkout: [{branch: main, path: ./repo}]}}
                        - uses: yaml-update
                          as: values
                          config:
                            path: ./repo/envs/${{ ctx.stage }}/values.yaml
                            updates:
                            - {key: api.image.tag, value: "${{ quote(imageFrom('\#(source.image("api"))').Tag) }}"}
                            - {key: podAnnotations.example\.com/freight, value: "${{ ctx.targetFreight.name }}"}
                        - {uses: git-commit, config: {path: ./repo, message: "${{ ctx.stage }}: ${{ outputs.values.commitMessage }}"}}
                        - {uses: git-push, config: {path: ./repo, maxAttempts: 20}}
                        - {uses: argocd-update, retry: {timeout: 20m, errorThreshold: 3}, config: {apps: [{name: "api-${{ ctx.stage }}"}]}}
                        """#
                )
            }
        }
        try await rig.run {
            let start = try #require(try await rig.head("main"))
            #expect(try await rig.source.announce("api", "1.1.0", to: rig.served) == 202)
            var freight = ""
            for stage in ["dev", "prod"] {
                let promotion = try await rig.served.lastPromotion(of: stage)
                #expect(promotion.phase == "Succeeded", "\(promotion.message)")
                freight = promotion.freight
            }
            let script = "sed -i 's/1\\.0\\.0/1.1.0/; s/none/\(freight)/' src/envs/*/values.yaml"
            #expect(try await rig.difference(from: start, after: script) == "")
            let log = try await rig.repository.git("log", "--format=%an <%ae>: %s", "\(start)..main")
            #expect(
                log.split(separator: "\n").sorted() == [
                    "Release Bot <bot@example.com>: dev: Updated ./repo/envs/dev/values.yaml",
                    "Release Bot <bot@example.com>: prod: Updated ./repo/envs/prod/values.yaml",
                ]
            )
        }
    }

    @Test func `a service of a monorepo is edited in a sparse checkout, and an entry keeps its new name`() async throws
    {
        let rig = try await RuleRig.pipelines(
            warehouses: [],
            files: { source in
                [
                    "services/cart/k8s/dev/kustomization.yaml": """
                    # of the cart
                    images:
                    - name: \(source.image("cart"))
                      newName: mirror.test/cart
                      newTag: 1.0.0
                    - name: other   # not ours
                      newTag: 7.0.0

                    """,
                    "services/web/k8s/dev/kustomization.yaml": "images: []\n", "README.md": "all\n",
                ]
            }
        ) { url, source in
            let subscriptions = ["cart", "cart-migrate"].map {
                "- image: {repoURL: \(source.image($0)), constraint: '>=0.0.0'}"
            }
            return [
                Manifest.warehouse("cart", in: "shop", subscriptions.joined(separator: "\n    ")),
                Manifest.pipeline(
                    "dev",
                    of: ["cart"],
                    vars: ["svc": "cart", "dir": "./mono/services/${{ vars.svc }}/k8s/${{ ctx.stage }}"],
                    steps: #"""
                        - uses: git-clone
                          config:
                            repoURL: \#(url)
                            blobless: true
                            checkout: [{branch: main, path: ./mono, as: mono, sparse: ["services/${{ vars.svc }}"]}]
                        - uses: kustomize-set-image
                          as: set
                          config:
                            path: ${{ vars.dir }}
                            images:
                            - {image: \#(source.image("cart")), newName: "*", digest: "${{ imageFrom('\#(source.image("cart"))').Digest }}"}
                            - {image: \#(source.image("cart-migrate")), name: migrate, newName: \#(source.image("cart-migrate")), tag: "${{ quote(imageFrom('\#(source.image("cart-migrate"))').Tag) }}"}
                        - {uses: git-commit, config: {path: ./mono, message: "cart: ${{ outputs.set.commitMessage }}\n\nbase ${{ outputs['step-1'].commits.mono }}"}}
                        - {uses: git-push, config: {path: ./mono}}
                        """#
                ),
            ]
        }
        try await rig.run {
            let start = try #require(try await rig.head("main"))
            #expect(try await rig.source.announce("cart", "1.1.0", to: rig.served) == 202)
            #expect(try await rig.source.announce("cart-migrate", "0.2.0", to: rig.served) == 202)
            let promotion = try await rig.served.lastPromotion(of: "dev")
            #expect(promotion.phase == "Succeeded", "\(promotion.message)")
            let (cart, migrate) = (rig.source.image("cart"), rig.source.image("cart-migrate"))
            let digest = Payload.digest(of: cart, tag: "1.1.0")
            let script = """
                cat >src/services/cart/k8s/dev/kustomization.yaml <<'END'
                # of the cart
                images:
                - name: \(cart)
                  newName: mirror.test/cart
                  digest: \(digest)
                - name: migrate
                  newName: \(migrate)
                  newTag: 0.2.0
                - name: other   # not ours
                  newTag: 7.0.0
                END
                """
            #expect(try await rig.difference(from: start, after: script) == "")
            let message = try await rig.message()
            #expect(
                message.hasPrefix(
                    """
                    cart: Updated ./mono/services/cart/k8s/dev to use new images

                    - mirror.test/cart@\(digest)
                    - \(migrate):0.2.0
                    - other:7.0.0

                    base \(start)
                    """
                ),
                "\(message)"
            )
        }
    }
}
