package import HoistwayModel
import HoistwayPorts

/// Looks at what a subscription follows, independent of events.
struct Discoverer: Sendable {
    /// How long one look at one subscription may take, however slow the server is.
    static let longestLook: Duration = .seconds(600)
    /// How long results wait for the warehouse's other subscriptions, so that one piece of freight has them all.
    static let patience: Duration = .seconds(30)

    let ports: EnginePorts
    /// Returns the present state.
    let present: @Sendable () async -> PipelineState

    let commits: CountedCommits

    /// Throws if there is no result; a failure besides a result is part of the observation.
    ///
    /// `nil` for a subscription that cannot be looked at.
    func check(at subscription: Subscription, of warehouse: WarehouseKey) async throws -> Observation? {
        let ports = ports
        return try await withThrowingTaskGroup(of: Observation?.self) { group in
            group.addTask { try await self.observe(subscription, of: warehouse) }
            group.addTask {
                try await ports.clock.sleep(for: Self.longestLook)
                throw LookFailure.tooLong(Self.longestLook)
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
    }

    private func observe(_ subscription: Subscription, of warehouse: WarehouseKey) async throws -> Observation? {
        let key = SubscriptionKey(warehouse: warehouse, subscription: subscription.id)
        let known = await present().subscriptions[key]
        switch subscription {
        case .image(let image):
            return try await ImageLook(registry: ports.registry, matcher: ports.matcher, image: image, known: known)
                .observe(key)
        case .git(let git):
            let remote = try ports.remotes.remote(
                git.repoURL,
                project: warehouse.project,
                insecureSkipTLSVerify: git.insecureSkipTLSVerify
            )
            return git.strategy == .newestFromBranch
                ? try await branch(key, of: git, known: known, remote: remote)
                : try await tags(key, of: git, known: known, remote: remote)
        case .chart(let chart):
            guard let charts = ports.charts else { return nil }
            let listing = try await charts.versions(of: ChartSource(chart), project: warehouse.project)
            let choice = ChartSelection.choose(among: listing, for: chart)
            return Observation(
                subscription: key,
                newest: choice.newest.map {
                    .chart(ChartArtifact(repoURL: chart.repoURL, name: chart.name, version: $0))
                },
                known: known,
                skipped: choice.skipped,
                failure: ChartSelection.absence(in: listing, of: chart)
            )
        }
    }

    private func branch(
        _ key: SubscriptionKey,
        of git: GitSubscription,
        known: SubscriptionRecord?,
        remote: any GitRemote
    ) async throws -> Observation {
        let wanted = git.branch.map { "refs/heads/" + $0 }
        let snapshot = try await remote.refs(prefixes: [wanted ?? "HEAD"])
        let head =
            (wanted ?? snapshot.defaultBranch).flatMap { snapshot.refs[$0] }
            ?? (wanted == nil ? snapshot.refs["HEAD"] : nil)
        guard let head else { throw LookFailure.noBranch(url: remote.displayURL, branch: git.branch) }
        let found = try await commits.newest(
            from: head,
            of: git,
            remote: remote,
            merges: known?.merges ?? []
        )
        let newest = found.newest.map { Artifact.commit(commits.artifact($0, of: git)) }
        // The known commit is below all commits that were searched.
        let deeper = found.isCut ? known?.newest : nil
        return Observation(
            subscription: key,
            newest: newest ?? deeper,
            head: head,
            known: known,
            leftOut: found.leftOut,
            merges: found.merges,
            failure: found.isCut && deeper == nil
                ? "none of the last \(CountedCommits.maxCommits) commits counts, and older ones are not searched" : nil
        )
    }

    private func tags(
        _ key: SubscriptionKey,
        of git: GitSubscription,
        known: SubscriptionRecord?,
        remote: any GitRemote
    ) async throws -> Observation {
        let snapshot = try await remote.refs(prefixes: ["refs/tags/"])
        let tags = snapshot.refs.keys.compactMap { CommitSelection.short($0, below: "refs/tags/") }
        var newest: CommitArtifact?
        var skipped: [String] = []
        for tag in CommitSelection.candidates(amongTags: tags, for: git, matcher: ports.matcher) {
            let ref = "refs/tags/" + tag
            guard let id = snapshot.refs[ref] else { continue }
            guard let named = try await commits.tag(tag, id, peeled: snapshot.peeled[ref], remote: remote) else {
                skipped.append("tag \(tag) names no commit")
                continue
            }
            let found = commits.artifact(named, of: git)
            if let newest, CommitSelection.compare(found, to: newest, for: git) != .newer { continue }
            if let reason = try await commits.rejection(of: named, for: git, remote: remote) {
                skipped.append("tag \(tag): \(reason)")
                continue
            }
            newest = found
            // By name, tags come newest first; by time, in any order.
            if git.strategy != .newestTag { break }
        }
        return Observation(subscription: key, newest: newest.map(Artifact.commit), known: known, skipped: skipped)
    }

}

/// Why a look has no result, if neither a registry nor a remote reports a failure.
package enum LookFailure: Diagnosable, Equatable {
    /// `branch`: `nil` for the default one.
    case noBranch(url: String, branch: String?)
    case tooLong(Duration)
    /// `expressionFilter` cannot be evaluated for a commit or a tag: nothing is taken, since the filter may be meant to
    /// exclude it.
    case filter(of: String, reason: String)
    /// At least one subscription of a warehouse failed; each with its reason.
    case some([String])

    package var message: String {
        switch self {
        case .noBranch(let url, let branch):
            branch.map { "\(url) has no branch \($0)" } ?? "\(url) has no commit on its default branch"
        case .filter(let candidate, let reason): "expressionFilter cannot be evaluated for \(candidate): \(reason)"
        case .tooLong(let limit): "the look took longer than \(limit)"
        case .some(let reasons): reasons.joined(separator: "; ")
        }
    }

    package var hint: String? {
        switch self {
        case .noBranch(_, .some): "create it, or correct `branch` of the subscription"
        case .filter: "correct `expressionFilter` of the subscription"
        case .noBranch, .tooLong, .some: nil
        }
    }

    package var retry: Retry { if case .filter = self { .never } else { .backoff } }
}

extension LookFailure: KindedFailure {
    package var kind: FailureKind {
        switch self {
        case .noBranch: .notFound
        case .tooLong: .timedOut
        case .filter: .refused
        case .some: .other
        }
    }
}
