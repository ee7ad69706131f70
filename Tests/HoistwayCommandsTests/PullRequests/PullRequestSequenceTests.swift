import HoistwayTestServers
import Testing

/// Whole pipelines with pull requests, on a real Git server and the API of a host: sequence C of the sheet of steps, and a
/// task that opens a pull request where a switch says so.
struct PullRequestSequenceTests {
    @Test func `production by pull request: main is moved by the merge alone, and the promotion goes on with it`()
        async throws
    {
        let rig = try await PullRequestRig { url, _ in [PullRequestRig.production(url)] }
        try await rig.run {
            let before = try await rig.main()
            try await rig.announce()
            let waiting = try await rig.waiting()
            #expect(try await rig.main() == before)
            let pull = try await rig.forge.pull(1)
            #expect(pull.title.hasPrefix("Promote ") && pull.title.hasSuffix(" to prod"))
            #expect(pull.source == "kargo/promotion/\(waiting.id)" && pull.labels == ["promotion"])
            #expect(try await rig.repository.git("rev-list", "--count", "main..\(pull.source)") == "1")
            let landed = try await rig.forge.mergeByHand(1)
            let promotion = try await rig.ended()
            #expect(promotion.phase == "Succeeded", "\(promotion.message)")
            #expect(try await rig.main() == landed)
            #expect(try await rig.repository.show("prod/kustomization.yaml", on: "main").contains("newTag: 1.1.0"))
            #expect(rig.openings == 1)
            // The delivery of the merge says what it did.
            let deliveries = try await rig.served.getText("deliveries?limit=10")
            let told = "pull request 1 merged: woke promotion \(waiting.id), which waits for it"
            #expect(deliveries.contains(told), "\(deliveries)")
        }
    }

    @Test func `closed without a merge, the promotion fails, and main stays as it is`() async throws {
        let rig = try await PullRequestRig { url, _ in [PullRequestRig.production(url)] }
        try await rig.run {
            let before = try await rig.main()
            try await rig.announce()
            try await rig.waiting()
            try await rig.forge.close(1)
            let promotion = try await rig.ended()
            #expect(promotion.phase == "Failed")
            #expect(promotion.message == "wait: the pull request #1 was closed and not merged")
            #expect(try await rig.main() == before)
        }
    }

    @Test func `where main has the freight already, no pull request is opened, and the promotion succeeds`()
        async throws
    {
        let rig = try await PullRequestRig(tag: PullRequestRig.tag) { url, source in
            // Without a digest: just what stands there.
            let tag = "${{ quote(imageFrom('\(source.image("app"))').Tag) }}"
            let images = "{path: ./w/prod, images: [{image: \"\(source.image("app"))\", tag: \"\(tag)\"}]}"
            return [PullRequestRig.production(url).replacing("{path: ./w/prod}", with: images)]
        }
        try await rig.run {
            try await rig.announce()
            let promotion = try await rig.ended()
            #expect(promotion.phase == "Succeeded", "\(promotion.message)")
            #expect(rig.openings == 0)
        }
    }

    @Test func `killed while it waits, it waits on, and is woken by the merge`() async throws {
        let rig = try await PullRequestRig { url, _ in [PullRequestRig.production(url)] }
        try await rig.run {
            try await rig.announce()
            try await rig.waiting()
            rig.served.kill()
            try await rig.served.start()
            try await rig.forge.mergeByHand(1)
            let promotion = try await rig.ended()
            #expect(promotion.phase == "Succeeded", "\(promotion.message)")
            #expect(rig.openings == 1)
        }
    }

    @Test func `merged while the program is down, the first look after the start finds it`() async throws {
        let rig = try await PullRequestRig(tellsPulls: false) { url, _ in [PullRequestRig.production(url)] }
        try await rig.run {
            try await rig.announce()
            try await rig.waiting()
            rig.served.kill()
            try await rig.forge.mergeByHand(1)
            try await rig.served.start()
            let promotion = try await rig.ended()
            #expect(promotion.phase == "Succeeded", "\(promotion.message)")
        }
    }

    // MARK: One task, pull request by switch

