/// The places that a promotion reads and writes, as far as its steps alone show them: repositories, branches and paths.
///
/// It is used to load everything in few round trips, and to group promotions that push to one remote. It also finds two
/// stages that write the same place. It decides nothing: the steps themselves do the work.
///
/// A value with an expression is unknown: it is neither missing nor a literal text. Steps whose `if` is always false
/// are left out; steps whose `if` is not known yet count as running.
package struct PromotionPlan: Sendable, Equatable {
    /// One checkout of a `git-clone` step.
    package struct Checkout: Sendable, Equatable {
        /// It is a template where `isRepositoryUnknown`.
        package var repoURL: String
        package var isRepositoryUnknown = false
        package var insecureSkipTLSVerify: Bool
        /// Short branch name; `nil` where a tag, a commit or the default branch is checked out.
        package var branch: String?
        package var tag: String?
        package var commit: ObjectID?
        /// Whether an expression gives the branch, tag or commit, so that `branch`, `tag` and `commit` are `nil`.
        package var isRefUnknown = false
        /// Whether the commit is the freight's; `commit` is `nil` until `settle(_:)` has found it.
        package var isFromFreight = false
        /// The warehouse of that freight; `nil`: any.
        package var origin: String?
        /// Where `isMountUnknown` it is empty, and no path counts as inside.
        package var mount: String
        package var isMountUnknown = false
        /// Directories below the mount with an edited kustomization; empty for the root.
        package var editedDirectories: [String] = []
        /// Files below the mount in which steps set single values.
        package var editedFiles: [EditedFile] = []
        /// Folders below the mount in whose files steps set the values with markers.
        package var editedTrees: [EditedTree] = []
        /// Folders below the mount that are cleared; an empty path is the whole checkout.
        package var clearedPlaces: [String] = []
        /// Files or folders below the mount that are copied there, so that more than images may change.
        ///
        /// An empty path is the whole checkout.
        package var copiedPlaces: [String] = []
        /// Indexes of the checkouts from which files are copied.
        package var sources: Set<Int> = []
        /// Whether its files are copied, into another checkout or within it.
        package var isCopiedFrom = false
        /// The targets of its pushes, in the order of the `git-push` steps.
        package var targets: [Target] = []

        package var isPushed: Bool { !targets.isEmpty }

        /// Short names of the branches to which its commits are pushed, without promotions' own branches.
        ///
        /// - Parameter name: the default branch's name, if known.
        package func pushBranches(default name: String?) -> [String] {
            targets.compactMap { target in
                switch target {
                case .branch(let branch): branch
                case .defaultBranch: name
                case .promotionBranch, .tag, .unknown: nil
                }
            }
        }

        /// Whether an expression gives the target of a push.
        package var isPushBranchUnknown: Bool { targets.contains(.unknown) }

        /// Whether an expression gives any part of it.
        package var isUnknown: Bool { isRepositoryUnknown || isRefUnknown || isMountUnknown }

        /// Whether it is the repository's default branch.
        package var isDefaultBranch: Bool {
            branch == nil && tag == nil && commit == nil && !isFromFreight && !isRefUnknown
        }

        package var isCleared: Bool { !clearedPlaces.isEmpty }
        /// Whether nothing of the branch's tree is kept.
        package var replacesTree: Bool { clearedPlaces.contains("") }

        /// Whether a path below the mount is cleared or copied over, or is inside such a path.
        ///
        /// All other files are at most edited in place, which keeps the changes of others.
        package func isReplaced(_ path: GitPath) -> Bool {
            (clearedPlaces + copiedPlaces).contains { path.isInside(GitPath($0)) }
        }

        /// The final paths of a file that a step has edited, below the mount.
        ///
        /// - Parameter source: the file's path at the time of the step, from the workspace's root.
        package func places(of source: String) -> Set<String> {
            Set(editedFiles.filter { $0.source == source }.map(\.path))
                .union(
                    editedTrees.compactMap { tree in
                        PromotionPlan.rest(of: source, below: tree.source).map { PromotionPlan.join(tree.path, $0) }
                    }
                )
        }
    }

    /// A file in which a step sets single values.
    package struct EditedFile: Sendable, Hashable {
        /// The path below the mount.
        package var path: String
        /// The path at the time of the step, from the workspace's root; it differs from `path` if the file was copied
        /// later.
        package var source: String
        /// Keys of updates whose values come from expressions or from freight.
        package var keys: [String]
        package var format: Format

        /// The format of its keys.
        package enum Format: Sendable, Hashable { case yaml, json, toml }
    }

    /// A folder in whose files a step sets values with markers.
    package struct EditedTree: Sendable, Hashable {
        /// The path below the mount; empty for the root.
        package var path: String
        /// The path at the time of the step, from the workspace's root; it differs from `path` if the folder was copied
        /// later.
        package var source: String
        /// The policies in the markers.
        package var policies: [String]

        /// Whether Flux searches such a file for markers.
        package static func mayHoldMarkers(_ path: GitPath) -> Bool {
            let name = path.name.matchable
            return name.hasSuffix(".yaml") || name.hasSuffix(".yml") || name == "Kustomization"
        }
    }

    /// The ref that a `git-push` step moves.
    package enum Target: Sendable, Hashable {
        /// Short name.
        case branch(String)
        /// The repository's default branch.
        case defaultBranch
        /// The promotion's own branch.
        case promotionBranch
        /// Short name; `nil` where an expression gives it.
        case tag(String?)
        /// An expression gives it, or nothing can be pushed: a tag or a commit is checked out, and no branch is named.
        case unknown
    }

    package var checkouts: [Checkout] = []
    /// Whether a step uses a path from an expression, so that its checkout is not known.
    package private(set) var hasUnknownPlaces = false
    /// Paths outside of all checkouts: files that are copied through them are followed to their final place.
    private var scratch = Checkout(repoURL: "", insecureSkipTLSVerify: false, mount: "")

    /// The first target of pushes: promotions with equal lanes share pushes.
    package var lane: Checkout? {
        checkouts.first { $0.isPushed } ?? checkouts.first
    }

    package var pushed: [Checkout] { checkouts.filter(\.isPushed) }

    /// Whether files of the checkout, in their original state, can be the promotion's delivery.
    ///
    /// A branch that is edited in place and pushed only grows: its tip is not a delivery.
    ///
    /// - Parameter branch: the branch's name where the checkout has none, as for the default branch.
    package func delivers(_ checkout: Checkout, branch: String? = nil) -> Bool {
        guard !checkout.isUnknown, !hasUnknownPlaces else { return false }
        if checkout.isCopiedFrom { return true }
        guard !checkout.isPushed else { return false }
        guard let branch = checkout.branch ?? branch else { return true }
        return !pushed.contains {
            ($0.targets.contains(.branch(branch)) || $0.isPushBranchUnknown)
                && FreightLookup.isSame($0.repoURL, checkout.repoURL)
        }
    }

    /// The innermost checkout that contains a path of the workspace.
    package func checkout(holding path: String) -> Checkout? {
        if case .checkout(let index) = find(path).slot { checkouts[index] } else { nil }
    }

    /// The checkout and the target of a `git-push` step; `nil` where an expression gives one of them.
    package func push(by step: StepTemplate) -> (checkout: Checkout, target: Target)? {
        guard let path = step.config["path"]?.string, !path.opensExpression, let checkout = checkout(holding: path)
        else { return nil }
        let target = Self.target(of: step.config, checkout)
        return target == .unknown ? nil : (checkout, target)
    }

    private static func target(of config: ConfigValue, _ checkout: Checkout) -> Target {
        if ["targetBranch", "generateTargetBranch"].contains(where: { config[$0]?.isUnknown ?? false }) {
            return .unknown
        }
        if config["tag"]?.isUnknown ?? false { return .tag(nil) }
        if let tag = name(config["tag"]) { return .tag(tag) }
        if config["generateTargetBranch"]?.bool == true { return .promotionBranch }
        if let branch = name(config["targetBranch"]) ?? checkout.branch { return .branch(branch) }
        return checkout.isDefaultBranch ? .defaultBranch : .unknown
    }

    package init(steps: [StepTemplate]) {
        for step in steps where step.constantCondition != false {
            switch step.uses {
            case "git-clone": addCheckouts(of: step.config)
            case "git-clear": change(step.config["path"]) { $0.clearedPlaces.append($1) }
            case "kustomize-set-image":
                change(step.config["path"]) { $0.editedDirectories.append($1) }
            case "copy": copyEdits(step.config)
            case "yaml-update": edit(step.config, keys: Self.keysOfExpressions(step.config))
            case "json-update": edit(step.config, keys: Self.keysOfExpressions(step.config), .json)
            case "toml-update": edit(step.config, keys: Self.keysOfExpressions(step.config), .toml)
            case "helm-update-image": edit(step.config, keys: Self.keysOfImages(step.config))
            case "helm-update-chart": updateChart(step.config)
            case "flux-setters": editTree(step.config)
            case "kustomize-build", "helm-template":
                let values = step.config["valuesFiles"]?.list ?? []
                make(step.config["outPath"], of: [step.config["path"]].compactMap(\.self) + values)
            case "yaml-merge": make(step.config["outFile"], of: step.config["inFiles"]?.list ?? [])
            case "file-write": make(step.config["path"], of: [])
            case "tar": make(step.config["outPath"], of: [step.config["inPath"]].compactMap(\.self))
            case "untar":
                // The unpacked files replace the previous ones.
                change(step.config["outPath"]) { $0.clearedPlaces.append($1) }
                make(step.config["outPath"], of: [step.config["inPath"]].compactMap(\.self))
            case "http-download", "oci-download": make(step.config["outPath"], of: [])
            case "delete": delete(step.config)
            case "git-push":
                change(step.config["path"]) { checkout, _ in
                    checkout.targets.append(Self.target(of: step.config, checkout))
                }
            default: break
            }
        }
    }

    /// Fills in the commits that checkouts take from the freight, as far as the freight has them.
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
            let isMountUnknown = path.opensExpression
            if isMountUnknown { hasUnknownPlaces = true }
            checkouts.append(
                Checkout(
                    repoURL: repoURL,
                    isRepositoryUnknown: repoURL.opensExpression,
                    insecureSkipTLSVerify: config["insecureSkipTLSVerify"]?.bool ?? false,
                    branch: Self.name(item["branch"]),
                    tag: Self.name(item["tag"]),
                    commit: item["commit"]?.string.flatMap { ObjectID($0) },
                    isRefUnknown: ["branch", "tag", "commit", "fromFreight"].contains { item[$0]?.isUnknown ?? false },
                    isFromFreight: item["fromFreight"]?.bool ?? false,
                    origin: item["fromOrigin"]?["name"]?.string,
                    mount: isMountUnknown ? "" : WorkspacePath(path).text,
                    isMountUnknown: isMountUnknown
                )
            )
        }
        if config["checkout"]?.isUnknown ?? false { hasUnknownPlaces = true }
    }

    /// Copies edits from one checkout to another with their files.
    private mutating func copyEdits(_ config: ConfigValue) {
        guard let from = config["inPath"]?.string, let to = config["outPath"]?.string else { return }
        guard !from.opensExpression, !to.opensExpression else {
            hasUnknownPlaces = true
            return
        }
        let target = find(to)
        self[target.slot].copiedPlaces.append(target.rest)
        let source = find(from)
        copy(source.slot, below: source.rest, to: target.slot, target.rest)
        // Checkouts inside the folder are copied too.
        let folder = WorkspacePath(from)
        for index in checkouts.indices where !checkouts[index].isMountUnknown {
            guard source.slot != .checkout(index), target.slot != .checkout(index),
                let rest = WorkspacePath(checkouts[index].mount).rest(below: folder)
            else { continue }
            copy(.checkout(index), below: "", to: target.slot, Self.join(target.rest, rest.text))
        }
    }

    private mutating func copy(_ source: Slot, below from: String, to target: Slot, _ to: String) {
        note(source, in: target)
        for edited in self[source].editedDirectories {
            guard let rest = Self.rest(of: edited, below: from) else { continue }
            self[target].editedDirectories.append(Self.join(to, rest))
        }
        for var edited in self[source].editedFiles {
            guard let rest = Self.rest(of: edited.path, below: from) else { continue }
            edited.path = Self.join(to, rest)
            self[target].editedFiles.append(edited)
        }
        for var edited in self[source].editedTrees {
            if let rest = Self.rest(of: edited.path, below: from) {
                edited.path = Self.join(to, rest)
            } else if let rest = Self.rest(of: from, below: edited.path) {
                // Only a part of the folder is copied.
                edited.path = to
                edited.source = Self.join(edited.source, rest)
            } else {
                continue
            }
            self[target].editedTrees.append(edited)
        }
    }

    /// Records that files of one place are copied into another.
    private mutating func note(_ source: Slot, in target: Slot) {
        self[source].isCopiedFrom = true
        guard source != target else { return }
        switch source {
        case .checkout(let index): self[target].sources.insert(index)
        case .scratch: self[target].sources.formUnion(scratch.sources)
        }
        if case .checkout(let index) = target { checkouts[index].sources.remove(index) }
    }

    /// Records that a step sets single values of a file.
    ///
    /// - Parameter keys: keys whose values come from expressions.
    private mutating func edit(_ config: ConfigValue, keys: [String], _ format: EditedFile.Format = .yaml) {
        guard let path = config["path"]?.string else { return }
        change(config["path"]) { checkout, rest in
            let source = WorkspacePath(path).text
            checkout.editedFiles.append(EditedFile(path: rest, source: source, keys: keys, format: format))
        }
    }

    /// `helm-update-chart` edits `Chart.yaml`, and writes the lock and the folder of packed charts.
    private mutating func updateChart(_ config: ConfigValue) {
        guard let path = config["path"]?.string else { return }
        edit(.map(["path": .string("\(path)/Chart.yaml")]), keys: [])
        for made in ["Chart.lock", "charts"] { make(.string("\(path)/\(made)"), of: []) }
    }

    /// `flux-setters` sets values in all files below a folder.
    private mutating func editTree(_ config: ConfigValue) {
        guard let path = config["path"]?.string else { return }
        let policies = (config["policies"]?.list ?? []).compactMap { $0["policy"]?.string }
        change(config["path"]) { checkout, rest in
            checkout.editedTrees.append(
                EditedTree(
                    path: rest,
                    source: WorkspacePath(path).text,
                    policies: policies.filter { !$0.opensExpression }
                )
            )
        }
    }

    /// Keys of `yaml-update`, `json-update` and `toml-update` whose values come from expressions.
    private static func keysOfExpressions(_ config: ConfigValue) -> [String] {
        (config["updates"]?.list ?? []).compactMap { update in
            guard let key = update["key"]?.string, !key.opensExpression, update["value"]?.isUnknown ?? false else {
                return nil
            }
            return key
        }
    }

    /// Keys of `helm-update-image` in the form of `yaml-update`, where a colon has a meaning.
    private static func keysOfImages(_ config: ConfigValue) -> [String] {
        (config["images"]?.list ?? []).compactMap { $0["key"]?.string }.filter { !$0.opensExpression }.map { key in
            key.split(separator: ":", omittingEmptySubsequences: false).joined(separator: "\\:")
        }
    }

    /// Records that a step makes files from others; it is not known which of their lines it keeps.
    private mutating func make(_ to: ConfigValue?, of inputs: [ConfigValue]) {
        change(to) { $0.copiedPlaces.append($1) }
        let target = to?.string.flatMap { $0.opensExpression ? nil : find($0).slot }
        for input in inputs {
            guard let path = input.string else { continue }
            guard !path.opensExpression else {
                hasUnknownPlaces = true
                continue
            }
            let source = find(path).slot
            if let target { note(source, in: target) } else { self[source].isCopiedFrom = true }
        }
    }

    /// Records removed paths: their removal also removes the changes of others there.
    ///
    /// For a pattern, this is the folder before its first wildcard.
    private mutating func delete(_ config: ConfigValue) {
        let areGlobs = config["pathsAreGlobs"]?.bool ?? false
        for path in [config["path"]].compactMap(\.self) + (config["paths"]?.list ?? []) {
            guard areGlobs, let glob = path.string, !glob.opensExpression else {
                change(path) { $0.copiedPlaces.append($1) }
                continue
            }
            change(.string(WorkspacePath(glob).globFolder.text)) { $0.copiedPlaces.append($1) }
        }
    }

    private mutating func change(_ value: ConfigValue?, _ body: (inout Checkout, String) -> Void) {
        guard let path = value?.string else { return }
        guard !path.opensExpression else {
            hasUnknownPlaces = true
            return
        }
        let found = find(path)
        body(&self[found.slot], found.rest)
    }

    /// The place of a path of the workspace.
    private enum Slot: Equatable {
        case checkout(Int)
        case scratch
    }

    private subscript(slot: Slot) -> Checkout {
        get {
            switch slot {
            case .checkout(let index): checkouts[index]
            case .scratch: scratch
            }
        }
        set {
            switch slot {
            case .checkout(let index): checkouts[index] = newValue
            case .scratch: scratch = newValue
            }
        }
    }

    /// The checkout with the longest mount that contains the path, and the rest of the path.
    private func find(_ path: String) -> (slot: Slot, rest: String) {
        let path = WorkspacePath(path).text
        let found = checkouts.indices
            .filter { !checkouts[$0].isMountUnknown }
            .compactMap { index in Self.rest(of: path, below: checkouts[index].mount).map { (index, $0) } }
            .max { checkouts[$0.0].mount.utf8.count < checkouts[$1.0].mount.utf8.count }
        return found.map { (.checkout($0.0), $0.1) } ?? (.scratch, path)
    }

    fileprivate static func rest(of path: String, below folder: String) -> String? {
        // Compares bytes, as Git does for names.
        guard GitPath(path).isInside(GitPath(folder)) else { return nil }
        return String(decoding: path.utf8.dropFirst(folder.isEmpty ? 0 : folder.utf8.count + 1), as: UTF8.self)
    }

    /// A text that is neither empty nor a template.
    private static func name(_ value: ConfigValue?) -> String? {
        value?.string.flatMap { $0.isEmpty || $0.opensExpression ? nil : $0 }
    }

    fileprivate static func join(_ folder: String, _ rest: String) -> String {
        folder.isEmpty ? rest : rest.isEmpty ? folder : folder + "/" + rest
    }
}
