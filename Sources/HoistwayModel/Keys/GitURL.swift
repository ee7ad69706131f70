/// Checks the URL of a Git repository, wherever it is written.
///
/// It reports before the start what a fetch would refuse: the Git module accepts every URL that passes here.
package enum GitURL {
    package struct Problem: Sendable, Equatable {
        package var message: String
        package var hint: String?
    }

    /// All problems of a URL; a password in it is never repeated.
    package static func problems(with url: String) -> [Problem] {
        guard PlainWebURL(url) == nil else { return [] }
        let password = [password(in: url)].compactMap(\.self)
        if let problem = formProblem(of: url) { return password + [problem] }
        do throws(KeyError) {
            _ = try RepositoryKey(parsing: url)
        } catch {
            return password + [Problem(message: error.message, hint: error.hint)]
        }
        return password + [restProblem(of: url)].compactMap(\.self)
    }

    /// A password or token in a URL would be visible in the state, in logs and in commits.
    package static func password(in url: String) -> Problem? {
        guard URLText.holdsSecret(url) else { return nil }
        return Problem(
            message: "the URL holds a user and a password, or a token",
            hint: "take it out, and put it into a Secret with the label kargo.akuity.io/cred-type"
        )
    }

    /// Whether we can fetch from a URL of this form.
    package static func isReachable(_ url: String) -> Bool { formProblem(of: url) == nil }
}

extension GitURL {
    private static let forms = "it begins with https://, http://, ssh:// or file:///, or is written git@host:path"
    private static let schemes: Set<String> = ["https", "http", "ssh", "file"]

    /// Why we cannot fetch from a URL of this form.
    private static func formProblem(of url: String) -> Problem? {
        let shown = ShownText.quoted(withoutUser(url))
        guard url.unicodeScalars.allSatisfy({ $0.value > 0x20 && $0.value < 0x7F }) else {
            return Problem(
                message: "the URL of a repository has no spaces, line ends, control or non-ASCII characters",
                hint: "write them as %20 and so on"
            )
        }
        let refused = Problem(message: "\(shown) is not the URL of a Git repository", hint: forms)
        guard !url.hasPrefix("-") else {
            return Problem(message: "the URL of a repository begins with no hyphen", hint: forms)
        }
        if let helper = helper(of: url) {
            return Problem(
                message: "\(shown) has Git run a program (git-remote-\(helper)): no such URL is fetched from",
                hint: forms
            )
        }
        guard let scheme = URLText.scheme(of: url) else { return schemelessProblem(of: url, refused) }
        guard !schemes.contains(scheme) else { return nil }
        switch scheme {
        case "git+ssh", "ssh+git":
            return Problem(message: refused.message, hint: "write ssh:// in place of \(scheme)://")
        case "git":
            return Problem(
                message: "\(shown) cannot be used: git:// proves neither the server nor what it sends",
                hint: "use https:// or ssh://"
            )
        default: return refused
        }
    }

    /// Also for a URL without scheme, which may contain a password by mistake.
    private static func withoutUser(_ url: String) -> String {
        let head = url.prefix { $0 != "/" }
        guard URLText.scheme(of: url) == nil, let at = head.lastIndex(of: "@") else { return URLText.withoutUser(url) }
        return String(url[url.index(after: at)...])
    }

