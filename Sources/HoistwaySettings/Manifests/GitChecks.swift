import HoistwayModel

/// Judges the URLs and branches of Git repositories, wherever they are written.
struct GitChecks {
    let problems: ProblemList

    /// The key of a Git URL; `nil`, and a problem, where it is none.
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

    /// A password or token in a URL would end in the state, in logs and in commits.
    func refusePassword(in url: String, place: SourcePlace) {
        guard URLText.holdsSecret(url) else { return }
        problems.error(
            place,
            "the URL holds a user and a password, or a token",
            hint: "take it out, and put it into a Secret with the label kargo.akuity.io/cred-type"
        )
    }

    /// Git's own rules, and no name that a program could take for an option.
    func branch(_ name: String, place: SourcePlace) {
        guard !GitRefName.isValidBranch(name) else { return }
        problems.error(
            place,
            "\(Quoted.text(name)) is not a branch name that Git takes",
            hint: name.hasPrefix("refs/") ? "write the short name, without refs/heads/" : nil
        )
    }
}
