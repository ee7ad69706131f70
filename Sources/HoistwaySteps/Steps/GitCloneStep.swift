import HoistwayModel
import HoistwayPorts

/// `git-clone`: mounts checkouts of one repository.
///
/// Nothing is cloned: objects are fetched when they are read.
struct GitCloneStep: PromotionStep {
    static let schema = StepSchema(
        "git-clone",
        .workspace,
        "Checks out branches, tags or commits of one repository.",
        [
            StepSchema.Field("repoURL", .repository, isRequired: true, "The repository's URL."),
            StepSchema.Field(
                "checkout",
                .list(.mapping(checkout), atLeast: 1),
                isRequired: true,
                "The checkouts: which revision, and at which path."
            ),
            .author,
            StepSchema.Field(
                "blobless",
                .flag,
                defaultValue: .bool(false),
                "No effect: objects are always fetched when they are read."
            ),
            StepSchema.Field(
                "recurseSubmodules",
                .flag,
                defaultValue: .bool(false),
                refusal: StepSchema.Refusal("submodules are not supported yet", hint: "they are kept as they are"),
                "Checks out submodules too."
            ),
            StepSchema.Field(
                "insecureSkipTLSVerify",
                .flag,
                defaultValue: .bool(false),
                "Accepts any certificate of the Git host."
            ),
        ],
        rules: [
            .unique(list: "checkout", by: ["as", "path"]),
            // As in Git, a branch is checked out in one work tree only.
            .unique(list: "checkout", by: ["branch"]),
        ]
    )

    private static let checkout = StepSchema.Mapping(
        [
            .path("The path of the checkout."),
            StepSchema.Field(
                "branch",
                .branch,
                emptyIsAbsent: true,
                "A branch. Without branch, commit and tag, the default branch."
            ),
            StepSchema.Field("commit", .commit, emptyIsAbsent: true, "A commit."),
            StepSchema.Field("tag", .tag, emptyIsAbsent: true, "A tag."),
            StepSchema.Field("create", .flag, defaultValue: .bool(false), "Creates the branch if it does not exist."),
            StepSchema.Field(
                "as",
                .text,
                emptyIsAbsent: true,
                "The name of the checkout in the output. Without it, the path."
            ),
            StepSchema.Field(
                "sparse",
                .list(.text),
                "Checks out only these folders, and the files directly in their parent folders. Steps see, clear "
                    + "and copy nothing else."
            ),
            StepSchema.Field(
                "fromFreight",
                .flag,
                defaultValue: .bool(false),
                "Checks out the commit of the freight. Older form (Kargo 0.9 to 1.2)."
            ),
            .origin,
        ],
        rules: [
            .atMostOne(["branch", "commit", "tag"], says: "a checkout has at most one of branch, commit and tag"),
            .excludes("fromFreight", ["branch", "commit", "tag"], says: "fromFreight stands in place of"),
            .needs("fromOrigin", oneOf: ["fromFreight"], says: "fromOrigin needs fromFreight: true"),
            .needs("create", oneOf: ["branch"], says: "create needs a branch to make"),
        ]
    )

    private struct Checkout {
        var path: String
        var source: Source
        /// Its key in the output.
        var label: String
        var sparse: [String]
    }

    private enum Source {
        case ref(CheckoutSource)
        /// Kargo 0.9 to 1.2: the freight's commit of the repository. `warehouse`: the one whose freight is meant.
        case freight(warehouse: String?)
    }

    private let repoURL: String
    private let insecureSkipTLSVerify: Bool
    private let author: CommitAuthor?
    private let checkouts: [Checkout]

    init(_ config: StepConfiguration) {
        repoURL = config.requiredText("repoURL")
        insecureSkipTLSVerify = config.flag("insecureSkipTLSVerify")
        author = config.author
        checkouts = config.items("checkout").map { item in
            let path = item.requiredText("path")
            return Checkout(
                path: path,
                source: Self.source(item),
                label: item.text("as") ?? path,
                sparse: item.texts("sparse")
            )
        }
    }

    private static func source(_ item: StepConfiguration) -> Source {
        if item.flag("fromFreight") { return .freight(warehouse: item.origin) }
        if let branch = item.text("branch") { return .ref(.branch(branch, create: item.flag("create"))) }
        if let tag = item.text("tag") { return .ref(.tag(tag)) }
        if let commit = item.text("commit").flatMap({ ObjectID($0) }) { return .ref(.commit(commit)) }
        return .ref(.defaultBranch)
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
            let head = try await mount(checkout, source, remote, context)
            let branch = try await inWorkspace { () throws(WorkspaceFailure) in
                try await context.workspace.outgoing(checkout.path).branch
            }
            // For a branch that does not exist yet, Kargo's own first commit is left out.
            heads[checkout.label] = .string(head?.hex ?? "")
            shown.append("\(checkout.path) at \(Self.shown(source, branch: branch, head: head))")
            comparison.add(path: checkout.path, source: source, branch: branch, head: head)
        }
        var outcome = StepOutcome(
            .succeeded,
            output: ["commits": .map(heads)],
            message: "opened \(remote.displayURL): \(shown.joined(separator: ", "))"
        )
        outcome.mounts = checkouts.map { WorkspacePath($0.path) }
        outcome.taken = comparison.taken
        outcome.warnings = comparison.warnings
        return outcome
    }

    private func mount(
        _ checkout: Checkout,
        _ source: CheckoutSource,
        _ remote: any GitRemote,
        _ context: StepContext
    ) async throws(StepFailure) -> ObjectID? {
        do throws(WorkspaceFailure) {
            return try await context.workspace.mount(
                remote: remote,
                source: source,
                at: checkout.path,
                author: author,
                sparse: checkout.sparse
            )
        } catch .git(.missingObject(let url, let id)) where source == .commit(id) && !isDelivered(id, context) {
            throw .unmet(
                "\(url) does not have the commit \(id)",
                hint: "check out a commit that is there; commitFrom(…).ID is the freight's"
            )
        } catch {
            throw .workspace(error)
        }
    }

    /// Some time may pass between an event and the moment when each server of the host has the commit.
    private func isDelivered(_ id: ObjectID, _ context: StepContext) -> Bool {
        context.lookup.commits(of: repoURL).contains { $0.commit.id == id }
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

    /// `1234567 (main)`, or another description of a head.
    private static func shown(_ source: CheckoutSource, branch: String?, head: ObjectID?) -> String {
        guard let head else { return "the new branch \(branch ?? "")" }
        if case .tag(let tag) = source { return "\(head.short) (\(tag))" }
        return branch.map { "\(head.short) (\($0))" } ?? head.short
    }
}
