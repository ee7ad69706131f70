package import HoistwayModel
package import HoistwayPorts
import Synchronization

/// The pull requests of one repository in memory: tests change them like people, count requests, and make it fail.
package final class InMemoryForge: Forge {
    /// A failure of a call that changes something.
    package enum WriteTrouble: Sendable {
        /// It does not arrive.
        case dropped
        /// It arrives; the answer does not.
        case answerLost
    }

    fileprivate struct State {
        var pulls: [PullRequest] = []
        var labels: [Int: [String]] = [:]
        var bodies: [Int: String] = [:]
        var statuses: [(commit: ObjectID, status: CommitStatus)] = []
        var hold: [Int: MergeAnswer] = [:]
        var failures: [ForgeFailure] = []
        var outage: ForgeFailure?
        var unread = 0
        var trouble: WriteTrouble?
        var labelsAreLost = false
        var closedAtMerge: Set<Int> = []
        var requests: [String] = []
        var opened = 0
        var merged = 0
        var changes: Int64 = 0
    }

    package let kind: ForgeKind
    package let url: String
    private let branches: any ForgeBranches
    private let state = Mutex(State())

    /// - Parameter url: the repository's, as a manifest writes it.
    package init(
        _ branches: any ForgeBranches,
        url: String = "https://github.com/acme/ops.git",
        kind: ForgeKind = .github
    ) {
        self.branches = branches
        self.url = url
        self.kind = kind
    }

    // MARK: For tests

    package var all: [PullRequest] { state.withLock { $0.pulls } }
    package var statuses: [(commit: ObjectID, status: CommitStatus)] { state.withLock { $0.statuses } }
    /// The requests, a word each: `open`, `list`, `read`, `latest`, `merge`, `status`.
    package var requests: [String] { state.withLock { $0.requests } }
    /// Number of pull requests that were opened, and that were merged, through the port.
    package var opened: Int { state.withLock { $0.opened } }
    package var merged: Int { state.withLock { $0.merged } }
    package func body(_ number: Int) -> String? { state.withLock { $0.bodies[number] } }
    package func labels(_ number: Int) -> [String] { state.withLock { $0.labels[number] ?? [] } }
    package func forgetRequests() { state.withLock { $0.requests = [] } }

    /// The next calls fail with these, in this order.
    package func fail(_ failures: ForgeFailure...) { state.withLock { $0.failures += failures } }
    /// Every call fails with this, until it is `nil`.
    package func fails(_ failure: ForgeFailure?) { state.withLock { $0.outage = failure } }
    /// From now on this number of entries in each list cannot be read.
    package func hide(_ count: Int) { state.withLock { $0.unread = count } }
    private var unread: Int { state.withLock { $0.unread } }
    /// The next call that changes something gets this failure.
    package func trouble(nextWrite trouble: WriteTrouble) { state.withLock { $0.trouble = trouble } }
    /// The answer of a merge, until it is `nil`.
    package func hold(_ number: Int, _ answer: MergeAnswer?) { state.withLock { $0.hold[number] = answer } }

    /// Somebody closes it just before the merge.
    package func closeAtMerge(_ number: Int) { state.withLock { _ = $0.closedAtMerge.insert(number) } }

    /// Changes a pull request without the port, as a person would.
    package func change(_ number: Int, _ body: (inout PullRequest) -> Void) {
        state.withLock { state in
            guard let index = state.pulls.firstIndex(where: { $0.number == number }) else { return }
            body(&state.pulls[index])
            state.touch(index)
        }
    }

    /// Merges it, as a person would on the host's page.
    @discardableResult
    package func mergeByHand(_ number: Int, method: String = "merge") async throws -> ObjectID {
        guard let pull = all.first(where: { $0.number == number }) else { throw ContractViolation("no #\(number)") }
        let head = await branches.head(pull.sourceBranch)
        let commit = try await branches.land(pull.sourceBranch, on: pull.targetBranch, method: method)
        change(number) {
            $0.head = head ?? $0.head
            $0.state = .merged(commit: commit)
        }
        return commit
    }

    /// Opens one, as a person would on the host's page.
    @discardableResult
    package func openByHand(from source: String, to target: String) async -> PullRequest {
        let head = await branches.head(source)
        return state.withLock {
            $0.add(NewPullRequest(sourceBranch: source, targetBranch: target, title: source, body: ""), head, url: url)
        }
    }

    /// For the next pull request that is opened, the answer and the labels are lost, as can happen at GitHub.
    package func losesLabels() {
        state.withLock {
            $0.trouble = .answerLost
            $0.labelsAreLost = true
        }
    }

    // MARK: Forge

    package func label(_ number: Int, _ labels: [String]) async throws(ForgeFailure) {
        try ask("label", writes: true)
        state.withLock { state in
            let known = state.labels[number] ?? []
            state.labels[number] = known + labels.filter { !known.contains($0) }
        }
    }

    package func open(_ new: NewPullRequest) async throws(ForgeFailure) -> PullRequest {
        let answerLost = try ask("open", writes: true)
        let (source, target) = (await branches.head(new.sourceBranch), await branches.head(new.targetBranch))
        let opened = state.withLock { state -> Result<PullRequest, ForgeFailure> in
            let isOpenAlready = state.pulls.contains {
                $0.state == .open && $0.sourceBranch == new.sourceBranch && $0.targetBranch == new.targetBranch
            }
            let problem: String? =
                if source == nil { "there is no branch \(new.sourceBranch)" } else if target == nil {
                    "there is no branch \(new.targetBranch)"
                } else if source == target {
                    "no commits between \(new.targetBranch) and \(new.sourceBranch)"
                } else if isOpenAlready {
                    "a pull request is open already"
                } else {
                    nil
                }
            if let problem { return .failure(.refused(host: "memory", detail: problem, hint: nil)) }
            state.opened += 1
            return .success(state.add(new, source, url: url))
        }
        let pull = try opened.get()
        if answerLost {
            state.withLock { state in
                if state.labelsAreLost { state.labels[pull.number] = [] }
                state.labelsAreLost = false
            }
            throw .unreachable(host: "memory", detail: "the answer was lost")
        }
        return pull
    }

    package func pullRequests(from source: String, to target: String) async throws(ForgeFailure) -> ListedPullRequests {
        try ask("list")
        return ListedPullRequests(await seen(all), unread: unread).between(source, target)
    }

    package func pullRequest(_ number: Int) async throws(ForgeFailure) -> PullRequest? {
        try ask("read")
        return await seen(all.filter { $0.number == number }).first
    }

    package func latest(_ limit: Int) async throws(ForgeFailure) -> ListedPullRequests {
        try ask("latest")
        let all = ListedPullRequests(await seen(all), unread: unread, isByChange: true).byChange
        var newest = all.mapping { Array($0.prefix(limit)) }
        newest.isComplete = all.count < limit
        return newest
    }

    package func merge(_ number: Int, method: String?, head: ObjectID?) async throws(ForgeFailure) -> MergeAnswer {
        let answerLost = try ask("merge", writes: true)
        if state.withLock({ $0.closedAtMerge.contains(number) }) { change(number) { $0.state = .closed } }
        guard let pull = await seen(all.filter { $0.number == number }).first else {
            throw .notFound(host: "memory", what: "pull request #\(number)")
        }
        switch pull.state {
        case .merged(let commit): return .merged(commit: commit)
        case .closed: return .never("the pull request is closed")
        case .open: break
        }
        if let held = state.withLock({ $0.hold[number] }) { return held }
        if let head, pull.head != head { return .never("the head of the pull request is another commit") }
        let commit: ObjectID
        do {
            commit = try await branches.land(
                pull.sourceBranch,
                on: pull.targetBranch,
                method: method ?? kind.mergeMethods.first ?? "merge"
            )
        } catch {
            return .never("it has conflicts")
        }
        state.withLock { $0.merged += 1 }
        change(number) {
            $0.head = pull.head
            $0.state = .merged(commit: commit)
        }
        if answerLost { throw .unreachable(host: "memory", detail: "the answer was lost") }
        return .merged(commit: commit)
    }

    package func set(_ status: CommitStatus, on commit: ObjectID) async throws(ForgeFailure) {
        try ask("status")
        state.withLock { $0.statuses.append((commit, status)) }
    }

    /// - Returns: whether the answer is lost.
    @discardableResult
    private func ask(_ what: String, writes: Bool = false) throws(ForgeFailure) -> Bool {
        let result = state.withLock { state -> Result<Bool, ForgeFailure> in
            state.requests.append(what)
            if let outage = state.outage { return .failure(outage) }
            if !state.failures.isEmpty { return .failure(state.failures.removeFirst()) }
            guard writes, let trouble = state.trouble else { return .success(false) }
            state.trouble = nil
            if trouble == .dropped { return .failure(.unreachable(host: "memory", detail: "connection reset")) }
            return .success(true)
        }
        return try result.get()
    }

    /// Open ones have the present head of their branch.
    private func seen(_ pulls: [PullRequest]) async -> [PullRequest] {
        var seen: [PullRequest] = []
        for var pull in pulls {
            if pull.state == .open { pull.head = await branches.head(pull.sourceBranch) ?? pull.head }
            seen.append(pull)
        }
        return seen
    }
}

