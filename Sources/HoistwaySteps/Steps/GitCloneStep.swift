import HoistwayModel
import HoistwayPorts

/// `git-clone`: mounts checkouts of one repository.
///
/// Nothing is cloned: objects are fetched when they are read.
struct GitCloneStep: PromotionStep {
    static let name = "git-clone"

    private struct Checkout {
        var path: String
        var source: Source
        /// What the output calls it.
        var label: String
    }

    private enum Source {
        case ref(CheckoutSource)
        /// Kargo 0.9 to 1.2: the freight's commit of the repository. `warehouse`: the one that is meant.
        case freight(warehouse: String?)
    }

    private let repoURL: String
    private let insecureSkipTLSVerify: Bool
    private let author: CommitAuthor?
    private let checkouts: [Checkout]

    init(config: ConfigValue) throws(StepFailure) {
        let reader = try ConfigReader(
            config,
            step: Self.name,
            known: ["repoURL", "checkout", "author", "blobless", "recurseSubmodules", "insecureSkipTLSVerify"]
        )
        repoURL = try reader.requiredText("repoURL")
        insecureSkipTLSVerify = try reader.flag("insecureSkipTLSVerify")
        _ = try reader.flag("blobless")
        guard try !reader.flag("recurseSubmodules") else {
            throw reader.failure("recurseSubmodules", "is not supported: submodules are kept as they are")
        }
        author = try reader.author()
        checkouts = try Self.checkouts(reader)
    }

    private static func checkouts(_ reader: ConfigReader) throws(StepFailure) -> [Checkout] {
        let items = try reader.readers(
            "checkout",
            known: ["path", "branch", "commit", "tag", "create", "as", "sparse", "fromFreight", "fromOrigin"]
        )
        guard !items.isEmpty else { throw reader.failure("checkout", "needs at least one entry") }
        var result: [Checkout] = []
        for item in items {
            let path = try item.requiredText("path")
            let label = try item.text("as") ?? path
            guard !result.contains(where: { $0.label == label }) else {
                throw item.failure(item.has("as") ? "as" : "path", "is used by another checkout")
            }
            try checkSparse(item)
            let isFromFreight = try item.flag("fromFreight")
            let source: Source = isFromFreight ? try freight(item) : .ref(try ref(item))
            result.append(Checkout(path: path, source: source, label: label))
        }
        return result
    }

    private static func freight(_ reader: ConfigReader) throws(StepFailure) -> Source {
        for key in ["branch", "commit", "tag"] where reader.has(key) {
            throw reader.failure("fromFreight", "excludes \(key)")
        }
        guard try !reader.flag("create") else { throw reader.failure("create", "needs a branch") }
        return .freight(warehouse: try reader.origin())
    }

    private static func ref(_ reader: ConfigReader) throws(StepFailure) -> CheckoutSource {
        guard !reader.has("fromOrigin") else { throw reader.failure("fromOrigin", "needs fromFreight: true") }
        try reader.requireAtMostOne("branch", "commit", "tag")
        let creates = try reader.flag("create")
        if let branch = try reader.text("branch") {
            if let problem = GitRefName.problem(withShortName: branch) {
                throw reader.failure("branch", "cannot be used: \(problem.rawValue)")
            }
            return .branch(branch, create: creates)
        }
        guard !creates else { throw reader.failure("create", "needs a branch") }
        if let tag = try reader.text("tag") {
            if let problem = GitRefName.problem(withShortName: tag) {
                throw reader.failure("tag", "cannot be used: \(problem.rawValue)")
            }
            return .tag(tag)
        }
        guard let commit = try reader.text("commit") else { return .defaultBranch }
        guard let id = ObjectID(commit) else { throw reader.failure("commit", "must be a full commit id of 40 digits") }
        return .commit(id)
    }

    /// Only what is read is fetched anyway, so that a sparse checkout needs nothing but a sound list.
    private static func checkSparse(_ reader: ConfigReader) throws(StepFailure) {
        for (index, folder) in try reader.texts("sparse").enumerated() {
            guard !folder.hasPrefix("/"), !folder.hasPrefix(".."), !folder.contains(where: { "*?[".contains($0) })
            else {
                throw reader.failure("sparse[\(index)]", "must be a directory of the repository, without patterns")
            }
        }
    }

    func run(in context: StepContext) async throws(StepFailure) -> StepOutcome {
        let remote: any GitRemote
        do throws(GitFailure) {
            remote = try context.remotes.remote(
                repoURL,
                project: context.stage.project,
                insecureSkipTLSVerify: insecureSkipTLSVerify
            )
        } catch {
            throw .git(error)
        }
        var heads: [String: ConfigValue] = [:]
        var shown: [String] = []
        var comparison = CheckoutComparison(context, repoURL: repoURL)
        for checkout in checkouts {
            let source = try self.source(checkout, context)
            let head = try await inWorkspace { () throws(WorkspaceFailure) in
                try await context.workspace.mount(
                    remote: remote,
                    source: source,
                    at: checkout.path,
                    author: author
                )
            }
            let branch = try await inWorkspace { () throws(WorkspaceFailure) in
                try await context.workspace.outgoing(checkout.path).branch
            }
            heads[checkout.label] = head.map { .string($0.hex) } ?? .null
            shown.append("\(checkout.path) at \(Self.shown(source, branch: branch, head: head))")
            comparison.add(path: checkout.path, source: source, branch: branch, head: head)
        }
        var outcome = StepOutcome(
            .succeeded,
            output: ["commits": .map(heads)],
            message: "opened \(remote.displayURL): \(shown.joined(separator: ", "))"
        )
        outcome.mounts = checkouts.map { WorkspacePath.clean($0.path) }
        outcome.taken = comparison.taken
        outcome.warnings = comparison.warnings
        return outcome
    }

    private func source(_ checkout: Checkout, _ context: StepContext) throws(StepFailure) -> CheckoutSource {
        switch checkout.source {
        case .ref(let source): return source
        case .freight(let warehouse):
            let shown = RepositoryKey(url: repoURL)?.text ?? "the repository"
            switch context.lookup.commit(of: repoURL, from: warehouse) {
            case .found(let commit): return .commit(commit.id)
            case .absent:
                let of = warehouse.map { " of the warehouse \($0)" } ?? ""
                throw .unmet(
                    "the freight\(of) carries no commit of \(shown), which \(checkout.path) is to show",
                    hint: "subscribe a warehouse of the stage to the repository, or check out a branch"
                )
            case .ambiguous(let warehouses):
                throw .unmet(
                    "several subscriptions watch \(shown) (freight of \(Listing.text(warehouses)) carries a commit of it), "
                        + "so that the commit for \(checkout.path) is not clear",
                    hint: "name the warehouse: fromOrigin: {kind: Warehouse, name: …}; in promotionMechanisms: origin"
                )
            }
        }
    }

    /// `1234567 (main)`, or what else there is to say of a head.
    private static func shown(_ source: CheckoutSource, branch: String?, head: ObjectID?) -> String {
        guard let head else { return "the new branch \(branch ?? "")" }
        if case .tag(let tag) = source { return "\(head.short) (\(tag))" }
        return branch.map { "\(head.short) (\($0))" } ?? head.short
    }
}
