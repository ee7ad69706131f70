import HoistwayModel
import HoistwayThreads

extension Checks {
    /// Two stages that clear the same path of a branch delete each other's files, unless both write all of them.
    func checkBranches() {
        let (projects, parts) = (projects, Parallel.parts(of: projects.count))
        let found = Parallel.map(parts.count) { number in
            projects[parts[number]].flatMap { project in
                Self.stages(of: project).flatMap { Clearing.all(of: $0, in: project) }
            }
        }
        var seen: [RepositoryKey: [Clearing]] = [:]
        for clearing in found.joined() {
            let others = seen[clearing.repository] ?? []
            if let other = others.first(where: { $0.collides(with: clearing) && $0.stage != clearing.stage }) {
                tell(of: other, and: clearing)
            }
            seen[clearing.repository, default: []].append(clearing)
        }
    }
}

extension Checks {
    /// Where both write the same files, nothing is lost; else each deletes what the other has promoted.
    ///
    /// The rules for pushes do not find this, apart from the limits: to them, Hoistway's own commits are not foreign.
    private func tell(of other: Clearing, and clearing: Clearing) {
        let writesTheSame = other.writes == clearing.writes && other.warehouses == clearing.warehouses
        let stages = "the stages \(other.stage) (line \(other.place.line)) and \(clearing.stage) both clear "
        let apart =
            "give each stage a branch, or a directory, of its own; or let both keep the images that they do not carry: "
            + "`carryImages: true` for both stages, below projects"
        if writesTheSame {
            problems.warning(
                clearing.place,
                stages + "\(clearing.what): each removes what the other alone has written there",
                hint: "fine as long as one task writes the whole of it for both; else " + apart
            )
        } else {
            problems.error(
                clearing.place,
                stages + "\(clearing.what): each would take away what the other has promoted",
                hint: apart
            )
        }
    }

    /// Git steps need a checkout of an earlier step; a push to another branch keeps the files that are there.
    func checkPlaces() {
        for stage in projects.flatMap(stages(of:)) {
            guard case .steps(let steps) = stage.promotion else { continue }
            let walk = StepWalk(stage: stage, steps: steps)
            walk.findings { place, message, hint in problems.error(place, message, hint: hint) }
            for step in steps where step.uses == "git-push" && step.config["force"]?.bool == true {
                problems.warning(
                    step.place,
                    "force: true has no effect: nothing that others have pushed is overwritten, and the push is a normal one",
                    hint: "take force out"
                )
            }
        }
    }
}

/// A part of a branch that a stage empties before it writes.
private struct Clearing {
    var stage: StageKey
    var repository: RepositoryKey
    var branch: String
    /// Inside the repository; empty is all of it.
    var path: String
    var place: SourcePlace
    /// Images that the stage's freight does not carry are copied from the branch.
    var carriesImages: Bool
    /// The files that it writes there, as far as the steps show.
    var writes: [String]
    /// The warehouses that its freight comes from.
    var warehouses: Set<String>

    var what: String {
        let name = branch.isEmpty ? "the default branch" : "the branch \(branch)"
        return path.isEmpty ? name : "\(path) of \(name)"
    }

    /// - Parameter other: of the same repository.
    func collides(with other: Clearing) -> Bool {
        isSameBranch(as: other) && !(carriesImages && other.carriesImages)
            && (PathText.contains(path, other.path) || PathText.contains(other.path, path))
    }

    /// The name of the default branch is not known here: it is assumed to be one of the usual names.
    private func isSameBranch(as other: Clearing) -> Bool {
        if branch.isEmpty { return other.branch.isEmpty || GitRepoUpdate.usualDefaults.contains(other.branch) }
        if other.branch.isEmpty { return GitRepoUpdate.usualDefaults.contains(branch) }
        return branch == other.branch
    }

    static func all(of stage: Stage, in project: Project) -> [Clearing] {
        switch stage.promotion {
        case .controlFlow: []
        case .steps(let steps): StepWalk(stage: stage, steps: steps).clearings()
        case .mechanisms(let mechanisms):
            mechanisms.gitRepoUpdates.compactMap { clearing($0, stage: stage, in: project) }
        }
    }

