import HoistwayModel
import HoistwayPorts

/// The API of a repository's host, and the repository's name there.
struct ForgeAddress: Sendable, Equatable {
    let kind: ForgeKind
    /// The repository's host, with a port where its URL has one: for people, and to find its settings.
    let host: String
    /// The host that is asked, for people: the host, or that of `apiURL`.
    let askedHost: String
    /// Without a slash at the end of its path.
    let base: WebAddress
    /// The repository's name at the host: owner and name; GitLab: all groups; Azure: organisation, project and name.
    let segments: [String]

    /// - Parameters:
    ///   - repository: its URL, as a manifest writes it.
    ///   - provider: as in ``Forges/forge(_:provider:project:insecureSkipTLSVerify:)``.
    init(_ repository: String, provider: String?, settings: ForgeSettings) throws(ForgeFailure) {
        let place: RepositoryAddress
        do throws(KeyError) {
            place = try RepositoryAddress(parsing: repository)
        } catch {
            throw .unsupported("the repository's URL names no Git host: \(error.message)", hint: nil)
        }
        let name = Self.aliases[place.host] ?? place.host
        host = place.webPort.map { "\(name):\($0)" } ?? name
        let ours = settings.hosts[place.authority] ?? settings.hosts[host]
        guard let kind = ForgeKind(host: name, provider: provider ?? ours?.provider?.rawValue) else {
            throw .unsupported(
                "it is not known which program \(ShownText.bare(place.authority)) runs for pull requests",
                hint:
                    "set provider of the step, or of the host below git.hosts: azure, bitbucket, gitea, github or gitlab"
            )
        }
        self.kind = kind
        let parts = try Self.parts(of: place.segments, kind: kind, host: name)
        let written = ours?.apiURL
        let scheme = place.isPlainHTTP ? "http" : "https"
        let usual = Self.usualBase(kind, host: name, origin: "\(scheme)://\(host)", prefix: parts.prefix)
        guard let base = WebAddress(Self.withoutSlash(written ?? usual)) else {
            throw .unsupported("apiURL of \(ShownText.bare(host)) is no http or https URL", hint: nil)
        }
        guard base.isSecure || base.isLoopback || settings.allowInsecureHTTP else {
            throw .unsupported(
                "a credential is not sent to \(base.authority) over plain http",
                hint: "use https, or allow it with git.allowInsecureHTTP"
            )
        }
        self.base = base
        askedHost = written == nil ? host : base.authority
        segments = kind == .gitlab ? Self.below(base, parts.names) : parts.names
    }

    /// The repository's name in refusals of its login, as in `github.com/acme/ops`.
    var loginName: String { "\(askedHost)/\(repository)" }

    /// Whether a URL is a page of the host: of the repository's host, or of that of the API, at any port.
    func isPage(_ url: String) -> Bool {
        guard let page = WebAddress(url) else { return false }
        let own = [WebAddress.parts(of: host)?.host ?? host, base.host]
        // An Azure organisation has two host names.
        return own.contains(page.host)
            || kind == .azure && AzurePath.isCloud(page.host) && own.contains(where: AzurePath.isCloud)
    }

    /// Hosts that serve SSH on the web port, with their main hosts.
    private static let aliases = [
        "ssh.github.com": "github.com", "altssh.gitlab.com": "gitlab.com", "altssh.bitbucket.org": "bitbucket.org",
    ]

    private static func withoutSlash(_ url: String) -> String {
        url.hasSuffix("/") ? String(url.dropLast()) : url
    }

