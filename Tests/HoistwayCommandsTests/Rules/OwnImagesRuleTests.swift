import HoistwayModel
import HoistwayPorts
import HoistwayTestServers
import Testing

/// Rules 6 to 9: a promotion changes its own images, within bounds, and says what it does not do.
struct OwnImagesRuleTests {
    private static let names = (1...40).map { "s\($0)" }

    /// Forty services with an entry each in one kustomization of `live`.
    private static func rig(copying: Bool, options: String? = nil) async throws -> RuleRig {
        let rig = try await RuleRig(
            files: { source in
                let entries = names.map { (name: source.image($0), tag: "1.0.0") }
                return ["env/kustomization.yaml": Manifest.kustomization(entries), "README.md": "All services.\n"]
            },
            stages: { url in
                names.map { name in
                    let steps =
                        copying
                        ? Manifest.replaced(url, branch: "live", from: "main", folder: "env")
                        : Manifest.inPlace(url, branch: "live", folder: "env")
                    return Manifest.stage(name, in: "shop", of: [name], steps: steps)
                }
            },
            warehouses: names,
            options: options
        )
        try await rig.repository.git("branch", "live", "main")
        return rig
    }

    private static func carrying() -> String {
        let stages = names.map { "\($0): {carryImages: true, foreignCommits: overwrite, limits: {deletedFiles: 1}}" }
        return "{stages: {\(stages.joined(separator: ", "))}}"
    }

