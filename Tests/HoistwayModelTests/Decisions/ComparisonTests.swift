import HoistwayModel
import Testing

/// What would have been pushed, beside what others have pushed.
struct ComparisonTests {
    private let start: Int64 = 1_800_000_000

    private func image(
        _ tag: String?,
        digest: String? = nil,
        name: String = "reg.test/shop/app",
        file: String = "prod/kustomization.yaml"
    ) -> PromotedImage {
        PromotedImage(file: file, name: name, tag: tag, digest: digest)
    }

    private func wish(
        _ image: PromotedImage,
        at seconds: Int64 = 0,
        promotion: String = "prod.01.0123456",
        branch: String = "main"
    ) -> Comparison.Observed {
        Comparison.Observed(
            promotion: PromotionID(promotion),
            at: Timestamp(seconds: start + seconds),
            branch: branch,
            image: image
        )
    }

    private func push(_ image: PromotedImage, at seconds: Int64 = 0, branch: String = "main") -> Comparison.Pushed {
        Comparison.Pushed(
            commit: ObjectID(String(repeating: "7", count: 40)) ?? .zero,
            at: Timestamp(seconds: start + seconds),
            author: "Kargo",
            branch: branch,
            image: image
        )
    }

    private func verdicts(_ observed: [Comparison.Observed], _ pushed: [Comparison.Pushed]) -> [Comparison.Verdict] {
        Comparison.rows(observed: observed, pushed: pushed).map(\.verdict)
    }

    @Test func `of nothing there is nothing to tell`() {
        #expect(Comparison.rows(observed: [], pushed: []) == [])
    }

    @Test func `the same entry is the same, with both sides in the row`() throws {
        let entry = image("1.1.0", digest: "sha256:0123456789")
        let row = try #require(Comparison.rows(observed: [wish(entry)], pushed: [push(entry, at: 30)]).first)
        #expect(row.verdict == .same)
        #expect(row.ours == "app:1.1.0@sha256:0123456")
        #expect(row.theirs == row.ours)
        #expect(row.promotion == "prod.01.0123456")
        #expect(row.commit == String(repeating: "7", count: 40))
        #expect(row.observedAt == Timestamp(seconds: start))
        #expect(row.pushedAt == Timestamp(seconds: start + 30))
        #expect(row.text == "Kargo pushed the same 30 s later")
    }

    @Test(arguments: [(0, "in the same second"), (-90, "90 s earlier"), (150, "2 m later"), (7200, "2 h later")])
    func `the time between both is told from the one who would have pushed`(_ gap: Int64, _ words: String) {
        let rows = Comparison.rows(observed: [wish(image("1"))], pushed: [push(image("1"), at: gap)])
        #expect(rows.map(\.text) == ["Kargo pushed the same \(words)"])
    }

    @Test func `the same version with another digest, or without one, is different`() {
        let ours = image("1.1.0", digest: "sha256:0123456789")
        let rows = Comparison.rows(
            observed: [wish(ours), wish(ours, at: 1)],
            pushed: [push(image("1.1.0", digest: "sha256:ab"), at: 2), push(image("1.1.0"), at: 3)]
        )
        #expect(rows.map(\.verdict) == [.different, .different])
        #expect(
            rows.map(\.text) == [
                "Kargo pushed app:1.1.0@sha256:ab 2 s later, where it would have been app:1.1.0@sha256:0123456",
                "Kargo pushed app:1.1.0 2 s later, where it would have been app:1.1.0@sha256:0123456",
            ]
        )
    }

    @Test func `the very entry is preferred to an earlier one of the same version`() {
        let ours = image("1.1.0", digest: "sha256:01")
        let rows = Comparison.rows(
            observed: [wish(ours)],
            pushed: [push(image("1.1.0"), at: 1), push(ours, at: 2)]
        )
        #expect(rows.map(\.verdict) == [.same, .extra])
    }

    @Test func `another version is missed on one side and extra on the other`() {
        let rows = Comparison.rows(observed: [wish(image("1.1.0"))], pushed: [push(image("1.2.0"), at: 5)])
        #expect(rows.map(\.verdict) == [.missed, .extra])
        #expect(rows[0].text == "nobody pushed app:1.1.0 to main")
        #expect(rows[0].theirs == nil && rows[0].commit == nil && rows[0].pushedAt == nil)
        #expect(rows[1].text == "Kargo pushed app:1.2.0, which no promotion would have")
        #expect(rows[1].ours == nil && rows[1].promotion == nil && rows[1].observedAt == nil)
    }

    @Test func `a push stands for one promotion only`() {
        #expect(verdicts([wish(image("1")), wish(image("1"), at: 1)], [push(image("1"), at: 2)]) == [.same, .missed])
        #expect(verdicts([wish(image("1"))], [push(image("1"), at: 2), push(image("1"), at: 3)]) == [.same, .extra])
    }

    @Test func `of two promotions in one moment the one with the smaller name has the first push`() throws {
        let rows = Comparison.rows(
            observed: [wish(image("1"), promotion: "prod.02.b"), wish(image("1"), promotion: "prod.01.a")],
            pushed: [push(image("1"), at: 2)]
        )
        let same = try #require(rows.first { $0.verdict == .same })
        #expect(same.promotion == "prod.01.a")
    }

    @Test func `another branch, another file and another image are other things`() {
        let ours = wish(image("1"))
        #expect(verdicts([ours], [push(image("1"), branch: "next")]) == [.missed, .extra])
        #expect(verdicts([ours], [push(image("1", file: "uat/kustomization.yaml"))]) == [.missed, .extra])
        #expect(verdicts([ours], [push(image("1", name: "reg.test/other/app"))]) == [.extra, .missed])
    }

    @Test func `a digest alone is compared as it stands`() {
        let ours = image(nil, digest: "sha256:01")
        #expect(verdicts([wish(ours)], [push(ours)]) == [.same])
        #expect(verdicts([wish(ours)], [push(image(nil, digest: "sha256:02"))]) == [.different])
        #expect(ours.summary == "app@sha256:01")
        #expect(image(nil).summary == "app")
    }

    @Test func `rows stand in the order of time, whoever was first`() {
        let rows = Comparison.rows(
            observed: [wish(image("3"), at: 30), wish(image("1"), at: 10)],
            pushed: [push(image("2"), at: 20), push(image("0"), at: 0)]
        )
        #expect(rows.map { $0.ours ?? $0.theirs ?? "" } == ["app:0", "app:1", "app:2", "app:3"])
    }
}
