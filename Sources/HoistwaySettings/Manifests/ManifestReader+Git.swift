import HoistwayModel

extension ManifestReader {
    func git(_ fields: Fields) -> Subscription? {
        let url = fields.requiredString("repoURL")
        let strategy = fields.choice("commitSelectionStrategy", GitSubscription.Strategy.self) ?? .newestFromBranch
        let branch = fields.string("branch").flatMap { $0.isEmpty ? nil : $0 }
        if let branch { checkBranch(branch, place: fields.place(of: "branch")) }
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
        let notYet = "is not supported yet: commits that it would leave out would be taken"
        fields.note("expressionFilter", .error, "expressionFilter \(notYet)")
        fields.note("since", .error, "since \(notYet)")
        // Objects are fetched as they are needed in any case.
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
            insecureSkipTLSVerify: fields.bool("insecureSkipTLSVerify") ?? false,
            discoveryLimit: fields.integer("discoveryLimit", in: 1...100) ?? 20,
            place: fields.place
        )
        fields.finish()
        guard let url, let key = repositoryKey(url, place: fields.place(of: "repoURL")) else { return nil }
        var keyed = subscription
        keyed.key = key
        return .git(keyed)
    }

    /// The key of a Git URL that is written in a manifest.
    func repositoryKey(_ url: String, place: SourcePlace) -> RepositoryKey? {
        refusePassword(in: url, place: place)
        guard isReachable(url) else {
            problems.error(
                place,
                "\(Quoted.text(URLText.withoutUser(url))) is not the URL of a Git repository",
                hint: "it begins with https://, http://, ssh:// or file://, or is written git@host:path"
            )
            return nil
        }
        do throws(KeyError) {
            return try RepositoryKey(parsing: url)
        } catch {
            problems.error(place, error.message, hint: error.hint)
            return nil
        }
    }

    private func isReachable(_ url: String) -> Bool {
        guard let scheme = URLText.scheme(of: url) else {
            return url.prefix { $0 != "/" }.contains(":") && !url.hasPrefix("-")
        }
        return ["https", "http", "ssh", "file"].contains(scheme)
    }

    /// Git's own rules, and no name that a program could take for an option.
    func checkBranch(_ name: String, place: SourcePlace) {
        guard !GitRefName.isValidBranch(name) else { return }
        problems.error(
            place,
            "\(Quoted.text(name)) is not a branch name that Git takes",
            hint: name.hasPrefix("refs/") ? "write the short name, without refs/heads/" : nil
        )
    }
}
