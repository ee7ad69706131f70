import HoistwayModel

/// Checks the URLs and branches of Git repositories, wherever they are written.
struct GitChecks {
    let problems: ProblemList

    /// The key of a Git URL; `nil`, and a problem, where the text is not such a URL.
    func repositoryKey(_ url: String, place: SourcePlace) -> RepositoryKey? {
        for problem in GitURL.problems(with: url) { problems.error(place, problem.message, hint: problem.hint) }
        return GitURL.isReachable(url) ? RepositoryKey(url: url) : nil
    }

    /// A password or token in a URL would end in the state, in logs and in commits.
    func refusePassword(in url: String, place: SourcePlace) {
        guard let problem = GitURL.password(in: url) else { return }
        problems.error(place, problem.message, hint: problem.hint)
    }

    /// Follows Git's own rules, and refuses names that a program could read as an option.
    func branch(_ name: String, place: SourcePlace) {
        guard !GitRefName.isValidBranch(name) else { return }
        problems.error(
            place,
            "\(ShownText.text(name)) is not a branch name that Git takes",
            hint: name.hasPrefix("refs/") ? "write the short name, without refs/heads/" : nil
        )
    }
}
