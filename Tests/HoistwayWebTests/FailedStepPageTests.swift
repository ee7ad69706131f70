import HoistwayModel
import HoistwayPorts
import Testing

@testable import HoistwayWeb

/// A promotion that failed names its step wherever it is shown.
struct FailedStepPageTests {
    @Test func `the page of the promotion, the stage and its card name the step with what to do`() async throws {
        try await RunningWeb.with { web async throws in
            let tab = try await web.signedIn(as: "promote")
            let promotion = Shop.promotion(of: "prod-eu", .failed, number: 2).id
            let said = "Step git-push failed: push to stage/prod-eu refused: it has moved"
            for path in ["/projects/shop/promotions/\(promotion)", "/projects/shop/stages/prod-eu"] {
                let page = try await tab.get(path).body
                #expect(page.contains("<strong>\(said)</strong>"), "\(path)")
                #expect(page.contains("<p class=\"hint\">Adopt the branch</p>"), "\(path)")
            }
            // The stage's history has it as well.
            let stage = try await tab.get("/projects/shop/stages/prod-eu").body
            #expect(stage.contains("<td data-label=\"Message\">\(said)</td>"))
            let card = "Last promotion: step git-push failed: push to stage/prod-eu refused: it has moved"
            for view in ["graph", "list"] {
                let page = try await tab.get("/projects/shop?view=\(view)").body
                #expect(page.contains("title=\"\(card); adopt the branch\">\(card)<"), "\(view)")
            }
        }
    }

    @Test func `a step with a name of its own is named with its kind`() throws {
        var record = Shop.record(of: "prod-eu", .failed, number: 2)
        record.stepRecords[1].alias = "push"
        let step = FailedStepView(try #require(StepName(ofFailed: record)))
        #expect(step.words == "step push (git-push)")
        #expect(FailureWords.start(step) == "Step push (git-push) failed: ")
        record.stepRecords[1].alias = "step-5"
        #expect(StepName(ofFailed: record).map(FailedStepView.init)?.words == "step 5 (git-push)")
    }

    @Test func `what is no fault of a step names none`() {
        var record = Shop.record(of: "prod-eu", .failed, number: 2)
        record.stepRecords[1].status = .succeeded
        #expect(StepName(ofFailed: record) == nil)
        #expect(StepName(ofFailed: Shop.record(of: "prod-eu", .succeeded, number: 2)) == nil)
    }

    @Test func `what was passed over counts only where nothing else is wrong`() {
        var record = Shop.record(of: "prod-eu", .failed, number: 2)
        record.stepRecords[0].status = .failed
        record.steps[0].continueOnError = true
        #expect(record.failedStep?.alias == "git-push")
        record.stepRecords[1].status = .succeeded
        #expect(record.failedStep?.alias == "git-clone")
    }
}
