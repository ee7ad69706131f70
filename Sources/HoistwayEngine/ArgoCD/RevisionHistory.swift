package import HoistwayModel
import HoistwayPorts
import Synchronization

/// Finds out whether the live revision contains the desired one.
///
/// Several stages may write one branch: then Argo CD may have a later commit live than the one that a promotion has
/// pushed. The answer comes from Hoistway's own pushes, otherwise from the branch's history.
///
/// Safe to use concurrently. The answer for two commits never changes, so it is cached, up to a limit.
package struct RevisionHistory: Sendable {
    /// How many commits below the live one are looked at.
    static let maxCommits = 500

    let core: EngineCore
    let answers: RevisionAnswers

    /// - Parameters:
    ///   - desired: a full commit id, or the name of a tag or a branch; for a chart its version.
    ///   - live: as Argo CD names it.
    ///   - source: the Application's source.
    ///   - project: the project whose credentials are used.
    package func standing(
        of live: String,
        toward desired: String,
        source: ApplicationSource,
        project: String
    ) async -> RevisionStanding {
        if desired.isEmpty || desired == live { return .contained }
        guard source.chart.isEmpty, !source.repoURL.hasPrefix("oci://") else { return .absent }
        guard let live = ObjectID(live) else {
            return live.isEmpty ? .absent : .unknown("Argo CD names no commit: \(ShownText.quoted(live))")
        }
        do {
            let remote = try remote(of: source.repoURL, project: project)
            guard let desired = try await commit(named: desired, in: remote) else {
                return .unknown("\(remote.displayURL) has no \(ShownText.quoted(desired))")
            }
            if desired == live { return .contained }
            if await isKnown(desired, in: live, source, remote: remote) { return .contained }
            return try await history(desired, live, remote)
        } catch {
            return .unknown(message(of: error))
        }
    }

    /// The repository by the URL that the project's stages use: its credentials are listed by that URL.
    private func remote(of url: String, project: String) throws -> any GitRemote {
        let stages = core.configuration.pipelines.projects[project]?.stages.values.map(\.self) ?? []
        let written = stages.flatMap(\.writtenBranches).map(\.repoURL)
        let same = written.first { FreightLookup.isSame($0, url) } ?? url
        return try core.ports.remotes.remote(same, project: project, insecureSkipTLSVerify: false)
    }

    /// `nil`: the repository has no such tag or branch.
    private func commit(named name: String, in remote: any GitRemote) async throws -> ObjectID? {
        if let id = ObjectID(name) { return id }
        let refs = ["refs/tags/\(name)", "refs/heads/\(name)"]
        let snapshot = try await remote.refs(prefixes: refs)
        for ref in refs {
            if let commit = snapshot.peeled[ref] ?? snapshot.refs[ref] { return commit }
        }
        return nil
    }

    /// Answers from Hoistway's own pushes alone.
    private func isKnown(
        _ desired: ObjectID,
        in live: ObjectID,
        _ source: ApplicationSource,
        remote: any GitRemote
    ) async -> Bool {
        let isDefault = source.targetRevision.isEmpty || source.targetRevision == "HEAD"
        guard let branch = isDefault ? core.branches.defaultBranch(of: remote.displayURL) : source.targetRevision else {
            return false
        }
        let key = BranchKey(remote: remote.displayURL, branch: branch)
        return await core.ledger.snapshot.branches[key]?.showsContained(desired, in: live) ?? false
    }

    private func history(
        _ desired: ObjectID,
        _ live: ObjectID,
        _ remote: any GitRemote
    ) async throws -> RevisionStanding {
        if let known = answers.isContained(desired, in: live) { return known ? .contained : .absent }
        let commits = try await remote.history(from: live, until: desired, limit: Self.maxCommits)
        let isContained = commits.contains { $0.parents.contains(desired) }
        guard isContained || commits.count < Self.maxCommits else {
            return .unknown("it is not among the \(Self.maxCommits) commits before \(live.short)")
        }
        answers.keep(isContained, of: desired, in: live)
        return isContained ? .contained : .absent
    }
}

/// Answers that were found in histories, kept in memory only.
final class RevisionAnswers: Sendable {
    /// The most answers that are kept.
    private static let maxAnswers = 10_000

    private struct Question: Hashable {
        var desired: ObjectID
        var live: ObjectID
    }

    private let answers = Mutex<[Question: Bool]>([:])

    /// `nil`: not known yet.
    func isContained(_ desired: ObjectID, in live: ObjectID) -> Bool? {
        answers.withLock { $0[Question(desired: desired, live: live)] }
    }

    func keep(_ answer: Bool, of desired: ObjectID, in live: ObjectID) {
        answers.withLock { answers in
            if answers.count >= Self.maxAnswers { answers.removeAll() }
            answers[Question(desired: desired, live: live)] = answer
        }
    }
}
