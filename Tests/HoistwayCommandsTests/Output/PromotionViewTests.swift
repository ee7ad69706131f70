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

    @Test func `a wait names the pull request's address, the webhook, and the next look`() {
        var view = view([], message: "wait: waits for pull request #7")
        view.phase = .running
        #expect(Promote.wait(of: view) == "prod.1.0123456 is Running: wait: waits for pull request #7")
        view.nextTry = Timestamp(seconds: 60)
        #expect(Promote.wait(of: view).hasSuffix("#7; looks again at 1970-01-01T00:01:00Z"))
        let url = "https://github.com/acme/ops/pull/7"
        var step = StepRecord(alias: "wait", uses: "git-wait-for-pr", status: .running)
        step.pullRequest = PullRequestWait(repository: "https://github.com/acme/ops", provider: nil, number: 7)
        step.pull = PromotedPull(
            PullRequest(
                number: 7,
                url: url,
                state: .open,
                sourceBranch: "promotion",
                targetBranch: "main",
                head: nil
            ),
            repository: "https://github.com/acme/ops"
        )
        view.steps = [step]
        #expect(
            Promote.wait(of: view).hasSuffix(
                "#7 (\(url)); it looks again when the host's webhook tells of it, at the latest at 1970-01-01T00:01:00Z"
            )
        )
    }

    @Test func `a dry run shows of the promotions that are there what the event wakes or replaces`() {
        func record(_ phase: PromotionPhase, gaveWayTo: PromotionID? = nil) -> PipelineState {
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
            record.phase = phase
            record.gaveWayTo = gaveWayTo
            var state = PipelineState()
            state.promotions[record.id] = record
            return state
        }
        let id = PromotionID("prod.1.0123456")
        func isCaused(_ before: PipelineState, _ after: PipelineState, _ trace: [String] = []) -> Bool {
            DryRun.isCaused(id, before: before, after: after, trace: trace)
        }
        #expect(isCaused(PipelineState(), record(.succeeded)))
        #expect(!isCaused(record(.running), record(.succeeded)))
        #expect(isCaused(record(.running), record(.aborted, gaveWayTo: PromotionID("prod.2"))))
        #expect(isCaused(record(.running), record(.succeeded), ["pull request 7 merged: woke \(id)"]))
        #expect(!isCaused(record(.succeeded), record(.succeeded), ["pull request 7 merged: woke \(id)"]))
    }

    @Test func `the list counts them behind the message`() {
        #expect(!PromotionView.table([view([], message: "pushed main")]).contains("warning"))
        #expect(PromotionView.table([view(["a"], message: "pushed main")]).hasSuffix("pushed main (1 warning)"))
        #expect(PromotionView.table([view(["a", "b"])]).hasSuffix("2 warnings"))
    }

    @Test func `the promotion itself shows each, without a control character`() {
        let lines = view(["the tag app:1 is not pinned", "b\u{1B}[31m"]).detail.split(separator: "\n")
        #expect(lines.contains("  warning  the tag app:1 is not pinned"))
        #expect(lines.count { $0.hasPrefix("  warning  ") } == 2)
        #expect(!view(["b\u{1B}[31m"]).detail.contains("\u{1B}"))
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
        #expect(report.text.contains("  warning: besides images, a file changes"))
        #expect(
            report.text.contains(
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
