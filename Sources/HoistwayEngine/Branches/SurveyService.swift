import HoistwayModel
import HoistwayPorts

/// Looks at branches at the start, when the configuration changes, when a push is told of, and every few minutes.
struct SurveyService: Sendable {
    static let interval: Duration = .seconds(300)
    /// Until stages are looked at again whose repository could not be reached; doubled each time, up to the interval.
    static let firstRetry: Duration = .seconds(2)

    let core: EngineCore

    func run() async {
        var retry = Self.firstRetry
        while !Task.isCancelled {
            let seen = core.branchNews.rings
            let missing = await look()
            let pause = missing > 0 ? retry : Self.interval
            retry = missing > 0 ? min(retry * 2, Self.interval) : Self.firstRetry
            await core.branchNews.wait(since: seen, atMost: pause, by: core.ports.clock)
        }
    }

    /// How many stages could not be looked at.
    private func look() async -> Int {
        let survey = BranchSurvey(core: core)
        do {
            let missing = try await survey.lookAtNewStages()
            try await survey.lookAtKnownBranches()
            return missing
        } catch {
            guard !Task.isCancelled else { return 0 }
            core.report(error, "what was found on branches cannot be stored; they are looked at again")
            return 1
        }
    }
}
