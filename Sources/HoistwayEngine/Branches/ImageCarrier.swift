import HoistwayEdits
import HoistwayModel
import HoistwayPorts
import HoistwaySteps

/// Keeps the branch's image entries for images that are not in the promotion's freight (`carryImages: true`).
///
/// A promotion that replaces the tree by a copy of another branch would reset the images of all other stages. Here each
/// kustomization that both trees have gets its entries from the branch, except those of the freight. The rest of the
/// file comes from the copy.
struct ImageCarrier: Sendable {
    enum Result {
        case carried(PushNeed)
        case refused(String)
    }

    let remote: any GitRemote
    /// Names of images in the freight.
    let own: Set<String>

    /// - Parameters:
    ///   - files: kustomizations that differ between the branch and the new tree.
    ///   - others: values and containers of other stages, as the branch has them.
    func carry(
        _ need: PushNeed,
        files: [GitPath],
        others: [OthersImages.Found],
        from base: ObjectID
    ) async throws -> Result {
        guard let made = need.outgoing.commits.last, !base.isZero else { return .carried(need) }
        let kustomizations = Kustomizations(remote: remote)
        let commit = try await remote.commit(made)
        let theirs = try await remote.commit(base).tree
        var tree = commit.tree
        for file in files {
            guard let content = try await kustomizations.content(file, in: commit.tree) else { continue }
            let targets = try await kustomizations.entries(file, in: theirs).values
                .filter { !own.contains($0.name) }
                .map(Self.target)
            guard !targets.isEmpty else { continue }
            do {
                let edit = try KustomizationEditor.setImages(
                    document: content,
                    targets: targets.sorted { $0.name < $1.name }
                )
                guard edit.changed else { continue }
                tree = try await Self.replacing(file, by: edit.bytes, in: tree, remote)
            } catch let failure as EditFailure {
                return .refused("the images that the branch has cannot be kept in \(file): \(failure.message)")
            }
        }
        for (file, found) in Dictionary(grouping: others, by: \.file).sorted(by: { $0.key < $1.key }) {
            guard let content = try await kustomizations.content(file, in: tree) else { continue }
            let refusal = "what other stages have on the branch cannot be kept in \(file)"
            let kept: [UInt8]?
            do throws(UpdateFailure) {
                kept = try found.kept(in: content)
            } catch {
                return .refused("\(refusal): \(error.reason)")
            }
            guard let kept else { return .refused("\(refusal): an image there cannot be replaced alone") }
            tree = try await Self.replacing(file, by: kept, in: tree, remote)
        }
        return .carried(try await CommitRemaking(commit: commit).replacing(tree: tree, theirs: theirs, in: need))
    }

    private static func replacing(
        _ file: GitPath,
        by bytes: [UInt8],
        in tree: ObjectID,
        _ remote: any GitRemote
    ) async throws(GitFailure) -> ObjectID {
        guard var entry = try await TreePath(file).entry(in: tree, remote) else { return tree }
        entry.id = try await remote.makeBlob(bytes)
        return try await TreePath(file).set(entry, in: tree, remote)
    }

    /// The whole entry, as the branch has it.
    private static func target(_ entry: ImageEntry) -> ImageTarget {
        ImageTarget(
            name: entry.name,
            newName: .init(argument: entry.newName),
            tag: .init(argument: entry.newTag),
            digest: .init(argument: entry.digest)
        )
    }
}
