import HoistwayModel
import HoistwayPorts

/// Looks at branches at the start, when the configuration changes, after a push event, and every few minutes.
struct SurveyService: Sendable {
    static let interval: Duration = .seconds(300)
    /// The first pause before stages with an unreachable repository are looked at again; it doubles each time, up to
    /// the interval.
    static let firstRetry: Duration = .seconds(2)

    let core: EngineCore

    func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask { await checkAll() }
            // In its own task: a survey of all branches may take long, and a push event must be handled at once.
            group.addTask { await checkNews() }
        }
    }

    private func checkNews() async {
        while !Task.isCancelled {
            let seen = core.branchNews.some.count
            let told = core.branchNews.take()
            if !told.isEmpty {
                do {
                    try await BranchSurvey(core: core).checkKnownBranches(of: told)
                } catch {
                    guard !Task.isCancelled else { return }
                    core.report(error, "the state of a branch cannot be stored; the branch is read again")
                    core.branchNews.tellAll()
                }
            }
            await core.branchNews.some.wait(since: seen)
        }
    }

    private func checkAll() async {
        var retry = Self.firstRetry
        while !Task.isCancelled {
            let seen = core.branchNews.all.count
            let missing = await check()
            let pause = missing > 0 ? retry : Self.interval
            retry = missing > 0 ? min(retry * 2, Self.interval) : Self.firstRetry
            await core.branchNews.all.wait(since: seen, atMost: pause, by: core.ports.clock)
        }
    }

    /// Returns how many stages could not be looked at.
    private func check() async -> Int {
        let survey = BranchSurvey(core: core)
        do {
            let missing = try await survey.checkNewStages()
            try await survey.checkKnownBranches()
            return missing
        } catch {
            guard !Task.isCancelled else { return 0 }
            core.report(error, "the state of branches cannot be stored; the branches are read again")
            return 1
        }
    }
}
