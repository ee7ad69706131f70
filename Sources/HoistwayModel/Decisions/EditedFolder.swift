/// A kustomization that a stage edits on a branch.
package struct EditedFolder: Sendable, Hashable {
    package var repoURL: String
    package var branch: String
    /// Empty for the root.
    package var folder: String

    /// File names of kustomizations.
    package static let kustomizations = ["kustomization.yaml", "kustomization.yml", "Kustomization"]

    package static func isKustomization(_ path: GitPath) -> Bool {
        let name = path.name
        return kustomizations.contains { name == GitPath($0) }
    }
}

/// A branch that a stage writes.
package struct WrittenBranch: Sendable, Hashable {
    package var repoURL: String
    package var insecureSkipTLSVerify: Bool
    /// Empty: the repository's default branch.
    package var branch: String

    package init(repoURL: String, insecureSkipTLSVerify: Bool, branch: String) {
        self.repoURL = repoURL
        self.insecureSkipTLSVerify = insecureSkipTLSVerify
        self.branch = branch
    }
}

extension Stage {
    /// Every branch to which the stage's promotions push, as far as its manifest shows.
    package var writtenBranches: Set<WrittenBranch> {
        switch promotion {
        case .controlFlow: []
        case .steps(let steps):
            Set(
                PromotionPlan(steps: steps).pushed.filter { !$0.isPlaceUnknown }.flatMap { checkout in
                    checkout.pushBranches(default: "").map {
                        WrittenBranch(
                            repoURL: checkout.repoURL,
                            insecureSkipTLSVerify: checkout.insecureSkipTLSVerify,
                            branch: $0
                        )
                    }
                }
            )
        case .mechanisms(let mechanisms):
            Set(
                mechanisms.gitRepoUpdates.map {
                    WrittenBranch(
                        repoURL: $0.repoURL,
                        insecureSkipTLSVerify: $0.insecureSkipTLSVerify,
                        branch: $0.writeBranch
                    )
                }
            )
        }
    }

    /// Every kustomization that the stage's promotions write, as far as its manifest shows.
    package var editedFolders: [EditedFolder] {
        switch promotion {
        case .controlFlow: []
        case .steps(let steps):
            PromotionPlan(steps: steps).pushed.filter { !$0.isPlaceUnknown }.flatMap { checkout in
                checkout.pushBranches(default: "").flatMap { branch in
                    checkout.editedDirectories.map {
                        EditedFolder(repoURL: checkout.repoURL, branch: branch, folder: $0)
                    }
                }
            }
        case .mechanisms(let mechanisms):
            mechanisms.gitRepoUpdates.flatMap { update in
                update.images.map {
                    EditedFolder(
                        repoURL: update.repoURL,
                        branch: update.writeBranch,
                        folder: WorkspacePath($0.path).text
                    )
                }
            }
        }
    }
}

/// The files that a stage's promotions write on a branch besides kustomizations, as far as its manifest shows.
package struct BranchFootprint: Sendable, Hashable {
    package var repoURL: String
    /// Empty: the default branch.
    package var branch: String
    /// Files of the branch in which they set single values.
    package var editedFiles: [PromotionPlan.EditedFile]
    /// Folders of the branch in whose files they set values with markers.
    package var editedTrees: [PromotionPlan.EditedTree]
    /// Files and folders of the branch that they make or copy; an empty path is the whole branch.
    package var madePlaces: [String]

    /// Files and folders of the branch in which they set single values; an empty path is the whole branch.
    package var editedPlaces: [String] { editedFiles.map(\.path) + editedTrees.map(\.path) }
}

extension Stage {
    /// One for each branch to which the stage's promotions push.
    package var footprints: [BranchFootprint] {
        guard case .steps(let steps) = promotion else { return [] }
        return PromotionPlan(steps: steps).pushed.filter { !$0.isPlaceUnknown }.flatMap { checkout in
            checkout.pushBranches(default: "").map {
                BranchFootprint(
                    repoURL: checkout.repoURL,
                    branch: $0,
                    editedFiles: checkout.editedFiles,
                    editedTrees: checkout.editedTrees,
                    madePlaces: checkout.copiedPlaces
                )
            }
        }
    }
}

extension PromotionPlan.Checkout {
    /// The target of its push is known only at run time.
    fileprivate var isPlaceUnknown: Bool { isRepositoryUnknown || isPushBranchUnknown }
}