    /// An update that reads one branch and writes another replaces the other's whole tree; so does one that reads the
    /// commit in the freight.
    private static func clearing(_ update: GitRepoUpdate, stage: Stage, in project: Project) -> Clearing? {
        guard let repository = RepositoryKey(url: update.repoURL) else { return nil }
        let subscriptions = stage.requestedFreight.flatMap { project.warehouses[$0.warehouse]?.subscriptions ?? [] }
        let readsFreight = subscriptions.contains { subscription in
            if case .git(let git) = subscription { git.key == repository } else { false }
        }
        guard readsFreight || !update.isInPlace else { return nil }
        return Clearing(
            stage: stage.key,
            repository: repository,
            branch: update.writeBranch,
            path: "",
            place: update.place,
            carriesImages: stage.carriesImages,
            writes: [update.readBranch ?? ""],
            warehouses: Set(stage.requestedFreight.map(\.warehouse))
        )
    }
}

extension GitRepoUpdate {
    /// Whether it writes the branch that it reads.
    ///
    /// Without `readBranch`, the default branch is read; its name is not known here, but these are the usual ones.
    var isInPlace: Bool {
        readBranch.map { $0 == writeBranch } ?? Self.usualDefaults.contains(writeBranch)
    }

    static let usualDefaults = ["main", "master", "trunk"]
}

/// Follows the steps of a stage to find which branches they clear.
private struct StepWalk {
    let stage: Stage
    let steps: [StepTemplate]

    private struct Mount {
        enum Ref: Equatable {
            /// Empty for the default branch.
            case branch(String)
            case tagOrCommit
            /// An expression gives the name.
            case unknown
        }

        var path: String
        /// `nil`: an expression gives it, or it is not the URL of a repository.
        var repository: RepositoryKey?
        var ref: Ref
    }

    /// The checkouts of a workspace by path, as far as they are known.
    private struct Mounts {
        var all: [Mount] = []
        /// An expression gives the path of a checkout: it may be anywhere.
        var hasUnknown = false
    }

    /// Steps that never run are left out.
    private var running: [StepTemplate] { steps.filter { $0.constantCondition != false } }

    func clearings() -> [Clearing] {
        var mounts = Mounts()
        var cleared: [(mount: Mount, path: String, place: SourcePlace)] = []
        var clearings: [Clearing] = []
        for step in running {
            switch step.uses {
            case "git-clone": add(step, to: &mounts)
            case "git-clear":
                guard let (mount, path) = place(of: step, in: mounts) else { continue }
                cleared.append((mount, path, step.place))
            case "git-push":
                guard let (mount, _) = place(of: step, in: mounts), let repository = mount.repository,
                    let branch = target(of: step, mount)
                else { continue }
                for item in cleared where item.mount.path == mount.path {
                    clearings.append(
                        Clearing(
                            stage: stage.key,
                            repository: repository,
                            branch: branch,
                            path: item.path,
                            place: item.place,
                            carriesImages: stage.carriesImages,
                            writes: running.compactMap(Self.written),
                            warehouses: Set(stage.requestedFreight.map(\.warehouse))
                        )
                    )
                }
            default: continue
            }
        }
        return clearings
    }

    /// A text that is equal for steps that write the same files; `nil`: the step writes none.
    private static func written(by step: StepTemplate) -> String? {
        func texts(_ keys: String...) -> [String] { keys.map { step.config[$0]?.string ?? "" } }
        let places: [String]
        switch step.uses {
        case "copy", "untar", "tar": places = texts("inPath", "outPath")
        case "kustomize-build", "helm-template":
            let target = texts("outPath")
            // A single file is the same file whatever it is made from.
            let isFile = [".yaml", ".yml", ".json"].contains { target[0].hasSuffix($0) }
            places = isFile ? target : texts("path", "outPath", "outLayout")
        case "kustomize-set-image":
            let images = (step.config["images"]?.list ?? []).map { $0["image"]?.string ?? "" }
            places = texts("path") + images.sorted()
        case "git-clone", "git-clear", "git-commit", "git-push", "git-tag": return nil
        default: places = texts("path", "outPath")
        }
        return places.allSatisfy(\.isEmpty) ? nil : ([step.uses] + places).joined(separator: "\n")
    }

    /// The branch that a push writes, where it is known and other stages may write it too.
    private func target(of push: StepTemplate, _ mount: Mount) -> String? {
        let keys = ["targetBranch", "generateTargetBranch", "tag"]
        guard !keys.contains(where: { push.config[$0]?.isUnknown ?? false }),
            push.config["generateTargetBranch"]?.bool != true, !(push.config["tag"]?.isGiven ?? false)
        else { return nil }
        if let target = push.config["targetBranch"]?.string, !target.isEmpty { return target }
        guard case .branch(let branch) = mount.ref else { return nil }
        return branch
    }

