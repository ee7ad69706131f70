/// What can be told of a promotion from its steps alone: which branches it reads and writes, and where.
///
/// It serves to load everything in few round trips, to group promotions that push to one remote, and to see
/// whether two stages write the same place. It decides nothing: the steps themselves do the work.
package struct PromotionPlan: Sendable, Equatable {
    /// One checkout of a `git-clone` step.
    package struct Checkout: Sendable, Equatable {
        package var repoURL: String
        package var insecureSkipTLSVerify: Bool
        /// Short branch name; `nil` where a tag, a commit or the default branch is checked out.
        package var branch: String?
        package var tag: String?
        package var commit: ObjectID?
        /// The commit is the freight's; `commit` is `nil` until `settle(_:)` has found it.
        package var isFromFreight = false
        /// The warehouse whose freight is meant; `nil`: any.
        package var origin: String?
        package var mount: String
        /// Directories below the mount whose kustomization is edited; empty for the root.
        package var editedDirectories: [String] = []
        /// Folders below the mount that are cleared; empty for all of it.
        package var clearedPlaces: [String] = []
        /// Files or folders below the mount that are copied there, so that more may change than the images that are
        /// set; empty for all of it.
        package var copiedPlaces: [String] = []
        /// Positions of the checkouts that files are copied from.
        package var sources: Set<Int> = []
        /// Files of it are copied, into another checkout or within it.
        package var isCopiedFrom = false
        package var isPushed = false
        /// The branch that a push goes to.
        package var pushBranch: String?

        /// The repository says which branch it is.
        package var isDefaultBranch: Bool { branch == nil && tag == nil && commit == nil && !isFromFreight }

        package var isCleared: Bool { !clearedPlaces.isEmpty }
        /// Whether nothing of the branch's tree stays.
        package var replacesTree: Bool { clearedPlaces.contains("") }

        /// Whether a path below the mount is, or lies in, what is cleared or copied over.
        ///
        /// All else is at most edited in place, which keeps what others have changed.
        package func isReplaced(_ path: GitPath) -> Bool {
            (clearedPlaces + copiedPlaces).contains { path.isInside(GitPath($0)) }
        }
    }

    package var checkouts: [Checkout] = []

    /// Where pushes go first: promotions with equal lanes share pushes.
    package var lane: Checkout? {
        checkouts.first { $0.isPushed } ?? checkouts.first
    }

    package var pushed: [Checkout] { checkouts.filter(\.isPushed) }

    /// Whether files of the checkout, as it is found, can be what the promotion delivers.
    ///
    /// A branch that is edited in place and pushed is continued from its tip: that is no delivery of the tip.
    ///
    /// - Parameter branch: the branch's name where the checkout itself names none, as for the default branch.
    package func delivers(_ checkout: Checkout, branch: String? = nil) -> Bool {
        if checkout.isCopiedFrom { return true }
        guard !checkout.isPushed else { return false }
        guard let branch = checkout.branch ?? branch else { return true }
        return !pushed.contains {
            $0.pushBranch == branch && FreightLookup.isSame($0.repoURL, checkout.repoURL)
        }
    }

    /// The innermost checkout that a path of the workspace lies in.
    package func checkout(holding path: String) -> Checkout? {
        find(path).map { checkouts[$0.index] }
    }

    /// What a `git-push` step pushes, and where to; without a branch, to the one that the repository calls its default.
    package func push(by step: StepTemplate) -> (checkout: Checkout, branch: String?)? {
        guard let path = step.config["path"]?.string, let checkout = checkout(holding: path) else { return nil }
        return (checkout, Self.name(step.config["targetBranch"]) ?? checkout.branch)
    }

    package init(steps: [StepTemplate]) {
        for step in steps {
            switch step.uses {
            case "git-clone": addCheckouts(of: step.config)
            case "git-clear": change(step.config["path"]?.string) { $0.clearedPlaces.append($1) }
            case "kustomize-set-image":
                change(step.config["path"]?.string) { $0.editedDirectories.append($1) }
            case "copy": copyEdits(step.config)
            case "git-push":
                let target = Self.name(step.config["targetBranch"])
                change(step.config["path"]?.string) { checkout, _ in
                    checkout.isPushed = true
                    checkout.pushBranch = target ?? checkout.branch
                }
            default: break
            }
        }
    }

    /// Fills in the commits that checkouts take from the freight, as far as it has them.
    package mutating func settle(_ freight: FreightLookup) {
        for index in checkouts.indices where checkouts[index].isFromFreight {
            let checkout = checkouts[index]
            guard case .found(let found) = freight.commit(of: checkout.repoURL, from: checkout.origin) else { continue }
            checkouts[index].commit = found.id
        }
    }

    private mutating func addCheckouts(of config: ConfigValue) {
        guard let repoURL = config["repoURL"]?.string else { return }
        for item in config["checkout"]?.list ?? [] {
            guard let path = item["path"]?.string else { continue }
            checkouts.append(
                Checkout(
                    repoURL: repoURL,
                    insecureSkipTLSVerify: config["insecureSkipTLSVerify"]?.bool ?? false,
                    branch: Self.name(item["branch"]),
                    tag: Self.name(item["tag"]),
                    commit: item["commit"]?.string.flatMap { ObjectID($0) },
                    isFromFreight: item["fromFreight"]?.bool ?? false,
                    origin: item["fromOrigin"]?["name"]?.string,
                    mount: WorkspacePath(path).text
                )
            )
        }
    }

    /// What is edited in one checkout and copied into another is written there too.
    private mutating func copyEdits(_ config: ConfigValue) {
        guard let from = config["inPath"]?.string, let to = config["outPath"]?.string,
            let source = find(from), let target = find(to)
        else { return }
        checkouts[target.index].copiedPlaces.append(target.rest)
        checkouts[source.index].isCopiedFrom = true
        if source.index != target.index { checkouts[target.index].sources.insert(source.index) }
        for edited in checkouts[source.index].editedDirectories {
            guard let rest = Self.rest(of: edited, below: source.rest) else { continue }
            checkouts[target.index].editedDirectories.append(Self.join(target.rest, rest))
        }
    }

    private mutating func change(_ path: String?, _ body: (inout Checkout, String) -> Void) {
        guard let path, let found = find(path) else { return }
        body(&checkouts[found.index], found.rest)
    }

    /// The checkout with the longest mount that holds the path, and the rest of the path.
    private func find(_ path: String) -> (index: Int, rest: String)? {
        let path = WorkspacePath(path).text
        return checkouts.indices
            .compactMap { index in Self.rest(of: path, below: checkouts[index].mount).map { (index, $0) } }
            .max { checkouts[$0.0].mount.utf8.count < checkouts[$1.0].mount.utf8.count }
    }

    private static func rest(of path: String, below folder: String) -> String? {
        // By bytes, as Git compares names.
        guard GitPath(path).isInside(GitPath(folder)) else { return nil }
        return String(decoding: path.utf8.dropFirst(folder.isEmpty ? 0 : folder.utf8.count + 1), as: UTF8.self)
    }

    /// An empty text is no name.
    private static func name(_ value: ConfigValue?) -> String? {
        value?.string.flatMap { $0.isEmpty ? nil : $0 }
    }

    private static func join(_ folder: String, _ rest: String) -> String {
        folder.isEmpty ? rest : rest.isEmpty ? folder : folder + "/" + rest
    }
}