    /// The usual API URL of a host of this kind.
    ///
    /// - Parameters:
    ///   - origin: scheme, host and port of the repository.
    ///   - prefix: the folder of the installation below it.
    private static func usualBase(_ kind: ForgeKind, host: String, origin: String, prefix: [String]) -> String {
        let root = ([origin] + prefix.map(PercentEncoding.escaped)).joined(separator: "/")
        return switch kind {
        // https://docs.github.com/en/enterprise-cloud@latest/rest/using-the-rest-api/getting-started-with-the-rest-api
        case .github where host == "github.com": "https://api.github.com"
        case .github where host.hasSuffix(".ghe.com"): "https://api.\(host)"
        // https://docs.github.com/en/enterprise-server@latest/rest/quickstart
        case .github: "\(root)/api/v3"
        // https://docs.gitlab.com/api/rest/
        case .gitlab: "\(root)/api/v4"
        // https://docs.gitea.com/development/api-usage
        case .gitea: "\(root)/api/v1"
        // https://developer.atlassian.com/cloud/bitbucket/rest/intro/
        case .bitbucketCloud: "https://api.bitbucket.org/2.0"
        // https://developer.atlassian.com/server/bitbucket/rest/
        case .bitbucketDataCenter: "\(root)/rest/api/1.0"
        // https://learn.microsoft.com/rest/api/azure/devops/
        case .azure where AzurePath.isCloud(host): "https://dev.azure.com"
        case .azure: root
        }
    }

    /// The repository's name in the API, and the part of the path in front of it.
    private static func parts(
        of segments: [String],
        kind: ForgeKind,
        host: String
    ) throws(ForgeFailure) -> (prefix: [String], names: [String]) {
        let found: (prefix: [String], names: [String])? =
            switch kind {
            case .github, .bitbucketCloud: segments.count == 2 ? ([], segments) : nil
            case .gitlab: segments.count >= 2 ? ([], segments) : nil
            case .gitea: segments.count >= 2 ? (segments.dropLast(2), segments.suffix(2)) : nil
            case .bitbucketDataCenter: dataCenterParts(segments)
            case .azure: AzurePath.parts(segments, host: host)
            }
        guard let found else {
            throw .unsupported(
                "\(ShownText.bare(segments.joined(separator: "/"))) is not how \(kind.name) names a repository",
                hint: "check repoURL, and provider of the step"
            )
        }
        return (Array(found.prefix), Array(found.names))
    }

    /// `[context/]scm/PROJECT/repository` over http, `PROJECT/repository` over SSH:
    /// <https://confluence.atlassian.com/bitbucketserver/clone-a-repository-790632786.html>.
    private static func dataCenterParts(_ segments: [String]) -> (prefix: [String], names: [String])? {
        guard segments.count >= 2 else { return nil }
        let before = Array(segments.dropLast(2))
        guard let last = before.last else { return ([], segments) }
        return last == "scm" ? (before.dropLast(), segments.suffix(2)) : nil
    }

    /// Without the folder of the installation, which `apiURL` shows.
    private static func below(_ base: WebAddress, _ segments: [String]) -> [String] {
        let path = base.path.split(separator: "/").map(String.init)
        guard path.suffix(2) == ["api", "v4"] else { return segments }
        let prefix = path.dropLast(2)
        return segments.count >= prefix.count + 2 && segments.starts(with: prefix)
            ? Array(segments.dropFirst(prefix.count)) : segments
    }

    /// In the form for people.
    var repository: String { segments.joined(separator: "/") }
}

/// The forms of an Azure DevOps repository's path: <https://learn.microsoft.com/azure/devops/repos/git/clone>.
enum AzurePath {
    static func isCloud(_ host: String) -> Bool {
        host == "dev.azure.com" || host == "ssh.dev.azure.com" || host.hasSuffix(".visualstudio.com")
    }

    /// Organisation (or collection), project and repository.
    static func parts(_ segments: [String], host: String) -> (prefix: [String], names: [String])? {
        if host == "ssh.dev.azure.com" || host == "vs-ssh.visualstudio.com" {
            guard segments.count == 4, segments[0] == "v3" else { return nil }
            return ([], Array(segments.dropFirst()))
        }
        guard let mark = segments.lastIndex(of: "_git"), mark == segments.count - 2, let name = segments.last else {
            return nil
        }
        var before = Array(segments[..<mark])
        if host.hasSuffix(".visualstudio.com") {
            if before.first?.lowercased() == "defaultcollection" { before.removeFirst() }
            before.insert(String(host.dropLast(".visualstudio.com".count)), at: 0)
        }
        switch before.count {
        // `_git/repository` stands for the project of the same name.
        case 1: return ([], [before[0], name, name])
        case 2: return ([], before + [name])
        // A self-hosted server, in a folder such as `tfs`.
        case 3... where !isCloud(host): return (before.dropLast(2), before.suffix(2) + [name])
        default: return nil
        }
    }
}