    /// Reports Git steps that have no checkout to work on, and pushes that cannot be made.
    func findings(_ tell: (SourcePlace, String, String?) -> Void) {
        var mounts = Mounts()
        var cleared: Set<String> = []
        for step in running {
            switch step.uses {
            case "git-clone": add(step, to: &mounts)
            case "git-clear", "git-commit", "git-tag", "git-push":
                guard let path = step.config["path"]?.string, !path.opensExpression else { continue }
                guard let (mount, inside) = place(of: step, in: mounts) else {
                    guard !mounts.hasUnknown else { continue }
                    tell(
                        step.place,
                        "\(step.uses) works on \(ShownText.text(path)), which no earlier git-clone has checked out",
                        mounts.all.isEmpty ? nil : "checked out: \(mounts.all.map(\.path).joined(separator: ", "))"
                    )
                    continue
                }
                if step.uses == "git-clear", inside.isEmpty { cleared.insert(mount.path) }
                guard step.uses == "git-push" else { continue }
                check(step, mount, isCleared: cleared.contains(mount.path), tell)
            default: continue
            }
        }
    }

    private func check(
        _ push: StepTemplate,
        _ mount: Mount,
        isCleared: Bool,
        _ tell: (SourcePlace, String, String?) -> Void
    ) {
        let keys = ["targetBranch", "generateTargetBranch", "tag"]
        guard !keys.contains(where: { push.config[$0]?.isUnknown ?? false }) else { return }
        let target = push.config["targetBranch"]?.string ?? ""
        switch mount.ref {
        case .unknown: return
        case .tagOrCommit:
            guard !keys.contains(where: { push.config[$0]?.isGiven ?? false }) else { break }
            tell(
                push.place,
                "\(mount.path) shows a tag or a commit: it cannot be pushed without a target",
                "name the branch to push to with targetBranch, or check out a branch there"
            )
            return
        case .branch(let branch):
            // The name of the default branch is not known here.
            guard !branch.isEmpty, target != branch else { return }
        }
        guard isCleared, !target.isEmpty else { return }
        tell(
            push.place,
            "\(mount.path) is cleared, and shows another branch than \(ShownText.text(target)), to which it is pushed: "
                + "once that branch exists, all of it would be replaced",
            "give the branch a checkout of its own: `- {branch: \(ShownText.text(target)), create: true, path: ./out}` below "
                + "checkout of git-clone, and let git-clear, git-commit and git-push work on ./out"
        )
    }

    private func add(_ step: StepTemplate, to mounts: inout Mounts) {
        guard let checkouts = step.config["checkout"]?.list else {
            mounts.hasUnknown = true
            return
        }
        for checkout in checkouts {
            guard let path = checkout["path"]?.string, !path.opensExpression else {
                mounts.hasUnknown = true
                continue
            }
            mounts.all.append(
                Mount(
                    path: WorkspacePath(path).text,
                    repository: step.config["repoURL"]?.string.flatMap {
                        $0.opensExpression ? nil : RepositoryKey(url: $0)
                    },
                    ref: ref(of: checkout)
                )
            )
        }
    }

    private func ref(of checkout: ConfigValue) -> Mount.Ref {
        let keys = ["branch", "tag", "commit", "fromFreight"]
        if keys.contains(where: { checkout[$0]?.isUnknown ?? false }) { return .unknown }
        let isElsewhere =
            ["tag", "commit"].contains { !(checkout[$0]?.string ?? "").isEmpty }
            || checkout["fromFreight"]?.bool == true
        return isElsewhere ? .tagOrCommit : .branch(checkout["branch"]?.string ?? "")
    }

    /// The mount that holds a step's path, and the path inside it.
    private func place(of step: StepTemplate, in mounts: Mounts) -> (mount: Mount, path: String)? {
        guard let text = step.config["path"]?.string, !text.opensExpression else { return nil }
        let path = WorkspacePath(text).text
        let holding = mounts.all.filter { PathText.contains($0.path, path) }
        guard let mount = holding.max(by: { $0.path.utf8.count < $1.path.utf8.count }) else { return nil }
        return (mount, String(path.dropFirst(mount.path.count).drop { $0 == "/" }))
    }
}

extension PathText {
    /// Whether `inner` is `outer` or is below it; both must be tidy.
    static func contains(_ outer: String, _ inner: String) -> Bool {
        outer.isEmpty || inner == outer || inner.hasPrefix(outer + "/")
    }
}