extension InMemoryForge.State {
    fileprivate mutating func add(_ new: NewPullRequest, _ head: ObjectID?, url: String) -> PullRequest {
        let number = pulls.count + 1
        let page = url.hasSuffix(".git") ? String(url.dropLast(4)) : url
        labels[number] = new.labels
        bodies[number] = new.body
        pulls.append(
            PullRequest(
                number: number,
                url: "\(page)/pull/\(number)",
                state: .open,
                title: new.title,
                sourceBranch: new.sourceBranch,
                targetBranch: new.targetBranch,
                head: head
            )
        )
        touch(pulls.count - 1)
        return pulls[pulls.count - 1]
    }

    fileprivate mutating func touch(_ index: Int) {
        changes += 1
        pulls[index].updatedAt = Timestamp(seconds: 1_800_000_000 + changes)
    }
}

/// The repositories that tests have added; every other one is unknown.
package final class InMemoryForges: Forges {
    private let forges: Mutex<[RepositoryIdentity: InMemoryForge]>
    private let lifted = Mutex<Set<RepositoryIdentity>>([])

    /// Repositories whose refused logins may be tried again at once.
    package var liftedRefusals: Set<RepositoryIdentity> { lifted.withLock { $0 } }

    package func liftRefusals(of repository: RepositoryIdentity) { lifted.withLock { _ = $0.insert(repository) } }

    package init(_ forges: [InMemoryForge]) {
        self.forges = Mutex(Dictionary(forges.map { (RepositoryIdentity($0.url), $0) }) { first, _ in first })
    }

    package func forge(
        _ repository: String,
        provider: String?,
        project: String,
        insecureSkipTLSVerify: Bool
    ) throws(ForgeFailure) -> any Forge {
        guard let forge = forges.withLock({ $0[RepositoryIdentity(repository)] }) else {
            throw .unsupported("the host of \(URLText.withoutUser(repository)) is unknown", hint: "set `provider`")
        }
        return forge
    }
}