    /// - Parameters:
    ///   - opens: what the switch says.
    ///   - isTolerant: the variant: two edits in one commit, an opening that may fail, and a wait that heeds it.
    private static func task(_ url: String, opens: Bool, isTolerant: Bool) -> [String] {
        let wait = isTolerant ? "${{ status('open-pr') == 'Succeeded' }}" : "${{ vars.openPR == 'yes' }}"
        return [
            """
            apiVersion: kargo.akuity.io/v1alpha1
            kind: PromotionTask
            metadata: {name: ship, namespace: shop}
            spec:
              vars:
                - {name: image}
                - {name: openPR, value: "no"}
              steps:
                - uses: git-clone
                  config: {repoURL: \(url), checkout: [{branch: main, path: ./w}]}
                - uses: yaml-update
                  as: update
                  config:
                    path: ./w/values.yaml
                    updates: [{key: image.tag, value: "${{ quote(imageFrom(vars.image).Tag) }}"}]
                - uses: yaml-update
                  as: second
                  config:
                    path: ./w/other.yaml
                    updates: [{key: image.tag, value: "${{ quote(imageFrom(vars.image).Tag) }}"}]
                - uses: git-commit
                  as: commit
                  config: {path: ./w, message: "${{ task.outputs.update.commitMessage }}"}
                - uses: git-push
                  as: push
                  config: {path: ./w, generateTargetBranch: "${{ vars.openPR == 'yes' }}"}
                - uses: git-open-pr
                  as: open-pr
                  if: ${{ vars.openPR == 'yes' }}
                  continueOnError: \(isTolerant)
                  config:
                    repoURL: \(url)
                    provider: github
                    sourceBranch: ${{ task.outputs.push.branch }}
                    targetBranch: \(isTolerant ? "missing" : "main")
                - uses: git-wait-for-pr
                  as: wait-for-pr
                  if: \(wait)
                  config:
                    repoURL: \(url)
                    provider: github
                    prNumber: ${{ task.outputs['open-pr'].pr.id }}
            """,
            """
            apiVersion: kargo.akuity.io/v1alpha1
            kind: Stage
            metadata: {name: prod, namespace: shop}
            spec:
              requestedFreight:
                - {origin: {kind: Warehouse, name: app}, sources: {direct: true}}
              promotionTemplate:
                spec:
                  steps:
                    - task: {name: ship}
                      as: ship
                      vars: [{name: image, value: IMAGE}, {name: openPR, value: "\(opens ? "yes" : "no")"}]
            """,
        ]
    }

    private static func rig(opens: Bool, isTolerant: Bool = false) async throws -> PullRequestRig {
        let rig = try await PullRequestRig { url, source in
            task(url, opens: opens, isTolerant: isTolerant).map { $0.replacing("IMAGE", with: source.image("app")) }
        }
        let values = "image: {tag: \"1.0.0\"}\n"
        try await rig.repository.commit(["values.yaml": values, "other.yaml": values])
        return rig
    }

    @Test func `one task, pull request by switch: with it, the promotion runs until the merge`() async throws {
        let rig = try await Self.rig(opens: true)
        try await rig.run {
            let before = try await rig.main()
            try await rig.announce()
            let waiting = try await rig.waiting()
            #expect(try await rig.main() == before && waiting.phase == "Running")
            let source = try await rig.forge.pull(1).source
            #expect(try await rig.repository.git("rev-list", "--count", "main..\(source)") == "1")
            try await rig.forge.mergeByHand(1, .squash)
            let promotion = try await rig.ended()
            #expect(promotion.phase == "Succeeded", "\(promotion.message)")
            for file in ["values.yaml", "other.yaml"] {
                #expect(try await rig.repository.show(file, on: "main").contains("1.1.0"))
            }
        }
    }

    @Test func `one task, pull request by switch: without it, main is pushed, and nothing is opened`() async throws {
        let rig = try await Self.rig(opens: false)
        try await rig.run {
            try await rig.announce()
            let promotion = try await rig.ended()
            #expect(promotion.phase == "Succeeded", "\(promotion.message)")
            #expect(try await rig.repository.show("values.yaml", on: "main").contains("1.1.0"))
            #expect(rig.forge.log.isEmpty)
        }
    }

    @Test func `an opening that may fail does, and the wait that heeds it is skipped`() async throws {
        let rig = try await Self.rig(opens: true, isTolerant: true)
        try await rig.run {
            let before = try await rig.main()
            try await rig.announce()
            let promotion = try await rig.ended()
            #expect(promotion.phase == "Succeeded", "\(promotion.message)")
            #expect(rig.openings == 0)
            #expect(try await rig.main() == before)
        }
    }
}
