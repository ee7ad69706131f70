extension Stage {
    /// The steps of a promotion of this freight; legacy mechanisms become steps with its values filled in.
    package func steps(for freight: Freight) -> [StepTemplate] {
        switch promotion {
        case .controlFlow: []
        case .steps(let steps): steps
        case .mechanisms(let mechanisms): LegacyMapping(freight: freight).steps(of: mechanisms)
        }
    }
}

/// Turns Kargo 0.7's and 0.8's promotion mechanisms into the steps that do the same.
struct LegacyMapping: Sendable {
    let freight: Freight

    func steps(of mechanisms: PromotionMechanisms) -> [StepTemplate] {
        var steps: [StepTemplate] = []
        for (index, update) in mechanisms.gitRepoUpdates.enumerated() {
            let mark = index == 0 ? "" : "-\(index + 1)"
            for step in gitSteps(of: update, source: "./src" + mark, target: "./out" + mark) {
                add(step.uses, step.config, at: update.place, to: &steps)
            }
        }
        guard !mechanisms.argoCDAppUpdates.isEmpty else { return steps }
        let apps = mechanisms.argoCDAppUpdates.map {
            ConfigValue.map(["name": .string($0.appName), "namespace": .string($0.appNamespace)])
        }
        add("argocd-update", .map(["apps": .list(apps)]), at: mechanisms.argoCDAppUpdates[0].place, to: &steps)
        return steps
    }

    private func add(_ uses: String, _ config: ConfigValue, at place: SourcePlace, to steps: inout [StepTemplate]) {
        steps.append(StepTemplate(uses: uses, alias: "step-\(steps.count + 1)", config: config, place: place))
    }

    /// Where what is read is what is written, files are edited in place; else the branch becomes a copy.
    private func gitSteps(
        of update: GitRepoUpdate,
        source: String,
        target: String
    ) -> [(uses: String, config: ConfigValue)] {
        let commit = freight.commits.first { KargoURL.git($0.repoURL) == KargoURL.git(update.repoURL) }
        let isInPlace = commit == nil && update.readBranch == update.writeBranch
        let written = isInPlace ? source : target
        var read: [String: ConfigValue] = ["path": .string(source)]
        if let commit {
            read["commit"] = .string(commit.id.hex)
        } else if let branch = update.readBranch, !branch.isEmpty {
            read["branch"] = .string(branch)
        }
        let write: [String: ConfigValue] = [
            "branch": .string(update.writeBranch), "create": .bool(true), "path": .string(target),
        ]
        var clone: [String: ConfigValue] = [
            "repoURL": .string(update.repoURL),
            "checkout": .list(isInPlace ? [.map(read)] : [.map(read), .map(write)]),
        ]
        if update.insecureSkipTLSVerify { clone["insecureSkipTLSVerify"] = .bool(true) }
        var steps: [(uses: String, config: ConfigValue)] = [("git-clone", .map(clone))]
        steps += edits(of: update, below: source)
        if !isInPlace {
            steps.append(("git-clear", .map(["path": .string(target)])))
            steps.append(("copy", .map(["inPath": .string(source), "outPath": .string(target)])))
        }
        steps.append(("git-commit", .map(["path": .string(written), "message": .string(message(of: update))])))
        steps.append(("git-push", .map(["path": .string(written)])))
        return steps
    }

    /// One step for each folder; images that the freight does not carry are passed over.
    private func edits(of update: GitRepoUpdate, below source: String) -> [(uses: String, config: ConfigValue)] {
        var folders: [String] = []
        var images: [String: [ConfigValue]] = [:]
        for entry in update.images {
            guard let image = carried(entry) else { continue }
            let version: (String, String) = entry.useDigest ? ("digest", image.digest) : ("tag", image.tag)
            if images[entry.path] == nil { folders.append(entry.path) }
            images[entry.path, default: []].append(
                .map(["image": .string(entry.image), version.0: .string(version.1)])
            )
        }
        return folders.map { folder in
            (
                "kustomize-set-image",
                .map(["path": .string(source + "/" + folder), "images": .list(images[folder] ?? [])])
            )
        }
    }

    private func carried(_ entry: GitRepoUpdate.KustomizeImage) -> ImageArtifact? {
        freight.images.first { $0.repoURL == entry.image }
    }

    /// Kargo's own words: one change is named in the subject, several in a list.
    private func message(of update: GitRepoUpdate) -> String {
        let changes = update.images.compactMap { entry in
            carried(entry).map { image in
                let reference = entry.useDigest ? "\(entry.image)@\(image.digest)" : "\(entry.image):\(image.tag)"
                return "updated \(entry.path)/kustomization.yaml to use image \(reference)"
            }
        }
        switch changes.count {
        case 0: return "Kargo applied some changes"
        case 1: return changes[0]
        default:
            return "Kargo applied multiple changes\n\nIncluding:\n\n"
                + changes.map { "  * \($0)" }.joined(separator: "\n")
        }
    }
}
