/// Turns the promotion mechanisms of Kargo 0.7 and 0.8 into steps, with values of the freight.
package enum LegacyMechanisms {
    /// - Parameter freight: all freight that the stage has after success, as Kargo 0.8 searched it.
    package static func steps(for freight: FreightLookup, mechanisms: PromotionMechanisms) -> [StepTemplate] {
        var steps: [StepTemplate] = []
        for (index, update) in inOrder(mechanisms.gitRepoUpdates).enumerated() {
            let folders = Folders(number: index + 1)
            for (uses, config) in gitSteps(update, freight: freight, folders: folders) {
                steps.append(template(uses, config, at: steps.count, place: update.place))
            }
        }
        if !mechanisms.argoCDAppUpdates.isEmpty {
            let pushed = pushedCommits(of: mechanisms, in: steps)
            let apps = mechanisms.argoCDAppUpdates.map { application($0, freight: freight, pushed: pushed) }
            let place = mechanisms.argoCDAppUpdates.first?.place ?? mechanisms.place
            var step = template("argocd-update", .map(["apps": .list(apps)]), at: steps.count, place: place)
            step.isOfMechanisms = true
            steps.append(step)
        }
        return steps
    }

    /// The expected commit of each repository after its update, as an expression.
    private static func pushedCommits(
        of mechanisms: PromotionMechanisms,
        in steps: [StepTemplate]
    ) -> [(repoURL: String, commit: String)] {
        let pushes = steps.filter { $0.uses == "git-push" }.map(\.alias)
        let all = zip(inOrder(mechanisms.gitRepoUpdates), pushes).map { update, alias in
            (repoURL: update.repoURL, commit: "${{ outputs['\(alias)'].commit }}")
        }
        // If a repository has several updates, Kargo used the last one.
        return all.enumerated().filter { index, push in
            !all[(index + 1)...].contains { FreightLookup.isSame($0.repoURL, push.repoURL) }
        }.map(\.element)
    }

    /// Plain copies come before updates with images, as in Kargo.
    private static func inOrder(_ updates: [GitRepoUpdate]) -> [GitRepoUpdate] {
        updates.filter(\.images.isEmpty) + updates.filter { !$0.images.isEmpty }
    }

    /// The folders of one update: `./src` and `./out`, numbered from the second update on.
    private struct Folders {
        var source: String
        var target: String

        init(number: Int) {
            let suffix = number > 1 ? "-\(number)" : ""
            source = "./src\(suffix)"
            target = "./out\(suffix)"
        }
    }

    private static func template(_ uses: String, _ config: ConfigValue, at index: Int, place: SourcePlace)
        -> StepTemplate
    {
        StepTemplate(uses: uses, alias: "step-\(index + 1)", config: config, place: place)
    }

    private static func gitSteps(
        _ update: GitRepoUpdate,
        freight: FreightLookup,
        folders: Folders
    ) -> [(uses: String, config: ConfigValue)] {
        let read = readSource(update, freight: freight)
        let isInPlace = read["branch"] == .string(update.writeBranch)
        let target = isInPlace ? folders.source : folders.target
        let settings = imageSettings(update, freight: freight)
        var steps: [(uses: String, config: ConfigValue)] = [
            ("git-clone", clone(update, read: read, folders: folders, isInPlace: isInPlace))
        ]
        for (folder, images) in settings.byFolder {
            let path = ConfigValue.string("\(folders.source)/\(folder)")
            steps.append(("kustomize-set-image", .map(["path": path, "images": .list(images)])))
        }
        if !isInPlace {
            steps.append(("git-clear", .map(["path": .string(target)])))
            steps.append(("copy", .map(["inPath": .string(folders.source), "outPath": .string(target)])))
        }
        let message = ConfigValue.string(message(settings.texts))
        steps.append(("git-commit", .map(["path": .string(target), "message": message])))
        steps.append(("git-push", .map(["path": .string(target)])))
        return steps
    }

    /// The freight's commit of this repository, otherwise the named branch, otherwise the remote's default branch.
    ///
    /// If several warehouses have a commit of it and none of them is named, the step itself reports that.
    private static func readSource(_ update: GitRepoUpdate, freight: FreightLookup) -> [String: ConfigValue] {
        switch freight.commit(of: update.repoURL, from: update.origin) {
        case .found(let commit): return ["commit": .string(commit.id.hex)]
        case .ambiguous: return ["fromFreight": .bool(true)]
        case .absent: break
        }
        guard let branch = update.readBranch, !branch.isEmpty else { return [:] }
        return ["branch": .string(branch)]
    }

    private static func clone(
        _ update: GitRepoUpdate,
        read: [String: ConfigValue],
        folders: Folders,
        isInPlace: Bool
    ) -> ConfigValue {
        let source = ConfigValue.map(read.merging(["path": .string(folders.source)]) { given, _ in given })
        let target = ConfigValue.map([
            "branch": .string(update.writeBranch), "create": .bool(true), "path": .string(folders.target),
        ])
        var config: [String: ConfigValue] = [
            "repoURL": .string(update.repoURL), "checkout": .list(isInPlace ? [source] : [source, target]),
        ]
        if update.insecureSkipTLSVerify { config["insecureSkipTLSVerify"] = .bool(true) }
        return .map(config)
    }

    private struct ImageSettings {
        /// In the order in which the folders are first named.
        var byFolder: [(folder: String, images: [ConfigValue])] = []
        /// Kargo's text for each in the commit message.
        var texts: [String] = []
    }

    /// Leaves out images that are not in the freight.
    private static func imageSettings(_ update: GitRepoUpdate, freight: FreightLookup) -> ImageSettings {
        var settings = ImageSettings()
        for wanted in update.images {
            var entry: [String: ConfigValue] = ["image": .string(wanted.image)]
            switch freight.image(wanted.image, from: wanted.origin ?? update.origin) {
            case .absent: continue
            // The step reports that there are several candidates.
            case .ambiguous: break
            case .found(let image):
                let version = wanted.useDigest ? image.digest : image.tag
                entry[wanted.useDigest ? "digest" : "tag"] = .string(version)
                let reference = "\(wanted.image)\(wanted.useDigest ? "@" : ":")\(version)"
                settings.texts.append("updated \(wanted.path)/kustomization.yaml to use image \(reference)")
            }
            if let index = settings.byFolder.firstIndex(where: { $0.folder == wanted.path }) {
                settings.byFolder[index].images.append(.map(entry))
            } else {
                settings.byFolder.append((wanted.path, [.map(entry)]))
            }
        }
        return settings
    }

    private static func message(_ texts: [String]) -> String {
        switch texts.count {
        case 0: "Kargo applied some changes"
        case 1: texts[0]
        default:
            (["Kargo applied multiple changes", "", "Including:"] + texts.map { "  * \($0)" }).joined(separator: "\n")
        }
    }
}

extension Stage {
    /// The steps of a promotion of this freight; empty where there is nothing to promote.
    ///
    /// - Parameters:
    ///   - others: freight of other warehouses that the stage has after success.
    ///   - subscriptions: those of every warehouse whose freight the stage requests.
    package func steps(
        for freight: Freight,
        beside others: [Freight] = [],
        subscriptions: [Subscription] = []
    ) -> [StepTemplate] {
        let steps =
            switch promotion {
            case .controlFlow: [StepTemplate]()
            case .steps(let steps): steps
            case .mechanisms(let mechanisms):
                LegacyMechanisms.steps(
                    for: FreightLookup(
                        collection: (others.filter { $0.origin != freight.origin } + [freight])
                            .sorted { $0.origin.name.utf8.lexicographicallyPrecedes($1.origin.name.utf8) },
                        subscriptions: subscriptions
                    ),
                    mechanisms: mechanisms
                )
            }
        return steps.map { step in
            guard StepCatalogue.needingCluster.contains(step.uses) else { return step }
            var step = step
            step.missingArgoCD = missingArgoCD
            return step
        }
    }
}
