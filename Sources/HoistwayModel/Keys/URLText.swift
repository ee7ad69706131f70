/// Reads the parts of a URL that messages and checks need.
package enum URLText {
    /// `https`, `ssh`, …, lower-case; `nil` without `://`.
    package static func scheme(of url: String) -> String? {
        guard let range = separator(in: url) else { return nil }
        return url[..<range.lowerBound].lowercased()
    }

    /// Whether the URL is a path on this machine.
    package static func isFile(_ url: String) -> Bool {
        scheme(of: url) == "file" || url.hasPrefix("/") || url.hasPrefix(".")
    }

    /// The host, without user and port, lower-case; an IPv6 address without its brackets.
    package static func host(of url: String) -> String? {
        guard let authority = authority(of: url) else { return nil }
        let hostAndPort = authority.lastIndex(of: "@").map { authority[authority.index(after: $0)...] } ?? authority
        if hostAndPort.hasPrefix("["), let end = hostAndPort.firstIndex(of: "]") {
            return hostAndPort[hostAndPort.index(after: hostAndPort.startIndex)..<end].lowercased()
        }
        return hostAndPort.prefix { $0 != ":" }.lowercased()
    }

    /// Whether the user part has a password, or a token in place of the user, as GitHub and GitLab allow.
    package static func holdsSecret(_ url: String) -> Bool {
        guard let authority = authority(of: url), let at = authority.lastIndex(of: "@") else { return false }
        let user = authority[..<at]
        guard !user.contains(":") else { return true }
        // Azure DevOps puts the organisation there.
        let isHarmless = user == "git" || user.isEmpty || host(of: url) == "dev.azure.com"
        return !isHarmless && scheme(of: url) != "ssh"
    }

    /// The URL without its user part, for messages.
    package static func withoutUser(_ url: String) -> String {
        guard let authority = authority(of: url), let at = authority.lastIndex(of: "@") else { return url }
        return String(url[..<authority.startIndex]) + String(url[authority.index(after: at)...])
    }

    private static func authority(of url: String) -> Substring? {
        guard let range = separator(in: url) else { return nil }
        return url[range.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    }

    private static func separator(in url: String) -> Range<String.Index>? {
        guard let colon = url.firstIndex(of: ":") else { return nil }
        let rest = url[url.index(after: colon)...]
        guard rest.hasPrefix("//") else { return nil }
        return colon..<url.index(colon, offsetBy: 3)
    }
}
