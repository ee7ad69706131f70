import HoistwayModel
import HoistwayPorts

/// `git-clone`: mounts checkouts of one repository.
///
/// Nothing is cloned: objects are fetched when they are read.
struct GitCloneStep: PromotionStep {
    static let name = "git-clone"

    private struct Checkout {
        var path: String
        var source: CheckoutSource
        /// What the output calls it.
        var label: String
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
            known: ["path", "branch", "commit", "tag", "create", "as", "sparse"]
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
            result.append(Checkout(path: path, source: try source(item), label: label))
        }
        return result
    }

    private static func source(_ reader: ConfigReader) throws(StepFailure) -> CheckoutSource {
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
        for checkout in checkouts {
            let head = try await inWorkspace { () throws(WorkspaceFailure) in
                try await context.workspace.mount(
                    remote: remote,
                    source: checkout.source,
                    at: checkout.path,
                    author: author
                )
            }
            heads[checkout.label] = head.map { .string($0.hex) } ?? .null
        }
        var outcome = StepOutcome(
            .succeeded,
            output: ["commits": .map(heads)],
            message: "opened \(remote.displayURL)"
        )
        outcome.mounts = checkouts.map { WorkspacePath.clean($0.path) }
        return outcome
    }
}
