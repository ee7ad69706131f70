import Foundation
import HoistwayModel
import HoistwayPorts
import HoistwayTestServers
import Testing

/// Stages in observe mode, beside another updater that pushes, and switched on one after the other.
struct ObservingTests {
    @Test func `What would have been pushed lies beside what another updater pushed, and then it is switched on`()
        async throws
    {
        let rig = try await Self.chain("{mode: observe}")
        try await rig.run {
            // What the other updater does of its own accord: late, with another digest, not at all, and more.
            try await Self.observe("1.1.0", rig)
            try await Self.theirs("1.1.0", digest: Payload.digest(of: rig.source.image("app"), tag: "1.1.0"), rig)
            try await Self.observe("1.2.0", rig)
            try await Self.theirs("1.2.0", digest: "sha256:" + String(repeating: "cd", count: 32), rig)
            try await Self.observe("1.3.0", rig)
            try await Self.theirs("0.9.0", digest: nil, rig)

            let compared = try await rig.served.command("compare", "shop/test", "--since", "1h")
            #expect(compared.status == 0, "\(compared.errors)")
            #expect(compared.text.contains("same 1, different 1, missed 1, extra 1"), "\(compared.text)")
            #expect(compared.text.contains("argocd-image-updater"))
            #expect(compared.text.contains("nobody pushed app:1.3.0"))
            let log = try await rig.repository.git("log", "--format=%s", "main")
            #expect(!log.contains("→"), "nothing was pushed by us")

            try Self.switchOn(rig)
            #expect(try await rig.served.command("reload").status == 0)
            #expect(try await rig.push("1.4.0").phase == "Succeeded")
            #expect(try await rig.tag(in: "envs/test/kustomization.yaml", on: "main") == "1.4.0")
            // prod is still observed: it goes by what test has really done, and pushes nothing.
            let prod = try await rig.served.lastPromotion(of: "prod", freightOf: "1.4.0")
            #expect(prod.branches.allSatisfy { !$0.pushed })
            #expect(try await rig.tag(in: "envs/prod/kustomization.yaml", on: "main") == "1.0.0")
        }
    }

    @Test func `What was only observed upstream is not good enough for a stage that promotes`() async throws {
        let rig = try await Self.chain("{stages: {test: {mode: observe}}}")
        try await rig.run {
            try await Self.observe("1.1.0", rig, stages: ["test"])
            let reason = try await rig.stage("prod").reason
            #expect(reason.contains("not verified in test yet, only observed"), "\(reason)")
            #expect(try await rig.tag(in: "envs/prod/kustomization.yaml", on: "main") == "1.0.0")
        }
    }

    @Test func `A stage that supersedes nothing brings all freight in its order`() async throws {
        let rig = try await RuleRig.one(options: "{stages: {test: {supersede: false}}}")
        try await rig.run {
            _ = try await rig.push("1.1.0")
            rig.git.proxy.isOpen = false
            for tag in ["1.2.0", "1.3.0", "1.4.0"] {
                #expect(try await rig.decided(tag).state == .done)
            }
            #expect(try await rig.promotions().filter { !$0.isOver }.count == 3)
            rig.git.proxy.isOpen = true
            _ = try await rig.served.lastPromotion(of: "test", freightOf: "1.4.0")
        }
        let log = try await rig.repository.git("log", "--reverse", "--format=%s", "main..stage/test")
        #expect(
            log
                == ["1.0.0 → 1.1.0", "1.1.0 → 1.2.0", "1.2.0 → 1.3.0", "1.3.0 → 1.4.0"].map { "app \($0) to test" }
                .joined(separator: "\n")
        )
    }

    // MARK: What happens

    /// Stages test and prod, one after the other, each with a folder of `main`.
    private static func chain(_ options: String) async throws -> RuleRig {
        try await RuleRig(
            files: { source in
                let text = Manifest.kustomization([(source.image("app"), "1.0.0")])
                return ["envs/test/kustomization.yaml": text, "envs/prod/kustomization.yaml": text]
            },
            stages: { url in
                [("test", [String]()), ("prod", ["test"])].map { name, upstream in
                    let steps = Manifest.inPlace(url, branch: "main", folder: "envs/\(name)")
                    return Manifest.stage(name, in: "shop", of: ["app"], after: upstream, steps: steps)
                }
            },
            options: options
        )
    }

    private static func observe(_ tag: String, _ rig: RuleRig, stages: [String] = ["test", "prod"]) async throws {
        #expect(try await rig.source.announce("app", tag, to: rig.served) == 202)
        for stage in stages {
            let promotion = try await rig.served.lastPromotion(of: stage, freightOf: tag)
            #expect(promotion.phase == "Succeeded", "\(stage): \(promotion.message)")
            #expect(promotion.branches.count == 1 && promotion.branches.allSatisfy { !$0.pushed })
        }
    }

    private static func theirs(_ tag: String, digest: String?, _ rig: RuleRig) async throws {
        var text = Manifest.kustomization([(rig.source.image("app"), tag)])
        if let digest { text += "    digest: \(digest)\n" }
        try await rig.repository.commit(
            ["envs/test/kustomization.yaml": text],
            message: "build: automatic update of app",
            by: "argocd-image-updater <noreply@argoproj.io>",
            at: Int(Date().timeIntervalSince1970)
        )
    }

    private static func switchOn(_ rig: RuleRig) throws {
        let text = try String(contentsOfFile: rig.served.configFile, encoding: .utf8)
        let changed = text.replacing(
            "projects: {shop: {mode: observe}}",
            with: "projects: {shop: {mode: observe, stages: {test: {mode: promote}}}}"
        )
        #expect(changed != text)
        try rig.served.folder.write(changed, to: "hoistway.yaml")
    }
}
