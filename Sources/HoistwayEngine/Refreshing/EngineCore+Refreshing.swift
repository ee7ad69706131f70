import HoistwayModel
import HoistwayPorts

extension RefreshRules {
    /// The rules by the configuration; for stages in observe mode no Applications are refreshed.
    init(_ configuration: EngineConfiguration) {
        self.init(
            configuration.pipelines,
            wholeCluster: configuration.mode == .promote ? configuration.refreshedCluster : nil,
            options: configuration.argocd
        ) { configuration.pipelines.mode(of: $0, program: configuration.mode) == .promote }
    }
}

extension EngineCore {
    /// Records, with the decision on a delivery, that Applications must be refreshed for it.
    ///
    /// - Returns: a sentence for each ref that concerns Applications.
    func noteRefreshes(
        _ events: [Event],
        from source: EventSource,
        into transaction: inout Ledger.Transaction
    ) -> [String] {
        guard let argocd = ports.argocd else { return [] }
        let rules = configurations.present.index.refreshRules
        guard !rules.clusters(for: source.projects).isEmpty else { return [] }
        var lines: [String] = []
        for event in events {
            guard let allowed = source.scope.map({ $0.limiting(event) }) ?? event else { continue }
            // Hoistway's own push was recorded with its outcome.
            if case .push(let push) = allowed, Self.isEcho(push, state: transaction.state) { continue }
            for news in SourceNews.of(allowed) {
                let record = RefreshRecord(
                    news: news,
                    cause: source.name,
                    projects: source.projects,
                    clusters: [],
                    since: ports.clock.now()
                )
                if let line = note(record, rules, argocd.applications, into: &transaction) { lines.append(line) }
            }
        }
        return lines
    }

    /// Records, with the outcome of Hoistway's own push, that Applications must be refreshed for it.
    func noteRefreshes(
        after pushed: [(branch: PushIntent.Branch, changedFiles: [String]?)],
        to remote: String,
        into transaction: inout Ledger.Transaction
    ) {
        guard let argocd = ports.argocd, let key = RepositoryKey(url: remote) else { return }
        let rules = configurations.present.index.refreshRules
        guard !rules.clusters(for: nil).isEmpty else { return }
        for (branch, files) in pushed {
            let isDefault = branches.defaultBranch(of: remote).map { $0 == branch.branch }
            let news = SourceNews(
                repositories: [key.text],
                what: branch.kind == .tag ? .tag(branch.branch) : .branch(branch.branch, isDefault: isDefault),
                commit: branch.commits.last?.id.hex,
                changedFiles: files
            )
            let record = RefreshRecord(
                news: news,
                cause: Self.cause(of: branch),
                clusters: [],
                since: ports.clock.now()
            )
            _ = note(record, rules, argocd.applications, into: &transaction)
        }
    }

    /// Records a refresh for each cluster that it may concern.
    ///
    /// - Returns: `nil` if it concerns no Application.
    private func note(
        _ found: RefreshRecord,
        _ rules: RefreshRules,
        _ watch: any ApplicationWatch,
        into transaction: inout Ledger.Transaction
    ) -> String? {
        var record = found
        var names: [String] = []
        var unknown: [String] = []
        for cluster in rules.clusters(for: found.projects) {
            switch watch.standing(of: cluster) {
            case .absent: continue
            case .starting, .broken:
                unknown.append(cluster)
                record.clusters.append(cluster)
            case .current:
                let all = watch.applications(of: cluster)
                let concerned = rules.concerned(by: found, in: cluster, among: all, keys: repositoryKeys)
                names += concerned.map { ApplicationAddress(cluster: cluster, key: $0.key).description }
                if !concerned.isEmpty { record.clusters.append(cluster) }
            }
        }
        guard !record.clusters.isEmpty else { return nil }
        transaction.put(transaction.state.noting(record))
        let known =
            names.isEmpty ? [] : ["\(found.news.subject) concerns Applications of Argo CD: \(Listing.text(names))"]
        let later =
            unknown.isEmpty
            ? [] : ["Applications in \(Listing.text(unknown)) are checked for \(found.news.subject) when it answers"]
        return (known + later).joined(separator: "; ")
    }

    private static func cause(of branch: PushIntent.Branch) -> String {
        let promotions = branch.commits.map(\.promotion.description)
        var distinct: [String] = []
        for promotion in promotions where !distinct.contains(promotion) { distinct.append(promotion) }
        return "the promotion\(distinct.count == 1 ? "" : "s") \(Listing.text(distinct))"
    }

    /// The files that a push will change, if a refresh may need them; `nil`: unknown.
    func changedFiles(of branch: PushIntent.Branch, in remote: any GitRemote) async -> [String]? {
        guard ports.argocd != nil, branch.kind != .tag, !branch.old.isZero, let tip = branch.commits.last?.id,
            !configurations.present.index.refreshRules.clusters(for: nil).isEmpty
        else { return nil }
        do throws(GitFailure) {
            let changes = try await ports.workspaces.changes(
                from: remote.commit(branch.old).tree,
                to: remote.commit(tip).tree,
                in: remote,
                limit: SourceNews.maxFiles + 1
            )
            // A name that is no text cannot be in an annotation, but it is a change: then every path counts.
            let names = changes.paths.compactMap(\.text)
            return changes.isCut || names.count < changes.paths.count ? nil : names
        } catch {
            // Then every path counts: that costs a comparison, and no promotion fails.
            return nil
        }
    }

    /// Lines about refreshes for people who ask about a stage.
    func refreshLines(for stage: StageKey) -> [String] {
        guard let argocd = ports.argocd else { return [] }
        let options = configuration.argocd(stage.project)
        guard options.refreshes, let cluster = options.cluster else { return [] }
        return argocd.applications.applications(of: cluster).compactMap { application -> String? in
            guard ApplicationAuthorization.of(application, for: stage, options) == .authorized,
                let entry = refreshes[ApplicationAddress(cluster: cluster, key: application.key)]
            else { return nil }
            let told = "\(entry.reason); triggered by \(Listing.text(entry.causes))"
            guard let failure = entry.failure else {
                return "Application \(application.key): refreshed at \(entry.at.rfc3339), since \(told)"
            }
            return "Application \(application.key): could not be refreshed at \(entry.at.rfc3339): \(failure) (\(told))"
        }
    }
}
