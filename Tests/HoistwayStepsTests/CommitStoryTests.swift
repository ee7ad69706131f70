import HoistwayModel
import HoistwayPorts
import HoistwaySteps
import HoistwayTestKit
import Testing

/// What a commit of ours tells, read back from its message.
struct CommitStoryTests {
    private static let trailers = """
        Hoistway-Promotion: prod.01.0123456
        Hoistway-Freight: 0123456789abcdef0123456789abcdef01234567
        Hoistway-Stage: demo/prod
        """

    private func story(_ body: String) throws -> CommitStory {
        try #require(CommitStory(message: "checkout 1 → 2 to prod\n\n\(body)\n\n\(Self.trailers)\n"))
    }

    private func image(_ url: String) -> Subscription {
        .image(ImageSubscription(repoURL: url, key: ImageKey(normalised: url), place: Bench.place))
    }

    private func git(_ url: String, _ strategy: GitSubscription.Strategy = .newestFromBranch) throws -> Subscription {
        let key = try #require(RepositoryKey(url: url))
        return .git(GitSubscription(repoURL: url, key: key, strategy: strategy, place: Bench.place))
    }

    // MARK: The message

    @Test func `what a promotion commits is read back as the freight that it brought`() async throws {
        let commit = try #require(ObjectID("955658b6324df47355b3a0a005f18a6d11875d12"))
        var bench = Bench()
        bench.freight.artifacts += [
            .commit(
                CommitArtifact(
                    repoURL: "https://git.test/app.git",
                    id: commit,
                    branch: "main",
                    message: "Fix (the) till: @home",
                    author: "Ada <ada@example.com>"
                )
            ),
            .chart(ChartArtifact(repoURL: "oci://reg.test/charts/shop", name: "", version: "2.0.0")),
        ]
        try await bench.remote.seed(files: ["prod/kustomization.yaml": "a: 1\n"])
        var run = bench.run(Bench.commitKustomization())
        #expect(try await bench.finish(&run).phase == .succeeded)

        let message = try await bench.remote.commit(#require(bench.remote.head("main"))).message
        let story = try #require(CommitStory(message: message))
        #expect(story.promotion == PromotionID("prod.01hzy3x8p2q6v9w4t7r5s1n0mk.0123456"))
        #expect(story.freight == bench.freight.id)
        #expect(story.stage == "demo/prod")
        let piece = try #require(story.pieces.first)
        #expect(story.pieces.count == 1)
        #expect([piece.shortID, piece.alias, piece.warehouse] == ["0123456", "brave-otter", "shop"])

        let chart = ChartSubscription(
            repoURL: "oci://reg.test/charts/shop",
            name: "",
            semverConstraint: nil,
            place: Bench.place
        )
        let subscriptions = [
            image("reg.test/shop/checkout"), try git("https://git.test/app.git"), .chart(chart),
        ]
        let artifacts = try #require(piece.artifacts(of: subscriptions))
        #expect(artifacts[0] == Bench.image("reg.test/shop/checkout", "1.4.3"))
        let read = CommitArtifact(repoURL: "https://git.test/app.git", id: commit, branch: "main")
        #expect(artifacts[1] == .commit(read))
        #expect(artifacts[2] == bench.freight.artifacts[2])
    }

    @Test(arguments: ["Hoistway-Promotion", "Hoistway-Freight", "Hoistway-Stage"])
    func `without one of the trailers it is no commit of a promotion`(_ missing: String) {
        let lines = Self.trailers.split(separator: "\n").filter { !$0.hasPrefix(missing) }
        #expect(CommitStory(message: "x\n\n" + lines.joined(separator: "\n")) == nil)
        #expect(CommitStory(message: "") == nil)
    }

    @Test func `each piece of freight has the lines below its own heading`() throws {
        let story = try story(
            """
            - reg.test/early:1@sha256:aa
            Freight 0123456 (brave-otter) of warehouse shop:
            - reg.test/a:1@sha256:aa
            - reg.test/b:2@sha256:bb
            Freight abcdef0 of warehouse base:
            - git.test/app 955658b6324df47355b3a0a005f18a6d11875d12 (main)
            not a line of ours

            Promoted to stage prod of project demo by auto-promotion
            - reg.test/late:3@sha256:cc
            Freight fffffff of warehouse late:
            """
        )
        #expect(story.pieces.map(\.shortID) == ["0123456", "abcdef0"])
        #expect(story.pieces.map(\.alias) == ["brave-otter", ""])
        #expect(story.pieces.map(\.warehouse) == ["shop", "base"])
        #expect(story.pieces[0].artifacts == ["reg.test/a:1@sha256:aa", "reg.test/b:2@sha256:bb"])
        #expect(story.pieces[1].artifacts.count == 1)
    }

    @Test(arguments: [
        "Freight 0123456 (brave-otter) of warehouse shop", "Freight 01234567 of warehouse shop:",
        "Freight 0123456 of warehouse two words:", "Freight 0123456 of shop:", "Freight 0123456 from warehouse shop:",
        "Freight 0123456 (brave otter) of warehouse shop:", "Freight :", "Freight 0123456:",
        "> Freight 0123456 of warehouse shop:",
    ])
    func `a line that is nearly a heading is none`(_ line: String) throws {
        #expect(try story(line).pieces == [])
    }

    @Test func `a message with lines of another system is read as well`() throws {
        let text = "x\r\n\r\nFreight 0123456 of warehouse shop:\r\n- reg.test/a:1@sha256:aa\r\n\r\n"
        let trailers = Self.trailers.split(separator: "\n").joined(separator: "\r\n")
        let story = try #require(CommitStory(message: text + trailers))
        #expect(story.pieces.first?.artifacts == ["reg.test/a:1@sha256:aa"])
    }

    // MARK: The artifacts

    private func piece(_ lines: String...) -> CommitStory.Piece {
        var piece = try? story("Freight 0123456 of warehouse shop:").pieces.first  // A heading that is read above.
        piece?.artifacts = lines
        guard let piece else { preconditionFailure("a heading is a piece") }
        return piece
    }

    @Test func `artifacts stand in the order of the subscriptions, not in that of the lines`() throws {
        let piece = piece("reg.test/b:2@sha256:bb", "reg.test/a:1@sha256:aa")
        let found = try #require(piece.artifacts(of: [image("reg.test/a"), image("reg.test/b")]))
        let expected = [("reg.test/a", "1", "sha256:aa"), ("reg.test/b", "2", "sha256:bb")].map {
            Artifact.image(ImageArtifact(repoURL: $0.0, tag: $0.1, digest: $0.2))
        }
        #expect(found == expected)
    }

    @Test func `a subscription without a line makes the whole unclear`() {
        #expect(piece("reg.test/a:1@sha256:aa").artifacts(of: [image("reg.test/a"), image("reg.test/b")]) == nil)
        #expect(piece().artifacts(of: [image("reg.test/a")]) == nil)
        #expect(piece("reg.test/a:1@sha256:aa").artifacts(of: []) == [])
    }

    @Test(arguments: [
        "reg.test/a:1", "reg.test/a@sha256:aa", "reg.test/a:1@sha256:aa@sha256:bb", "reg.test/abc:1@sha256:aa",
        " reg.test/a:1@sha256:aa", "reg.test/a:@sha256:aa",
    ])
    func `a line that does not name image, tag and digest clearly is none`(_ line: String) {
        #expect(piece(line).artifacts(of: [image("reg.test/a")]) == nil)
    }

    @Test func `a registry with a port keeps its port`() {
        let found = piece("reg.test:5000/a:1@sha256:aa").artifacts(of: [image("reg.test:5000/a")])
        #expect(found == [.image(ImageArtifact(repoURL: "reg.test:5000/a", tag: "1", digest: "sha256:aa"))])
    }

    @Test func `what stands in parentheses is a branch or a tag, as the subscription says`() throws {
        let line = "git.test/app 955658b6324df47355b3a0a005f18a6d11875d12 (v1.2.0): Fix (it)"
        let id = try #require(ObjectID("955658b6324df47355b3a0a005f18a6d11875d12"))
        let url = "https://git.test/app.git"
        let branch = piece(line).artifacts(of: [try git(url)])
        #expect(branch == [.commit(CommitArtifact(repoURL: url, id: id, branch: "v1.2.0"))])
        for strategy in GitSubscription.Strategy.allCases where strategy != .newestFromBranch {
            let tag = piece(line).artifacts(of: [try git(url, strategy)])
            #expect(tag == [.commit(CommitArtifact(repoURL: url, id: id, tag: "v1.2.0"))])
        }
    }

    @Test func `a commit without a ref has neither, also where its message has parentheses`() throws {
        let id = try #require(ObjectID("955658b6324df47355b3a0a005f18a6d11875d12"))
        let url = "https://git.test/app.git"
        let found = piece("git.test/app \(id): Fix (it)").artifacts(of: [try git(url)])
        #expect(found == [.commit(CommitArtifact(repoURL: url, id: id))])
        #expect(piece("git.test/app 955658b (main)").artifacts(of: [try git(url)]) == nil)
        #expect(piece("git.test/apple \(id) (main)").artifacts(of: [try git(url)]) == nil)
    }

    @Test func `a chart needs its repository, its name and one version`() {
        let chart = Subscription.chart(
            ChartSubscription(repoURL: "https://charts.test", name: "shop", semverConstraint: nil, place: Bench.place)
        )
        let found = piece("https://charts.test shop 2.0.0").artifacts(of: [chart])
        #expect(found == [.chart(ChartArtifact(repoURL: "https://charts.test", name: "shop", version: "2.0.0"))])
        #expect(piece("https://charts.test other 2.0.0").artifacts(of: [chart]) == nil)
        #expect(piece("https://charts.test shop 2.0.0 or so").artifacts(of: [chart]) == nil)
    }
}
