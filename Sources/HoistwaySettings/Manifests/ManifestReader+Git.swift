import HoistwayModel

extension ManifestReader {
    func git(_ fields: Fields) -> Subscription? {
        let url = fields.requiredString("repoURL")
        let strategy = fields.choice("commitSelectionStrategy", GitSubscription.Strategy.self) ?? .newestFromBranch
        let branch = fields.string("branch").flatMap { $0.isEmpty ? nil : $0 }
        if let branch { gitChecks.branch(branch, place: fields.place(of: "branch")) }
        if branch != nil, strategy != .newestFromBranch {
            fields.note("branch", .warning, "\(strategy.rawValue) looks at tags: branch has no effect")
        }
        let constraint = fields.string("semverConstraint").flatMap { $0.isEmpty ? nil : $0 }
        if let constraint, strategy == .semVer {
            patterns.constraint(constraint, place: fields.place(of: "semverConstraint"))
        } else if constraint != nil {
            fields.note(
                "semverConstraint",
                .warning,
                "\(strategy.rawValue) does not look at semverConstraint: it has no effect"
            )
        }
        if strategy != .newestFromBranch {
            fields.note("since", .warning, "\(strategy.rawValue) does not look at since: it has no effect")
        }
        // No effect: here, objects are always fetched when they are needed.
        fields.accept("blobless")
        let subscription = GitSubscription(
            repoURL: url ?? "",
            key: RepositoryKey(normalised: ""),
            strategy: strategy,
            branch: branch,
            constraint: constraint,
            strictSemvers: fields.bool("strictSemvers") ?? true,
            tags: tagRules(fields),
            includePaths: fields.placedStrings("includePaths").map { patterns.path($0.text, place: $0.place) },
            excludePaths: fields.placedStrings("excludePaths").map { patterns.path($0.text, place: $0.place) },
            expressionFilter: expressionFilter(fields, strategy: strategy),
            since: since(fields, strategy: strategy),
            insecureSkipTLSVerify: fields.bool("insecureSkipTLSVerify") ?? false,
            discoveryLimit: fields.integer("discoveryLimit", in: 1...100) ?? 20,
            place: fields.place
        )
        fields.finish()
        guard let url, let key = gitChecks.repositoryKey(url, place: fields.place(of: "repoURL")) else { return nil }
        var keyed = subscription
        keyed.key = key
        return .git(keyed)
    }

    private func since(_ fields: Fields, strategy: GitSubscription.Strategy) -> Timestamp? {
        guard let text = fields.string("since"), !text.isEmpty else { return nil }
        guard let time = Timestamp(rfc3339: text) else {
            problems.error(
                fields.place(of: "since"),
                "\(ShownText.text(text)) is not a time of RFC 3339",
                hint: "write it as in 2026-01-31T00:00:00Z"
            )
            return nil
        }
        return strategy == .newestFromBranch ? time : nil
    }
}