    /// All events at once; then every image must be current.
    private static func pushAll(_ rig: RuleRig) async throws {
        try await withThrowingTaskGroup(of: Int.self) { group in
            for name in names {
                group.addTask { try await rig.source.announce(name, "1.1.0", to: rig.served) }
            }
            for try await status in group { #expect(status == 202) }
        }
        for name in names {
            let promotion = try await rig.served.lastPromotion(of: name)
            #expect(promotion.phase == "Succeeded", "\(name): \(promotion.message)")
        }
        for name in names { #expect(try await rig.tag(name, on: "live") == "1.1.0", "\(name)") }
    }

    @Test func `Rule 6: forty stages that edit one branch in place bring all their images, in few pushes`() async throws
    {
        let rig = try await Self.rig(copying: false)
        try await rig.run {
            try await Self.pushAll(rig)
            #expect(rig.git.proxy.pushes <= 12, "\(rig.git.proxy.pushes) pushes")
        }
        let count = try await rig.repository.git("rev-list", "--count", "main..live")
        #expect(count == "40")
        #expect(try await rig.text("README.md", on: "live") == "All services.\n")
    }

    @Test func `Rule 6: forty stages that copy over one branch are refused, unless they carry the others' images`()
        async throws
    {
        let refused = try await Self.rig(copying: true)
        defer { refused.git.stop() }
        let check = try await refused.served.command("check", "--all")
        #expect(check.status == 1)
        #expect(check.text.contains("shop/s1 ") && check.text.contains("shop/s40 "), "\(check.text)\(check.errors)")
        #expect(check.text.contains("carryImages: true"))

        let rig = try await Self.rig(copying: true, options: Self.carrying())
        try await rig.run {
            try await Self.pushAll(rig)
            // And again from where they are now: nobody's entry goes back to what main says.
            #expect(try await rig.push("1.2.0", of: "s7", to: "s7").phase == "Succeeded")
            #expect(try await rig.tag("s7", on: "live") == "1.2.0")
            for name in Self.names where name != "s7" { #expect(try await rig.tag(name, on: "live") == "1.1.0") }
        }
    }

    @Test func `Rule 6: a copy that would set another stage's image back names both stages`() async throws {
        let rig = try await RuleRig(
            files: { source in
                let entries = ["a", "b"].map { (name: source.image($0), tag: "1.0.0") }
                return ["env/kustomization.yaml": Manifest.kustomization(entries)]
            },
            stages: { url in
                // Without git-clear: nothing of it can be told from the manifests.
                let copied = Manifest.replaced(url, branch: "live", from: "main", folder: "env")
                    .filter { !$0.contains("git-clear") }
                return [
                    Manifest.stage("a", in: "shop", of: ["a"], steps: copied),
                    Manifest.stage(
                        "b",
                        in: "shop",
                        of: ["b"],
                        steps: Manifest.inPlace(url, branch: "live", folder: "env")
                    ),
                ]
            },
            warehouses: ["a", "b"]
        )
        try await rig.repository.git("branch", "live", "main")
        try await rig.run {
            #expect(try await rig.push("1.1.0", of: "b", to: "b").phase == "Succeeded")
            let refused = try await rig.push("1.1.0", of: "a", to: "a")
            #expect(refused.phase == "Failed")
            #expect(refused.message.contains("from \(rig.source.image("b")):1.1.0"), "\(refused.message)")
            #expect(refused.message.contains("belongs to stage shop/b, not to shop/a"))
            #expect(try await rig.tag("b", in: "env/kustomization.yaml", on: "live") == "1.1.0")
        }
    }

    @Test
    func `Rule 7: a promotion that would delete 300 files waits for somebody who accepts exactly that difference`()
        async throws
    {
        let rig = try await RuleRig.one(replacing: true)
        var files: [String: String] = [:]
        for number in 1...300 { files["old/\(number).yaml"] = "kept: \(number)\n" }
        try await rig.repository.git("branch", "stage/test", "main")
        try await rig.repository.commit(files, to: "stage/test", message: "Add")
        try await rig.run {
            #expect(try await rig.served.command("adopt", "shop/test").status == 0)
            let head = try await rig.head()
            let waiting = try await rig.push("1.1.0")
            #expect(waiting.phase == "Failed")
            #expect(waiting.message.contains("delete 300 files"), "\(waiting.message)")
            #expect(try await rig.head() == head)
            let tree = try #require(waiting.branches.first?.tree)
            let digest = try #require(waiting.branches.first?.digest)
            #expect(waiting.message.contains("--accept \(digest)"), "\(waiting.message)")

            let wrong = try await rig.served.command(
                "promote",
                "shop/test",
                waiting.freight,
                "--accept",
                String(repeating: "1", count: 64),
                "--wait"
            )
            #expect(wrong.status == 1)
            #expect(try await rig.head() == head)
            let accepted = try await rig.served.command(
                "promote",
                "shop/test",
                waiting.freight,
                "--accept",
                digest,
                "--wait"
            )
            #expect(accepted.status == 0, "\(accepted.text)\(accepted.errors)")
            #expect(try await rig.repository.git("rev-parse", "stage/test^{tree}") == tree)
        }
    }

    // T6: that a tag has moved is asked at the registry, since events may come late and in any order.
    @Test(arguments: ["hold", "follow", "refuse"])
    func `Rule 8: a known tag with another digest`(rule: String) async throws {
        let registry = try OneImageRegistry()
        let image = "\(registry.host)/acme/app"
        let rig = try await RuleRig.one(options: "{warehouses: {app: {onTagMoved: \(rule)}}}") { configuration in
            configuration.manifests[1] = Manifest.images("app", in: "shop", image)
            configuration.more.append("registries: [{host: \"\(registry.host)\", insecure: true}]")
        }
        try await rig.run {
            let first = try Payload.package(image, tag: "1.1.0", secret: rig.source.secret)
            let old = Payload.digest(of: image, tag: "1.1.0")
            #expect(try await rig.served.post(first, to: "/hook/ghcr") == 202)
            #expect(try await rig.served.lastPromotion(of: "test", freightOf: "1.1.0").phase == "Succeeded")
            #expect(try await rig.text().contains(old))
            let new = OneImageRegistry.digest
            let body = String(decoding: first.body, as: UTF8.self).replacing(old, with: new)
            let moved = try Payload.github(Array(body.utf8), event: "package", secret: rig.source.secret)
            #expect(try await rig.served.post(moved, to: "/hook/ghcr") == 202)
            let delivery = try await rig.settled()
            if rule == "follow" {
                try await eventually("the new digest") { try await rig.text().contains(new) }
            } else {
                #expect(
                    delivery.trace.contains { $0.contains("1.1.0") && $0.contains("onTagMoved: \(rule)") },
                    "\(delivery.trace)"
                )
                #expect(try await rig.promotions().count == 1)
                #expect(try await rig.text().contains(old))
            }
        }
    }

    @Test func `Rule 8: freight that changes no byte says so, and a digest pin that goes is said`() async throws {
        let rig = try await RuleRig.one { configuration in
            let url =
                configuration.manifests[0].split(separator: "\n").first { $0.contains("repoURL: ") }
                .map { String($0.trimmingPrefix { $0 == " " }.dropFirst("repoURL: ".count)) } ?? ""
            let image = configuration.manifests[1].split(separator: "repoURL: ").last?.split(separator: ",").first ?? ""
            var steps = Manifest.inPlace(url, branch: "stage/test", folder: "env")
            steps[2] =
                "        - {uses: kustomize-set-image, config: {path: ./repo/env, images: "
                + "[{image: \(image), tag: 1.1.0}]}}"
            configuration.manifests[2] = Manifest.stage("test", in: "shop", of: ["app"], steps: steps)
        }
        let image = rig.source.image("app")
        let pinned =
            Manifest.kustomization([(image, "1.0.0")]) + "    digest: sha256:\(String(repeating: "ab", count: 32))\n"
        try await rig.repository.commit(["env/kustomization.yaml": pinned], to: "stage/test", message: "Pin")
        try await rig.run {
            let first = try await rig.push("1.1.0")
            let view = try await rig.served.get("promotions/\(first.id)", as: PromotionView.self)
            #expect(
                view.steps.contains { $0.message.contains("takes away the digest pin of \(image)") },
                "\(view.steps)"
            )
            let head = try await rig.head()
            let second = try await rig.push("1.2.0")
            #expect(second.phase == "Succeeded")
            #expect(second.message == "nothing changed in Git")
            #expect(try await rig.head() == head)
        }
    }

    @Test func `Rule 9: a new branch appears with its first complete commit, and with no other`() async throws {
        let rig = try await RuleRig.one(replacing: true)
        try rig.repository.setHook(
            "update",
            "git ls-tree -r \"$3\" | grep -q kustomization.yaml || { echo incomplete >&2; exit 1; }"
        )
        try await rig.run {
            let promotion = try await rig.push("1.1.0")
            #expect(promotion.phase == "Succeeded", "\(promotion.message)")
            #expect(try await rig.repository.git("rev-list", "--count", "stage/test") == "1")
            #expect(rig.git.proxy.pushes == 1)
            #expect(try await rig.tag() == "1.1.0")
        }
    }
}
