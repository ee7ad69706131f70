import HoistwayTestServers
import Testing

/// Two warehouses that carry commits of one repository.
@Suite(.enabled(if: RenderRig.kubectl != nil, "kubectl is not here, nor named by HOISTWAY_TEST_KUBECTL"))
struct OriginSequenceTests {
    private static let files = [
        "base/kustomization.yaml": "resources: [web.yaml]\n",
        "base/web.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\ndata: {base: one}\n",
    ]
    private static let overlay = [
        "env/dev/kustomization.yaml": """
        resources: [../../base]
        patches: [{path: patch.yaml}]

        """,
        "env/dev/patch.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\ndata: {overlay: one}\n",
        "env/dev/notes.md": "not to be copied\n", "env/dev/README.md": "to be copied\n",
    ]

    private static func manifests(_ url: String) -> [String] {
        [
            Manifest.warehouse("base", in: "shop", "- git: {repoURL: \(url), branch: main}"),
            Manifest.warehouse("overlay-dev", in: "shop", "- git: {repoURL: \(url), branch: overlays}"),
            Manifest.pipeline(
                "dev",
                of: ["base", "overlay-dev"],
                vars: ["repo": url],
                steps: #"""
                    - uses: git-clone
                      config:
                        repoURL: ${{ vars.repo }}
                        checkout:
                        - {commit: "${{ commitFrom(vars.repo, warehouse('base')).ID }}", path: ./base}
                        - {commit: "${{ commitFrom(vars.repo, warehouse('overlay-' + ctx.stage)).ID }}", path: ./overlay}
                        - {branch: "rendered/${{ ctx.stage }}", create: true, path: ./out}
                    - {uses: copy, config: {inPath: "./overlay/env/${{ ctx.stage }}", outPath: "./base/env/${{ ctx.stage }}", ignore: "*.md\n!README.md"}}
                    - {uses: git-clear, config: {path: ./out}}
                    - {uses: kustomize-build, config: {path: "./base/env/${{ ctx.stage }}", outPath: ./out/all.yaml}}
                    - {uses: copy, config: {inPath: "./base/env/${{ ctx.stage }}", outPath: ./out/env}}
                    - uses: git-commit
                      config:
                        path: ./out
                        message: |
                          ${{ ctx.stage }} from ${{ ctx.targetFreight.origin.name }}
                          overlay ${{ commitFrom(vars.repo, warehouse('overlay-' + ctx.stage))?.Message ?? 'n/a' }}
                    - {uses: git-push, config: {path: ./out}}
                    """#
            ),
            Manifest.pipeline(
                "unclear",
                of: ["base", "overlay-dev"],
                vars: ["repo": url],
                steps: "- {uses: compose-output, as: id, config: {id: '${{ commitFrom(vars.repo).ID }}'}}"
            ),
        ]
    }

    @Test func `a base and an overlay of one repository are taken by their warehouses, and only so`() async throws {
        let rig = try await RuleRig.pipelines(
            warehouses: [],
            receivers: [RuleRig.git],
            more: ["programs: {kubectl: \(RenderRig.kubectl ?? "")}"],
            files: { _ in Self.files }
        ) { url, _ in Self.manifests(url) }
        try await rig.repository.commit(Self.overlay, to: "overlays", message: "First overlay")
        try await rig.run {
            // With the freight of one warehouse alone, the other's commit is not there.
            try await eventually("a promotion with both") {
                try await rig.promotions().contains { $0.stage == "dev" && $0.phase == "Succeeded" }
            }
            let before = try await rig.repository.commit(
                ["env/dev/patch.yaml": Self.overlay["env/dev/patch.yaml"]?.replacing("one", with: "two") ?? ""],
                to: "overlays",
                message: "Second overlay"
            )
            #expect(try await rig.announcePush(to: "overlays", from: before) == 202)
            try await eventually("the second overlay") {
                try await rig.message(on: "rendered/dev").contains("overlay Second overlay")
            }
            let message = try await rig.message(on: "rendered/dev")
            #expect(message.hasPrefix("dev from overlay-dev\n\noverlay Second overlay\n"), "\(message)")
            let script = """
                git -C src fetch -q "$REPOSITORY" overlays
                git -C src archive FETCH_HEAD | tar x -C src
                rm src/env/dev/notes.md
                "$KUBECTL" kustomize src/env/dev >out/all.yaml
                cp -R src/env/dev out/env
                """
            #expect(try await rig.difference(of: "rendered/dev", from: "main", folder: "out", after: script) == "")

            let unclear = try await rig.served.lastPromotion(of: "unclear")
            #expect(unclear.phase == "Errored", "\(unclear.message)")
            #expect(unclear.message.contains("more than one subscription could provide a commit"), "\(unclear.message)")
            #expect(unclear.message.contains("warehouse(\"overlay-dev\")"), "\(unclear.message)")
        }
    }
}