    /// The `ext` of `ext::command`: Git runs a program of that name, which could do anything
    /// (<https://git-scm.com/docs/gitremote-helpers>).
    private static func helper(of url: String) -> String? {
        let name = url.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || "+-.".contains($0)) }
        guard !name.isEmpty, url[name.endIndex...].hasPrefix("::") else { return nil }
        return ShownText.bare(String(name))
    }

    /// The problem of a text that should be `[user@]host:path`, parsed like in a fetch.
    private static func schemelessProblem(of url: String, _ refused: Problem) -> Problem? {
        let head = url.prefix { $0 != "/" }
        let begin = head.prefix { $0 != ":" }.lowercased()
        if head.contains(":"), let problem = slashesProblem(behind: begin, refused) { return problem }
        let at = head.firstIndex(of: "@")
        if let problem = userProblem(of: at.map { head[..<$0] }) { return problem }
        let rest = at.map { url[url.index(after: $0)...] } ?? url[...]
        let behindAddress = rest.hasPrefix("[") ? rest.firstIndex(of: "]") : nil
        guard let colon = rest[(behindAddress ?? rest.startIndex)...].firstIndex(of: ":"),
            !rest[..<colon].contains("/")
        else { return refused }
        let host = rest[..<colon]
        if let problem = slashesProblem(behind: host.lowercased(), refused) { return problem }
        let path = rest[rest.index(after: colon)...]
        guard !path.hasPrefix(":") else { return refused }
        guard isHost(host) else { return Problem(message: KeyError.badHost.message) }
        guard !path.hasPrefix("-") else {
            return Problem(message: "the path of a repository begins with no hyphen")
        }
        return nil
    }

    private static func slashesProblem(behind name: String, _ refused: Problem) -> Problem? {
        guard schemes.contains(name) || name == "git" else { return nil }
        let hint = name == "file" ? "write file:///path" : "write \(name)://, with two slashes after the colon"
        return Problem(message: refused.message, hint: hint)
    }

    private static func isHost(_ host: Substring) -> Bool {
        if host.hasPrefix("[") {
            let inner = host.dropFirst().dropLast()
            return host.hasSuffix("]") && !inner.isEmpty && inner.allSatisfy { $0.isHexDigit || $0 == ":" || $0 == "." }
        }
        return !host.hasPrefix("-") && !host.isEmpty
            && host.allSatisfy { $0.isLetter || $0.isNumber || "._-".contains($0) }
    }

    /// The problem for a fetch of a URL that has a scheme and names a repository.
    private static func restProblem(of url: String) -> Problem? {
        guard let scheme = URLText.scheme(of: url) else { return nil }
        let rest = url.dropFirst(scheme.count + "://".count)
        let authority = rest.prefix { $0 != "/" }
        let at = authority.firstIndex(of: "@")
        guard !rest.contains("?"), !rest.contains("#") else {
            return Problem(message: "the URL of a repository has no query and no fragment", hint: "leave it out")
        }
        switch scheme {
        case "file":
            guard authority.isEmpty || authority == "localhost" else {
                return Problem(message: "a file URL names no host", hint: "write file:///path")
            }
            return escapeProblem(of: rest)
        case "ssh":
            let place = at.map { authority[authority.index(after: $0)...] } ?? authority
            guard !place.contains("@") else { return userProblem(of: "@") }
            return userProblem(of: at.map { authority[..<$0] }) ?? escapeProblem(of: rest.dropFirst(authority.count))
        default: return nil
        }
    }

    /// `ssh` would read a user that begins with a hyphen as an option.
    private static func userProblem(of user: Substring?) -> Problem? {
        guard let user else { return nil }
        let isPlain = user.allSatisfy { $0.isLetter || $0.isNumber || "._-+".contains($0) }
        guard isPlain, !user.isEmpty, !user.hasPrefix("-") else {
            return Problem(
                message: "the user of an ssh URL has letters, digits, '.', '_', '-' and '+', and begins with no hyphen",
                hint: "write it as ssh://git@host/path or git@host:path"
            )
        }
        return nil
    }

    private static func escapeProblem(of path: Substring) -> Problem? {
        let isWhole = path.utf8.indices.allSatisfy { index in
            path.utf8[index] != UInt8(ascii: "%")
                || PercentDecoding.hexPair(path.utf8[path.utf8.index(after: index)...]) != nil
        }
        return isWhole
            ? nil : Problem(message: "the path has a % without two hexadecimal digits", hint: "write % itself as %25")
    }
}
