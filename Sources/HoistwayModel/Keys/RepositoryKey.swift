/// The name of a Git repository, equal for all spellings of its URL: `host[:port]/path`.
///
/// Two texts for one repository give equal keys, whether they come from the configuration or a payload. Paths are
/// lower-cased: the common hosts ignore the case of names, and an event that matches too much only causes a look.
package struct RepositoryKey: Hashable, Sendable, Codable, CustomStringConvertible {
    package let text: String

    /// For a text that is already a normalised key.
    package init(normalised text: String) {
        self.text = text
    }

    /// `nil` where ``init(parsing:)`` would throw.
    package init?(url: String) {
        guard let key = try? RepositoryKey(parsing: url) else { return nil }  // the reason is not wanted here
        self = key
    }

    /// Parses `scheme://…`, the scp-like `[user@]host:path`, and `host/path`.
    ///
    /// `file:///path` keeps its scheme in the key, so that no host can be confused with it.
    package init(parsing url: String) throws(KeyError) {
        self.init(try GitAddress(url))
    }

    init(_ address: GitAddress) {
        if address.isFile {
            text = "file:///\(address.path)"
        } else {
            let host = Self.aliases[address.host] ?? address.host
            let place = AzureRepository.unified(host: host, path: address.path)
            let port = address.webPort.map { ":\($0)" } ?? ""
            text = "\(place.host)\(port)/\(place.path)"
        }
    }

    package var description: String { text }

    /// Hosts that serve SSH on the web port, with the host to which they belong.
    private static let aliases = [
        "ssh.github.com": "github.com",
        "altssh.gitlab.com": "gitlab.com",
        "altssh.bitbucket.org": "bitbucket.org",
    ]
}

/// The spellings of one Azure DevOps repository: <https://learn.microsoft.com/azure/devops/repos/git/>.
private enum AzureRepository {
    static func unified(host: String, path: String) -> (host: String, path: String) {
        guard host.hasSuffix("dev.azure.com") || host.hasSuffix(".visualstudio.com") else { return (host, path) }
        let segments = path.split(separator: "/").map(String.init)
        let azure = "dev.azure.com"
        if host == "ssh.dev.azure.com" || host == "vs-ssh.visualstudio.com", segments.count == 4, segments[0] == "v3" {
            return (azure, "\(segments[1])/\(segments[2])/_git/\(segments[3])")
        }
        if host.hasSuffix(".visualstudio.com"), host != "vs-ssh.visualstudio.com" {
            let organisation = String(host.dropLast(".visualstudio.com".count))
            let rest = segments.first == "defaultcollection" ? Array(segments.dropFirst()) : segments
            return (azure, "\(organisation)/\(withProject(rest).joined(separator: "/"))")
        }
        if host == azure, let organisation = segments.first {
            return (azure, "\(organisation)/\(withProject(Array(segments.dropFirst())).joined(separator: "/"))")
        }
        return (host, path)
    }

    /// `_git/repo` means `repo/_git/repo`.
    private static func withProject(_ segments: [String]) -> [String] {
        segments.count == 2 && segments[0] == "_git" ? [segments[1]] + segments : segments
    }
}
