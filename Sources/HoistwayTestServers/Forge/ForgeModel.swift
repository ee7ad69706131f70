/// Pull requests over a real Git repository: the common part of all hosts.
///
/// Branches are read again before each use, since pushes do not pass through it.
package actor ForgeModel {
    let git: GitRepositoryFixture
    private(set) var pulls: [Int: ForgePull] = [:]
    private(set) var statuses: [ForgeStatus] = []
    private var time = 1_790_000_000
    private var branches: [String: String] = [:]
    private var lastRefs = ""
    /// Merge methods that the repository forbids, in the host's terms.
    private(set) var forbiddenMethods: Set<String> = []
    /// Called after each change, with its name and the new pull request.
    private var onChange: (@Sendable (_ action: String, ForgePull, _ before: String?) async -> Void)?

    init(git: GitRepositoryFixture) {
        self.git = git
    }

    func observe(_ call: @escaping @Sendable (String, ForgePull, String?) async -> Void) { onChange = call }

    func forbid(methods: Set<String>) { forbiddenMethods = methods }

    /// A later time at each call.
    private func tick() -> Int {
        time += 1
        return time
    }

    // MARK: Branches

    func head(of branch: String) -> String? { branches[branch] }

    /// Reads the branches, and ends pull requests: a deleted branch closes one, and one whose head is in the target
    /// branch counts as merged.
    func refresh() async throws {
        let refs = try await git.git("for-each-ref", "--format=%(objectname) %(refname:lstrip=2)", "refs/heads")
        guard refs != lastRefs else { return }
        lastRefs = refs
        branches = [:]
        for line in refs.split(separator: "\n") {
            let parts = line.split(separator: " ", maxSplits: 1).map(String.init)
            if parts.count == 2 { branches[parts[1]] = parts[0] }
        }
        for pull in pulls.values.sorted(by: { $0.number < $1.number }) where pull.state == .open {
            try await refresh(pull)
        }
    }

    private func refresh(_ pull: ForgePull) async throws {
        guard let target = branches[pull.target], let head = branches[pull.source] else {
            await change(pull.number, "closed") { $0.state = .closed }
            return
        }
        if head != pull.head { await change(pull.number, "synchronize") { $0.head = head } }
        if target != pull.base {
            pulls[pull.number]?.base = target
            if try await isAncestor(head, of: target) {
                await change(pull.number, "closed") { $0.state = .merged(commit: target) }
            }
        }
    }

    private func isAncestor(_ commit: String, of other: String) async throws -> Bool {
        let arguments = ["merge-base", "--is-ancestor", commit, other]
        return try await TestProgram.run("git", arguments, in: git.path).status == 0
    }

    // MARK: Pull requests

    /// All of them, the newest first.
    func list() -> [ForgePull] { pulls.values.sorted { $0.number > $1.number } }

    func pull(_ number: Int) throws(ForgeModelFailure) -> ForgePull {
        guard let pull = pulls[number] else { throw .noPull }
        return pull
    }

    func open(title: String, body: String, source: String, target: String) async throws -> ForgePull {
        try await refresh()
        guard let head = branches[source] else { throw ForgeModelFailure.noBranch(source) }
        guard let base = branches[target] else { throw ForgeModelFailure.noBranch(target) }
        if let other = pulls.values.first(where: { $0.state == .open && $0.source == source && $0.target == target }) {
            throw ForgeModelFailure.existsAlready(number: other.number)
        }
        guard head != base, try await !isAncestor(head, of: base) else { throw ForgeModelFailure.nothingToMerge }
        let now = tick()
        let pull = ForgePull(
            number: (pulls.keys.max() ?? 0) + 1,
            title: title,
            body: body,
            source: source,
            target: target,
            state: .open,
            head: head,
            base: base,
            createdAt: now,
            updatedAt: now
        )
        pulls[pull.number] = pull
        await onChange?("opened", pull, nil)
        return pull
    }

    /// Adds this number of pull requests that were closed just now, from deleted branches; no webhook reports them.
    func addClosed(_ count: Int, like number: Int) throws(ForgeModelFailure) {
        let pattern = try pull(number)
        for _ in 0..<count {
            var pull = pattern
            pull.number = (pulls.keys.max() ?? 0) + 1
            pull.source = "gone-\(pull.number)"
            pull.state = .closed
            pull.updatedAt = tick()
            pulls[pull.number] = pull
        }
    }

    @discardableResult
    func change(_ number: Int, _ action: String, _ body: (inout ForgePull) -> Void) async -> ForgePull? {
        guard var pull = pulls[number] else { return nil }
        body(&pull)
        pull.updatedAt = tick()
        pull.version += 1
        pulls[number] = pull
        await onChange?(action, pull, nil)
        return pull
    }

    /// Counts one look at a pull request whose mergeability is still computed.
    func look(at number: Int) {
        if let left = pulls[number]?.looksUntilChecked, left > 0 { pulls[number]?.looksUntilChecked = left - 1 }
    }

    func add(_ status: ForgeStatus) {
        statuses.removeAll { $0.commit == status.commit && $0.context == status.context }
        statuses.append(status)
    }

    func hasCommit(_ id: String) async throws -> Bool {
        try await TestProgram.run("git", ["cat-file", "-e", "\(id)^{commit}"], in: git.path).status == 0
    }

    // MARK: Merging

    /// Whether it would merge without a conflict.
    func isMergeable(_ pull: ForgePull) async throws -> Bool { try await mergedTree(pull.base, pull.head) != nil }

    /// Merges, and moves the target branch.
    ///
    /// - Parameters:
    ///   - head: it is merged only while this is its head.
    ///   - overrides: merges even where a check is missing, like a person who may do that.
    func merge(
        _ number: Int,
        _ way: ForgeMergeWay,
        message: String,
        head: String? = nil,
        overrides: Bool = false
    ) async throws -> ForgePull {
        try await refresh()
        let pull = try pull(number)
        guard pull.state == .open else { throw ForgeModelFailure.notOpen }
        if let head, head != pull.head { throw ForgeModelFailure.headChanged }
        if !overrides {
            if pull.looksUntilChecked > 0 { throw ForgeModelFailure.unchecked }
            if pull.isDraft { throw ForgeModelFailure.draft }
            if pull.isHeld { throw ForgeModelFailure.held }
        }
        let commit = try await landing(pull, way, message: message)
        try await git.git("update-ref", "refs/heads/\(pull.target)", commit, pull.base)
        let before = pull.base
        var merged = pull
        merged.state = .merged(commit: commit)
        merged.updatedAt = tick()
        merged.version += 1
        pulls[number] = merged
        try await refresh()
        await onChange?("closed", merged, before)
        return merged
    }

    private func landing(_ pull: ForgePull, _ way: ForgeMergeWay, message: String) async throws -> String {
        let isAhead = try await isAncestor(pull.base, of: pull.head)
        switch way {
        case .fastForward:
            guard isAhead else { throw ForgeModelFailure.notFastForward }
            return pull.head
        case .fastForwardOrMerge where isAhead: return pull.head
        case .mergeCommit, .fastForwardOrMerge:
            guard let tree = try await mergedTree(pull.base, pull.head) else { throw ForgeModelFailure.conflict }
            return try await git.git("commit-tree", tree, "-p", pull.base, "-p", pull.head, "-m", message)
        case .squash:
            guard let tree = try await mergedTree(pull.base, pull.head) else { throw ForgeModelFailure.conflict }
            return try await git.git("commit-tree", tree, "-p", pull.base, "-m", message)
        case .rebase: return try await rebased(pull)
        case .rebaseMerge:
            let top = try await rebased(pull)
            return try await git.git("commit-tree", "\(top)^{tree}", "-p", pull.base, "-p", top, "-m", message)
        }
    }

    /// Makes each commit of the source again on the target; gives the last one.
    private func rebased(_ pull: ForgePull) async throws -> String {
        let list = try await git.git("rev-list", "--reverse", "--no-merges", "\(pull.base)..\(pull.head)")
        var top = pull.base
        for commit in list.split(separator: "\n").map(String.init) {
            // A temporary commit with the tree of the new parent and the history of the old one: so the commit's own
            // parent is the base of the merge.
            let stand = try await git.git("commit-tree", "\(top)^{tree}", "-p", "\(commit)^", "-m", "stand-in")
            guard let tree = try await mergedTree(stand, commit) else { throw ForgeModelFailure.conflict }
            let words = try await git.git("log", "-1", "--format=%B", commit)
            top = try await git.git("commit-tree", tree, "-p", top, "-m", words)
        }
        return top
    }

    /// `nil`: there is a conflict.
    private func mergedTree(_ ours: String, _ theirs: String) async throws -> String? {
        let result = try await TestProgram.run("git", ["merge-tree", "--write-tree", ours, theirs], in: git.path)
        switch result.status {
        case 0: return result.text.split(separator: "\n").first.map(String.init)
        case 1: return nil
        default: throw TestServerError.failed("git merge-tree", detail: result.errors)
        }
    }
}
