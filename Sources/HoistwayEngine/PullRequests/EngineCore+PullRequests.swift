import HoistwayModel
import HoistwayPorts
import HoistwaySteps

extension EngineCore {
    /// How the steps of a promotion access pull requests; `nil`: there is no access to Git hosts.
    func forgeAccess(for record: PromotionRecord) -> ForgeAccess? {
        guard let forges = ports.forges else { return nil }
        return ForgeAccess(forges: forges, author: configuration.author, link: promotionLink(record))
    }

    /// The page about a promotion; `nil`: the console's address is not configured.
    func promotionLink(_ record: some OutlinedPromotion) -> String? {
        configuration.publicURL.flatMap { PublicAddress($0) }?.promotion(record.id, project: record.stage.project)
    }

    /// The pause before the next look of a waiting promotion: those that wait to merge at one host share its request
    /// limit.
    ///
    /// - Parameter pause: the pause that the step requests.
    func patience(of record: PromotionRecord, pause: Duration) async -> Duration {
        guard let wait = record.awaitedPullRequest, wait.isMerge else { return pause }
        let place = ForgePlace(wait.repository, project: record.stage.project)
        let others = await ledger.snapshot.openPromotions.count { other in
            guard other.id != record.id, let wait = other.awaitedPullRequest, wait.isMerge
            else { return false }
            return ForgePlace(wait.repository, project: other.stage.project) == place
        }
        guard others > 0 else { return pause }
        // A look that tries to merge sends up to four requests.
        let shared = Duration.seconds(4 * 3600 / PollBook.perHour) * (others + 1)
        return max(pause, shared * (1 + Double(ports.random() % 1000) / 4000))
    }

    /// Wakes promotions whose pull requests have events, so that they look at once.
    ///
    /// An event only wakes: the host is asked for the result. An event about another repository, or from a receiver
    /// that may not report about the repository or the project, wakes nothing.
    ///
    /// - Returns: a sentence for each event that names the woken promotions; and whether an event matched one.
    func wake(
        _ events: [Event],
        from source: EventSource,
        into transaction: inout Ledger.Transaction
    ) -> (lines: [String], isMatched: Bool) {
        var lines: [String] = []
        var isMatched = false
        for event in events {
            let limited = if let scope = source.scope { scope.limiting(event) } else { Optional(event) }
            guard case .pullRequest(let request)? = limited else { continue }
            pullRequestNews.note(request, projects: source.projects)
            var woken: [String] = []
            for var record in transaction.state.openPromotions {
                guard let wait = record.awaitedPullRequest, wait.concerns(request),
                    source.projects.map({ $0.contains(record.stage.project) }) ?? true
                else { continue }
                woken.append(record.id.text)
                guard record.nextTry != nil else { continue }
                record.nextTry = nil
                transaction.put(.putPromotion(record))
            }
            let what = "pull request \(request.number) \(request.action.rawValue)"
            if woken.isEmpty, let opener = Self.opener(of: request, for: source.projects, in: transaction.state) {
                lines.append(
                    "\(what): it is of promotion \(opener.id), which "
                        + (opener.phase.isTerminal ? "no longer waits for it" : "does not wait for it at present")
                )
                isMatched = true
                continue
            }
            lines.append(
                woken.isEmpty
                    ? "\(what): no promotion waits for it"
                    : woken.count == 1
                        ? "\(what): woke promotion \(woken[0]), which waits for it"
                        : "\(what): woke promotions \(Listing.text(woken)), which wait for it"
            )
            isMatched = isMatched || !woken.isEmpty
        }
        return (lines, isMatched)
    }

    /// The promotion that has opened a pull request, or is opening it: the branch is the promotion's own.
    private static func opener(
        of request: PullRequestEvent,
        for projects: [String]?,
        in state: PipelineState
    ) -> KnownPromotion? {
        state.proposingPromotions.filter { record in
            projects.map { $0.contains(record.stage.project) } ?? true
                && record.arrivals.contains { branch in
                    branch.pushed && branch.branch == request.sourceBranch && branch.kind != .tag
                        && RepositoryKey(url: branch.remote).map(request.repoKeys.contains) ?? false
                }
        }.max { $0.id < $1.id }
    }
}
