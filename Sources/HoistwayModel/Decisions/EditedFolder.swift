/// A kustomization that a stage edits on a branch.
package struct EditedFolder: Sendable, Hashable {
    package var repoURL: String
    package var branch: String
    /// Empty for the root.
    package var folder: String
}

extension Stage {
    /// Every kustomization that the stage's promotions write, as far as its manifest tells.
    package var editedFolders: [EditedFolder] {
        switch promotion {
        case .controlFlow: []
        case .steps(let steps):
            PromotionPlan(steps: steps).pushed.flatMap { checkout in
                checkout.editedDirectories.map {
                    EditedFolder(repoURL: checkout.repoURL, branch: checkout.pushBranch ?? "", folder: $0)
                }
            }
        case .mechanisms(let mechanisms):
            mechanisms.gitRepoUpdates.flatMap { update in
                update.images.map {
                    EditedFolder(
                        repoURL: update.repoURL,
                        branch: update.writeBranch,
                        folder: PromotionPlan.clean($0.path)
                    )
                }
            }
        }
    }
}
