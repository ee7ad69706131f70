/// What is taken for the URL of a Git repository, wherever one is written.
package enum GitURL {
    package struct Problem: Sendable, Equatable {
        package var message: String
        package var hint: String?
    }

    /// Everything that is wrong with a URL; a password in it is never repeated.
    package static func problems(with url: String) -> [Problem] {
        var problems = [password(in: url)].compactMap(\.self)
        guard isReachable(url) else {
            problems.append(
                Problem(
                    message: "\(ShownText.quoted(URLText.withoutUser(url))) is not the URL of a Git repository",
                    hint: "it begins with https://, http://, ssh:// or file://, or is written git@host:path"
                )
            )
            return problems
        }
        do throws(KeyError) {
            _ = try RepositoryKey(parsing: url)
        } catch {
            problems.append(Problem(message: error.message, hint: error.hint))
        }
        return problems
    }

    /// A password or token in a URL would end in the state, in logs and in commits.
    package static func password(in url: String) -> Problem? {
        guard URLText.holdsSecret(url) else { return nil }
        return Problem(
            message: "the URL holds a user and a password, or a token",
            hint: "take it out, and put it into a Secret with the label kargo.akuity.io/cred-type"
        )
    }

    /// Whether its form is one of those that we fetch from.
    package static func isReachable(_ url: String) -> Bool {
        guard let scheme = URLText.scheme(of: url) else {
            return url.prefix { $0 != "/" }.contains(":") && !url.hasPrefix("-")
        }
        return ["https", "http", "ssh", "file"].contains(scheme)
    }
}
