import HoistwayModel
import HoistwayPorts
import HoistwayTestServers
import Testing

/// Promotions that are looked at before they are asked for, on a real Git server, by the command line.
struct PromotedPreviewTests {
    @Test func `the branch afterwards has exactly the difference that was shown`() async throws {
        let rig = try await PreviewRig.inPlace()
        try await rig.run {
            let freight = try await rig.freight("1.1.0")
            let before = try #require(try await rig.rig.head())
            let view = try await rig.preview(freight)
            #expect(try await rig.rig.head() == before)
            #expect(try await rig.rig.promotions().isEmpty)
            let shown = try #require(view.branches.first)
            #expect(shown.base.hex == before)
            let text = try await rig.rig.served.command("promote", "test", freight, "--dry-run").text
            #expect(text.contains("newTag: 1.1.0"), "\(text)")
            #expect(text.contains("--preview "), "\(text)")

            let promotion = try await rig.promote(freight, "--preview", view.id)
            #expect(promotion.phase == .succeeded, "\(promotion.message)")
            #expect(promotion.preview == view.id)
            let pushed = try await rig.rig.repository.git("diff", "--full-index", "\(before)..stage/test")
            let files = try #require(shown.files.first?.diff)
            // Git itself shortens ids otherwise.
            func lines(_ text: String) -> [Substring] { text.split(separator: "\n").filter { !$0.hasPrefix("index ") } }
            #expect(lines(pushed) == lines(files))
            #expect(try await rig.rig.repository.git("rev-parse", "stage/test^{tree}") == shown.tree.hex)
        }
    }

    @Test func `where the file moved meanwhile, nothing is pushed; where another one did, it is`() async throws {
        let rig = try await PreviewRig.inPlace()
        try await rig.run {
            let freight = try await rig.freight("1.1.0")
            let first = try await rig.preview(freight)
            let file = "env/kustomization.yaml"
            try await rig.commit(try await rig.rig.text(file) + "# theirs\n", to: file)
            let moved = try await rig.rig.head()
            let outdated = try await rig.promote(freight, "--preview", first.id)
            #expect(outdated.phase == .failed)
            #expect(outdated.code == "preview-outdated")
            #expect(outdated.outdated?.branches.first?.shown == first.branches.first?.digest)
            #expect(outdated.message.contains(file), "\(outdated.message)")
            #expect(try await rig.rig.head() == moved)

            let second = try await rig.preview(freight)
            try await rig.commit("theirs\n", to: "elsewhere.txt")
            let promotion = try await rig.promote(freight, "--preview", second.id)
            #expect(promotion.phase == .succeeded, "\(promotion.message)")
            #expect(try await rig.rig.text("elsewhere.txt") == "theirs\n")
            #expect(try await rig.rig.tag() == "1.1.0")
        }
    }

    @Test func `what exceeds the limits is accepted by the digest that the preview names`() async throws {
        let rig = try await PreviewRig.inPlace(options: "{stages: {test: {limits: {changedFiles: 0}}}}")
        try await rig.run {
            let freight = try await rig.freight("1.1.0")
            let view = try await rig.preview(freight)
            let digest = try #require(view.acceptanceNeeded.first)
            let refused = try await rig.rig.served.command("promote", "test", freight, "--preview", view.id)
            #expect(refused.status == 4)
            #expect(refused.errors.contains("--accept \(digest)"), "\(refused.errors)")
            // A tree id is taken for the last time.
            let tree = try #require(view.branches.first?.tree.hex)
            let old = try await rig.rig.served.command("promote", "test", "no-such-freight", "--accept", tree)
            #expect(old.errors.contains("warning: --accept takes the digest"), "\(old.errors)")
            let promotion = try await rig.promote(freight, "--preview", view.id, "--accept", digest)
            #expect(promotion.phase == .succeeded, "\(promotion.message)")
            #expect(try await rig.rig.tag() == "1.1.0")
        }
    }

    @Test func `killed after the click, the promotion pushes once what was shown`() async throws {
        let rig = try await PreviewRig.inPlace()
        try await rig.run {
            let freight = try await rig.freight("1.1.0")
            let before = try await rig.rig.repository.git("rev-list", "--count", "stage/test")
            let view = try await rig.preview(freight)
            let click = try await rig.rig.served.command("promote", "test", freight, "--preview", view.id)
            #expect(click.status == 0, "\(click.errors)")
            rig.rig.served.kill()
            try await rig.rig.served.start()
            let promotion = try await rig.rig.served.lastPromotion(of: "test")
            #expect(promotion.phase == "Succeeded", "\(promotion.message)")
            #expect(try await rig.rig.repository.git("rev-parse", "stage/test^{tree}") == view.branches.first?.tree.hex)
            let after = try await rig.rig.repository.git("rev-list", "--count", "stage/test")
            #expect(Int(after) == Int(before).map { $0 + 1 })
            // It was kept in memory.
            let late = try await rig.rig.served.command("promote", "test", freight, "--preview", view.id)
            #expect(late.errors.contains("there is no preview"), "\(late.errors)")
        }
    }
}
