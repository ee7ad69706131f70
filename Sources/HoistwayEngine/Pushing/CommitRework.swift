import HoistwayModel
import HoistwayPorts
import HoistwaySteps

/// Changes a promotion's commit before it is judged: the stage's rules may keep others' work and images.
struct CommitRework: Sendable {
    enum Result: Sendable {
        case done(PushNeed)
        case refused(String)
    }

    let subject: PushSubject

    func rework(_ need: PushNeed, _ facts: BranchFacts) async throws -> Result {
        let kept = try await keepForeignWork(need, facts)
        guard case .done(let need) = kept, !need.outgoing.commits.isEmpty else { return kept }
        return try await carryImages(need)
    }

    /// `foreignCommits: keep`.
    private func keepForeignWork(
        _ need: PushNeed,
        _ facts: BranchFacts
    ) async throws -> Result {
        guard subject.stage.foreignCommits == .keep, subject.isCopied || need.isTransfer, need.isOnStageBranch,
            !need.outgoing.old.isZero
        else { return .done(need) }
        // A person has adopted the tip, so its content may be overwritten.
        let isAdopted = facts.tip != nil && subject.known?.adopted == facts.tip
        let earlier = isAdopted ? [:] : try await subject.finder(need).keptBefore()
        guard !facts.foreign.commits.isEmpty || !earlier.isEmpty else { return .done(need) }
        let kept = try await ForeignWorkKeeper().keep(need, facts.foreign, earlier: earlier)
        switch kept {
        case .kept(let kept): return .done(kept)
        case .refused(let words):
            let adopt = "`hoistway adopt \(subject.stage.key)`"
            return .refused("\(words): correct the branch, or \(adopt) lets promotions overwrite it")
        }
    }

    /// `carryImages: true`.
    private func carryImages(_ need: PushNeed) async throws -> Result {
        guard subject.stage.carriesImages, subject.isCopied, let made = need.outgoing.commits.last else {
            return .done(need)
        }
        let remote = need.outgoing.remote
        let changes = try await need.changes(by: made, workspaces: subject.core.ports.workspaces)
        guard !changes.isCut else {
            return .refused(
                "more than \(PushNeed.maxLooked) files differ: Hoistway does not search so many for images of others"
            )
        }
        let files = changes.changed.filter(Kustomizations.isOne)
        var others: [OthersImages.Found] = []
        if let base = try await remote.tree(of: need.outgoing.base) {
            let tree = try await remote.commit(made).tree
            let containers = try await ManifestPair.read(changes, from: base, to: tree, in: remote)
            others = try await OthersImages(subject: subject, remote: remote)
                .find(changes, from: base, to: tree, containers: containers)
        }
        switch try await ImageCarrier(remote: remote, own: await subject.own()).carry(
            need,
            files: files,
            others: others,
            from: need.outgoing.base
        ) {
        case .carried(let carried): return .done(carried)
        case .refused(let words): return .refused(words)
        }
    }
}
