/// The address of a commit's page at its Git host.
package struct CommitPage {
    /// The names in the setting `provider`.
    enum Provider: String {
        case azure, bitbucket, gitea, github, gitlab

        /// Finds it by the host's name, like Kargo; `nil` where the name does not show it.
        init?(host: String) {
            let host = host.lowercased()
            if host.contains("github") || host.hasSuffix(".ghe.com") {
                self = .github
            } else if host.contains("gitlab") {
                self = .gitlab
            } else if host.contains("gitea") {
                self = .gitea
            } else if host == "bitbucket.org" {
                self = .bitbucket
            } else if host == "dev.azure.com" || host.hasSuffix(".visualstudio.com") {
                self = .azure
            } else {
                return nil
            }
        }

        /// The path before the commit's id.
        var folder: String {
            switch self {
            case .github, .gitea, .azure: "/commit/"
            case .gitlab: "/-/commit/"
            case .bitbucket: "/commits/"
            }
        }
    }

    private let prefix: String

    /// `nil` where the provider is not known, or the repository has no pages.
    ///
    /// - Parameter url: the repository's URL, without user part.
    package init?(repository url: String, provider: String?) {
        guard let place = Self.place(url) else { return nil }
        let name = place.host.split(separator: ":").first.map(String.init) ?? ""
        guard let provider = provider.flatMap(Provider.init(rawValue:)) ?? Provider(host: name) else { return nil }
        let host = provider == .azure ? "dev.azure.com" : place.host
        prefix = "\(place.scheme)://\(host)/\(place.path)\(provider.folder)"
    }

    package func url(of commit: ObjectID) -> String { prefix + commit.hex }

    private static func place(_ url: String) -> (scheme: String, host: String, path: String)? {
        var scheme = "https"
        var rest = url[...]
        if let written = URLText.scheme(of: url) {
            guard ["https", "http", "ssh"].contains(written) else { return nil }
            let isSSH = written == "ssh"
            if !isSSH { scheme = written }
            rest = url.dropFirst(written.utf8.count + "://".count)
            guard let slash = rest.firstIndex(of: "/") else { return nil }
            var host = withoutUser(rest[..<slash])
            // The port of SSH is not the port of the pages.
            if isSSH { host = host.prefix { $0 != ":" } }
            return (scheme, String(host), path(rest[slash...]))
        }
        guard let colon = rest.firstIndex(of: ":") else { return nil }
        return (scheme, String(withoutUser(rest[..<colon])), path(rest[rest.index(after: colon)...]))
    }

    private static func withoutUser(_ host: Substring) -> Substring {
        host.lastIndex(of: "@").map { host[host.index(after: $0)...] } ?? host
    }

    private static func path(_ text: Substring) -> String {
        var path = text.drop { $0 == "/" }
        while path.last == "/" { path.removeLast() }
        if path.hasSuffix(".git") { path.removeLast(4) }
        return String(path)
    }
}
