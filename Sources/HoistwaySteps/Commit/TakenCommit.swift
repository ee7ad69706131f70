import HoistwayModel

/// The commit that a checkout took from a repository, where the freight has a commit of the same repository.
struct TakenCommit: Sendable, Equatable {
    var repoURL: String
    var id: ObjectID
    /// The ref in the checkout's configuration, as `main`; `nil` where it names a commit.
    var ref: String?

    /// `git.test/ops 0123… (main)`; the key has no user part, which the URL may have.
    var shown: String {
        "\(RepositoryKey(url: repoURL)?.text ?? "repository") \(id.hex)\(ref.map { " (\($0))" } ?? "")"
    }
}

extension Artifact {
    /// The artifact as the promotion delivers it: with the commit that was really taken from its repository.
    ///
    /// The message of the freight's commit does not belong to another commit.
    func delivered(_ taken: [TakenCommit]) -> Artifact {
        guard case .commit(let commit) = self, let other = commit.replacement(in: taken) else { return self }
        return .commit(CommitArtifact(repoURL: commit.repoURL, id: other.id, branch: other.ref))
    }
}

extension CommitArtifact {
    /// The commit that was taken in place of this one; `nil` where this one was taken, or none of its repository.
    func replacement(in taken: [TakenCommit]) -> TakenCommit? {
        let own = taken.filter { FreightLookup.isSame($0.repoURL, repoURL) }
        return own.contains { $0.id == id } ? nil : own.first
    }
}

extension StepContext {
    /// The commits that the checkouts so far deliver, for each commit of the freight.
    var deliveredCommits: [DeliveredCommit] {
        (collection.isEmpty ? [freight].compactMap(\.self) : collection).flatMap { freight in
            freight.commits.compactMap { commit in
                guard taken.contains(where: { FreightLookup.isSame($0.repoURL, commit.repoURL) }) else { return nil }
                let other = commit.replacement(in: taken)
                return DeliveredCommit(
                    warehouse: freight.origin.name,
                    carried: commit.id,
                    delivered: other?.id ?? commit.id,
                    ref: other?.ref
                )
            }
        }
    }
}
