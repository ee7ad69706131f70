package import HoistwayModel
package import HoistwayPorts

/// The contract of every ``Forge``, for any host.
package enum ForgeContract {
    /// One empty repository with the branch `main`, and the actions of people on it.
    package struct Subject: Sendable {
        package var forge: any Forge
        /// Creates a branch with a new commit on the head of `main`, or adds one to it; gives its head.
        package var push: @Sendable (_ branch: String) async throws -> ObjectID
        package var close: @Sendable (_ number: Int) async throws -> Void
        package var reopen: @Sendable (_ number: Int) async throws -> Void
        /// Gives the merged commit.
        package var mergeByHand: @Sendable (_ number: Int) async throws -> ObjectID
        /// Sets whether a required check of the pull request is missing.
        package var hold: @Sendable (_ number: Int, Bool) async throws -> Void
        package var retarget: @Sendable (_ number: Int, _ branch: String) async throws -> Void

        package init(
            forge: any Forge,
            push: @escaping @Sendable (_ branch: String) async throws -> ObjectID,
            close: @escaping @Sendable (_ number: Int) async throws -> Void,
            reopen: @escaping @Sendable (_ number: Int) async throws -> Void,
            mergeByHand: @escaping @Sendable (_ number: Int) async throws -> ObjectID,
            hold: @escaping @Sendable (_ number: Int, Bool) async throws -> Void,
            retarget: @escaping @Sendable (_ number: Int, _ branch: String) async throws -> Void
        ) {
            self.forge = forge
            self.push = push
            self.close = close
            self.reopen = reopen
            self.mergeByHand = mergeByHand
            self.hold = hold
            self.retarget = retarget
        }
    }

    /// Checks the whole contract, in order.
    package static func run(_ subject: Subject) async throws {
        try await opens(subject)
        try await reads(subject)
        try await lists(subject)
        try await merges(subject)
        try await tellsWhatPeopleDid(subject)
        try await subject.forge.set(
            CommitStatus(state: .success, context: "hoistway/test", description: "promoted", targetURL: nil),
            on: try await subject.push("status")
        )
    }

    @discardableResult
    private static func open(_ subject: Subject, _ branch: String) async throws -> PullRequest {
        _ = try await subject.push(branch)
        return try await subject.forge.open(
            NewPullRequest(
                sourceBranch: branch,
                targetBranch: "main",
                title: "Promote \(branch)",
                body: "What is in it.",
                labels: ["promotion"]
            )
        )
    }

    private static func opens(_ subject: Subject) async throws {
        let head = try await subject.push("opened")
        let new = NewPullRequest(
            sourceBranch: "opened",
            targetBranch: "main",
            title: "Promote \"web\" to test — 1.2.3",
            body: "Two\nlines.",
            labels: ["promotion"]
        )
        let pull = try await subject.forge.open(new)
        try require(pull.number > 0, "a pull request has a number from 1")
        try require(pull.url.hasPrefix("http"), "it has a page")
        try require(pull.state, equals: .open, "it is open")
        try require(pull.title, equals: new.title, "its title is the one that was given")
        try require(pull.sourceBranch, equals: "opened", "its source")
        try require(pull.targetBranch, equals: "main", "its target")
        try require(pull.head, equals: head, "its head is the head of its branch")
        try require(!pull.isFromFork, "it is of the repository itself")
        try await refuses("a second one for the same branches") { _ = try await subject.forge.open(new) }
        try await refuses("one from a branch that is not there") {
            _ = try await subject.forge.open(
                NewPullRequest(sourceBranch: "missing", targetBranch: "main", title: "x", body: "")
            )
        }
    }

    private static func refuses(_ what: String, _ body: () async throws -> Void) async throws {
        do {
            try await body()
        } catch let failure as ForgeFailure {
            if case .refused = failure { return }
            throw ContractViolation("\(what) is refused: found \(failure)")
        }
        throw ContractViolation("\(what) is refused: it was made")
    }

    private static func reads(_ subject: Subject) async throws {
        let pull = try await open(subject, "read")
        let read = try require(try await subject.forge.pullRequest(pull.number), "a pull request can be read")
        try require(read.number, equals: pull.number, "its number")
        try require(read.state, equals: .open, "its state")
        try require(read.url, equals: pull.url, "its page")
        try require(read.head, equals: pull.head, "its head")
        try require(read.updatedAt != nil, "when it changed last")
        let later = try await subject.push("read")
        let moved = try require(try await subject.forge.pullRequest(pull.number), "it is still there")
        try require(moved.head, equals: later, "its head moves with its branch")
        try require(try await subject.forge.pullRequest(999_999) == nil, "one that is not there is nil")
    }

    private static func lists(_ subject: Subject) async throws {
        let pull = try await open(subject, "listed")
        let listed = try await subject.forge.pullRequests(from: "listed", to: "main")
        try require(listed.map(\.number), equals: [pull.number], "those of the two branches")
        try require(try await subject.forge.pullRequests(from: "main", to: "listed").isEmpty, "and no others")
        try await subject.close(pull.number)
        let closed = try await subject.forge.pullRequests(from: "listed", to: "main")
        try require(closed.map(\.state), equals: [.closed], "ended ones too")
        let second = try await open(subject, "listed")
        let both = try await subject.forge.pullRequests(from: "listed", to: "main")
        try require(both.map(\.number), equals: [second.number, pull.number], "newest first")
        let latest = try await subject.forge.latest(100)
        try require(latest.contains { $0.number == pull.number && $0.state == .closed }, "the latest of any state")
        try require(latest.contains { $0.number == second.number && $0.state == .open }, "the latest of any state")
        let stamps = latest.compactMap(\.updatedAt)
        try require(stamps, equals: stamps.sorted(by: >), "newest change first")
        try require(try await subject.forge.latest(1).count, equals: 1, "not more than asked for")
    }

    private static func merges(_ subject: Subject) async throws {
        let pull = try await open(subject, "merged")
        try await subject.hold(pull.number, true)
        let held = try await subject.forge.merge(pull.number, method: nil, head: pull.head)
        guard case .notYet(let why) = held else { throw ContractViolation("without its check: not yet; found \(held)") }
        try require(!why.isEmpty, "why not yet")
        try await subject.hold(pull.number, false)
        _ = try await subject.forge.merge(pull.number, method: nil, head: pull.head)
        let merged = try require(try await subject.forge.pullRequest(pull.number), "a merged one can be read")
        guard case .merged(let commit) = merged.state else { throw ContractViolation("found \(merged.state)") }
        try require(commit != nil, "what landed is told")
        try require(merged.head, equals: pull.head, "its head is known after the merge")
        let again = try await subject.forge.merge(pull.number, method: nil, head: pull.head)
        try require(again, equals: .merged(commit: commit), "merging twice is merging once")
        let closed = try await open(subject, "never-merged")
        try await subject.close(closed.number)
        let answer = try await subject.forge.merge(closed.number, method: nil, head: closed.head)
        guard case .never = answer else { throw ContractViolation("a closed one is never merged: found \(answer)") }
    }

    private static func tellsWhatPeopleDid(_ subject: Subject) async throws {
        let pull = try await open(subject, "handled")
        try await subject.close(pull.number)
        try require(try await subject.forge.pullRequest(pull.number)?.state, equals: .closed, "closed by a person")
        try await subject.reopen(pull.number)
        try require(try await subject.forge.pullRequest(pull.number)?.state, equals: .open, "opened again")
        _ = try await subject.push("other")
        try await subject.retarget(pull.number, "other")
        try require(try await subject.forge.pullRequest(pull.number)?.targetBranch, equals: "other", "retargeted")
        try await subject.retarget(pull.number, "main")
        let landed = try await subject.mergeByHand(pull.number)
        let state = try await subject.forge.pullRequest(pull.number)?.state
        try require(state, equals: .merged(commit: landed), "merged by a person")
    }
}
