import HoistwayModel
import HoistwayPorts

/// Looks at what a warehouse subscribes to, events or not.
struct Discoverer: Sendable {
    let ports: EnginePorts
    /// The state of this moment, whenever it is asked for.
    let present: @Sendable () async -> PipelineState

    /// Throws the first failure: a pass counts as a whole, as Kargo's does.
    func observe(_ warehouse: Warehouse) async throws -> [Observation] {
        var observations: [Observation] = []
        let state = await present()
        for subscription in warehouse.subscriptions {
            let key = SubscriptionKey(warehouse: warehouse.key, subscription: subscription.id)
            switch subscription {
            case .image(let image):
                let newest = try await newest(of: image, project: warehouse.key.project)
                observations.append(
                    Observation(subscription: key, newest: newest.map(Artifact.image), known: state.subscriptions[key])
                )
            case .git(let git):
                let known = state.subscriptions[key]
                let remote = try ports.remotes.remote(
                    git.repoURL,
                    project: warehouse.key.project,
                    insecureSkipTLSVerify: git.insecureSkipTLSVerify
                )
                let newest = try await newest(of: git, remote: remote)
                let leftOut: String? =
                    if let newest, newest.tag == nil {
                        try await NewCommits(ports: ports, present: present)
                            .leftOut(newest.id, after: known?.head, of: git, remote: remote)
                    } else {
                        nil
                    }
                observations.append(
                    Observation(
                        subscription: key,
                        newest: newest.map(Artifact.commit),
                        known: known,
                        leftOut: leftOut
                    )
                )
            case .chart: continue
            }
        }
        return observations
    }

    private func newest(of image: ImageSubscription, project: String) async throws -> ImageArtifact? {
        if image.strategy == .digest {
            return try await artifact(image.constraint ?? "", of: image, project: project)
        }
        let tags = try await ports.registry.tags(of: image, project: project)
        let candidates = ImageSelection.candidates(among: tags, for: image, matcher: ports.matcher)
        guard image.strategy == .newestBuild else {
            for tag in candidates {
                if let found = try await artifact(tag, of: image, project: project) { return found }
            }
            return nil
        }
        var built: [ImageArtifact] = []
        for tag in candidates {
            guard var found = try await artifact(tag, of: image, project: project) else { continue }
            found.createdAt = try await ports.registry.createdAt(of: tag, in: image, project: project)
            built.append(found)
        }
        return ImageSelection.newest(of: built, for: image)
    }

    private func artifact(_ tag: String, of image: ImageSubscription, project: String) async throws -> ImageArtifact? {
        guard let digest = try await ports.registry.find(tag, in: image, project: project).digest else { return nil }
        return ImageArtifact(repoURL: image.repoURL, tag: tag, digest: digest)
    }

    private func newest(of git: GitSubscription, remote: any GitRemote) async throws -> CommitArtifact? {
        if git.strategy == .newestFromBranch {
            let wanted = git.branch.map { "refs/heads/" + $0 }
            let snapshot = try await remote.refs(prefixes: [wanted ?? "HEAD"])
            let head = (wanted ?? snapshot.defaultBranch).flatMap { snapshot.refs[$0] } ?? snapshot.refs["HEAD"]
            guard let head else { return nil }
            return try await artifact(head, tag: nil, of: git, remote: remote)
        }
        return try await newestTag(of: git, remote: remote)
    }

    private func newestTag(of git: GitSubscription, remote: any GitRemote) async throws -> CommitArtifact? {
        let snapshot = try await remote.refs(prefixes: ["refs/tags/"])
        let tags = snapshot.refs.keys.compactMap { CommitSelection.short($0, below: "refs/tags/") }
        let candidates = CommitSelection.candidates(amongTags: tags, for: git, matcher: ports.matcher)
        let looked = git.strategy == .newestTag ? candidates : Array(candidates.prefix(1))
        var newest: CommitArtifact?
        for tag in looked {
            let ref = "refs/tags/" + tag
            guard let commit = snapshot.peeled[ref] ?? snapshot.refs[ref] else { continue }
            let found = try await artifact(commit, tag: tag, of: git, remote: remote)
            guard let best = newest else {
                newest = found
                continue
            }
            if CommitSelection.compare(found, to: best, for: git) == .newer { newest = found }
        }
        return newest
    }

    private func artifact(
        _ id: ObjectID,
        tag: String?,
        of git: GitSubscription,
        remote: any GitRemote
    ) async throws -> CommitArtifact {
        let commit = try await remote.commit(id)
        let subject = commit.message.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
        return CommitArtifact(
            repoURL: git.repoURL,
            id: id,
            branch: git.branch,
            tag: tag,
            message: subject.count > 80 ? subject.prefix(77) + "..." : subject,
            author: commit.author,
            createdAt: commit.committedAt
        )
    }
}
