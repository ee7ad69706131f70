import HoistwayModel
import HoistwayPorts
import Testing

@testable import HoistwayCommands

/// How warnings of a promotion are shown.
struct PromotionViewTests {
    private func view(_ warnings: [String], message: String = "") -> PromotionView {
        var record = PromotionRecord(
            id: PromotionID("prod.1.0123456"),
            stage: StageKey(project: "shop", name: "prod"),
            freight: FreightID("0123456"),
            collection: [:],
            actor: .automatic,
            reason: "new",
            steps: [],
            mode: .promote,
            createdAt: Timestamp(seconds: 0)
        )
        record.message = message
        record.warn(warnings)
        return PromotionView(record, summary: "app 1.1.0")
    }

    @Test func `a wait names its pull request once, the webhook, and the next look`() {
        var view = view([], message: "wait: the pull request #7 is open")
        view.phase = .running
        #expect(view.waitLine == nil && view.openPulls.isEmpty)
        view.nextTry = Timestamp(seconds: 60)
        #expect(view.waitLine?.hasSuffix("#7 is open; looks again at 1970-01-01T00:01:00Z") == true)
        var step = StepRecord(alias: "wait", uses: "git-wait-for-pr", status: .running)
        step.pullRequest = PullRequestWait(repository: "https://github.com/acme/ops", provider: nil, number: 7)
        let pull = PullRequest(
            number: 7,
            url: "https://github.com/acme/ops/pull/7",
            state: .open,
            sourceBranch: "promotion",
            targetBranch: "main",
            head: nil
        )
        step.pull = PromotedPull(pull, repository: "https://github.com/acme/ops")
        view.steps = [step]
        #expect(view.openPulls.map(\.url) == [pull.url])
        let end = "looks again at the host's webhook, at the latest at 1970-01-01T00:01:00Z"
        #expect(view.waitLine?.hasSuffix("#7 is open; \(end)") == true, "\(view.waitLine ?? "")")
        view.steps[0].pull?.isOpen = false
        #expect(view.openPulls.isEmpty)
    }

    @Test func `one that is not its turn yet says so too`() {
        var view = view([], message: "waits for promotion prod.0 of stage prod, which waits for pull request #7")
        view.phase = .pending
        #expect(view.waitLine == "prod.1.0123456 is Pending: \(view.message)")
    }

    @Test func `the list counts them behind the message`() {
        #expect(!PromotionView.sheet([view([], message: "pushed main")], .plain).text().contains("warning"))
        #expect(
            PromotionView.sheet([view(["a"], message: "pushed main")], .plain).text().hasSuffix(
                "pushed main (1 warning)"
            )
        )
        #expect(PromotionView.sheet([view(["a", "b"])], .plain).text().hasSuffix("2 warnings"))
    }

    @Test func `the promotion itself shows each, without a control character`() {
        let lines = view(["the tag app:1 is not pinned", "b\u{1B}[31m"]).detail.plain.split(separator: "\n")
        #expect(lines.contains("  warning  the tag app:1 is not pinned"))
        #expect(lines.count { $0.hasPrefix("  warning  ") } == 2)
        #expect(!view(["b\u{1B}[31m"]).detail.plain.contains("\u{1B}"))
    }

    @Test func `a dry run tells them before anything is done`() {
        var promotion = DryRun.Report.Promotion(
            stage: "shop/prod",
            freight: "0123456",
            summary: "app 1.1.0",
            reason: "new",
            phase: "Succeeded",
            message: "",
            branches: [],
            steps: [StepRecord(alias: "update", uses: "yaml-update", status: .succeeded, message: "set 1 value")],
            results: [StepResult(alias: "update", outputs: ["n": .number(1)], config: .map(["path": .string("a")]))]
        )
        promotion.warnings = ["besides images, a file changes"]
        let report = DryRun.Report(
            state: "done",
            reason: "",
            trace: [],
            freight: [],
            promotions: [promotion],
            stages: [],
            assumptions: []
        )
        #expect(report.text.plain.contains("  warning: besides images, a file changes"))
        #expect(
            report.text.plain.contains(
                """
                  - update (yaml-update) Succeeded: set 1 value
                      config   {"path":"a"}
                      outputs  {"n":1}
                """
            ),
            "\(report.text)"
        )
    }
}
