import HoistwayPorts

/// The place of a repository, parsed from its URL.
enum GitAddress: Sendable, Equatable {
    case http(HTTPAddress)
    case ssh(SSHAddress)
    /// An absolute path on this machine.
    case file(path: String)

    /// The URL in the form for the `git` program.
    var programURL: String {
        let address: SSHAddress
        switch self {
        case .http(let address): return address.text
        case .file(let path): return path
        case .ssh(let place): address = place
        }
        let user = address.user.map { "\($0)@" } ?? ""
        // Only scp's form can have a relative path, and it has no port.
        guard address.path.hasPrefix("/") || address.path.hasPrefix("~") || address.port != nil else {
            return "\(user)\(address.host.contains(":") ? "[\(address.host)]" : address.host):\(address.path)"
        }
        return "ssh://\(user)\(address.text.dropFirst("ssh://".count))"
    }

    /// Whether it is a path on this machine.
    var isFile: Bool {
        if case .file = self { true } else { false }
    }

    /// The server that gets a login: host and port, over ssh with the user; empty for a path.
    var place: String {
        switch self {
        case .http(let address): address.place
        case .ssh(let address): "\(address.user ?? "")@\(address.host):\(address.port ?? 22)"
        case .file: ""
        }
    }

    /// The URL without its user part.
    var displayURL: String {
        switch self {
        case .http(let address): address.text
        case .ssh(let address): address.text
        case .file(let path): "file://\(path)"
        }
    }
}

struct HTTPAddress: Sendable, Equatable {
    var isSecure: Bool
    /// Lower-case; an IPv6 address with its brackets.
    var host: String
    var port: Int?
    /// From its first slash on, without a slash at its end.
    var path: String

    var effectivePort: Int { port ?? (isSecure ? 443 : 80) }
    var text: String { "\(isSecure ? "https" : "http")://\(host)\(port.map { ":\($0)" } ?? "")\(path)" }

    /// Host and port: logins are separate for each of them.
    var place: String { "\(host):\(effectivePort)" }

    /// Whether bytes sent there stay on this machine.
    var isLoopback: Bool {
        if host == "localhost" || host == "[::1]" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}

struct SSHAddress: Sendable, Equatable {
    var user: String?
    /// An IPv6 address without brackets.
    var host: String
    var port: Int?
    /// The path for the server; relative to the user's home where it does not begin with a slash.
    var path: String

    var text: String {
        let shown = host.contains(":") ? "[\(host)]" : host
        return "ssh://\(shown)\(port.map { ":\($0)" } ?? "")\(path.hasPrefix("/") ? "" : "/")\(path)"
    }
}

extension GitAddress {
    /// In bytes.
    static let maxLength = 2048

    init(_ url: String) throws(GitFailure) {
        guard url.utf8.count <= Self.maxLength else {
            throw .invalidURL("a URL of \(url.utf8.count) bytes", reason: "it is longer than \(Self.maxLength)")
        }
        guard url.unicodeScalars.allSatisfy({ $0.value > 0x20 && $0.value < 0x7f }) else {
            throw .invalidURL(
                "a URL",
                reason: "it has spaces, control or non-ASCII characters; write them as %20 and so on"
            )
        }
        guard !url.hasPrefix("-") else { throw .invalidURL("a URL", reason: "it begins with a hyphen") }
        let (scheme, rest) = Self.scheme(of: url)
        switch scheme {
        case "https", "http": self = .http(try HTTPAddress(rest: rest, isSecure: scheme == "https"))
        case "ssh": self = .ssh(try SSHAddress(rest: rest))
        case "file": self = try Self.file(rest)
        case nil: self = try Self.withoutScheme(url)
        case let other?:
            throw .invalidURL(
                "a URL of scheme \(ServerWords.clean(other, limit: 20))",
                reason: "only https, http, ssh and file can be used"
            )
        }
    }

    private static func scheme(of url: String) -> (String?, Substring) {
        guard let range = url.utf8.firstRange(of: Array("://".utf8)) else { return (nil, url[...]) }
        let scheme = url[..<range.lowerBound]
        // "host:path://x" is scp's form.
        guard scheme.allSatisfy({ $0.isLetter || $0.isNumber || "+.-".contains($0) }) else { return (nil, url[...]) }
        return (scheme.lowercased(), url[range.upperBound...])
    }

    private static func file(_ rest: Substring) throws(GitFailure) -> GitAddress {
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        let host = rest[..<slash]
        guard host.isEmpty || host == "localhost" else {
            throw .invalidURL("file://\(host)/…", reason: "a file URL has no host: write file:///path")
        }
        guard let path = PercentCoding.decode(rest[slash...]), path.hasPrefix("/"), path.count > 1 else {
            throw .invalidURL("file://\(rest)", reason: "it needs an absolute path")
        }
        return .file(path: path)
    }

    /// `user@host:path` in scp's form, or an absolute path.
    private static func withoutScheme(_ url: String) throws(GitFailure) -> GitAddress {
        if url.hasPrefix("/") {
            guard url.count > 1 else { throw .invalidURL(url, reason: "it names no repository") }
            return .file(path: url)
        }
        return .ssh(try SSHAddress(scp: url))
    }
}

extension HTTPAddress {
    init(rest: Substring, isSecure: Bool) throws(GitFailure) {
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        var authority = rest[..<slash]
        if let at = authority.lastIndex(of: "@") {
            guard !authority[..<at].contains(":") else {
                throw .invalidURL(
                    "a URL with a password",
                    reason: "passwords do not belong into URLs: use a Secret labelled kargo.akuity.io/cred-type: git"
                )
            }
            authority = authority[authority.index(after: at)...]
        }
        let (host, port) = try HostPort.parse(authority, isURL: true)
        var path = rest[slash...]
        while path.last == "/" { path.removeLast() }
        guard !path.contains("?"), !path.contains("#") else {
            throw .invalidURL("https://\(host)/…", reason: "it has a query or a fragment")
        }
        guard !path.isEmpty else { throw .invalidURL("https://\(host)", reason: "it names no repository") }
        self.init(isSecure: isSecure, host: host.lowercased(), port: port, path: String(path))
    }
}

extension SSHAddress {
    init(rest: Substring) throws(GitFailure) {
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        let (user, authority) = try Self.user(in: rest[..<slash])
        let (host, port) = try HostPort.parse(authority, isURL: true)
        guard var path = PercentCoding.decode(rest[slash...]) else {
            throw .invalidURL("ssh://\(host)/…", reason: "its path is not well percent-encoded")
        }
        // ssh://host/~user/repo is relative to that user's home.
        if path.hasPrefix("/~") { path.removeFirst() }
        try self.init(user: user, bare: host, port: port, path: path)
    }

    init(scp text: String) throws(GitFailure) {
        let (user, rest) = try Self.user(in: text[...])
        let colon: Substring.Index?
        if rest.hasPrefix("["), let bracket = rest.firstIndex(of: "]") {
            colon = rest[bracket...].firstIndex(of: ":")
        } else {
            colon = rest.firstIndex(of: ":")
        }
        guard let colon, !rest[..<colon].contains("/") else {
            throw .invalidURL(
                "a URL without scheme",
                reason: "write https://host/path, ssh://host/path, user@host:path or file:///path"
            )
        }
        let (host, _) = try HostPort.parse(rest[..<colon], isURL: false)
        guard !["http", "https", "ssh", "file", "git"].contains(host.lowercased()) else {
            throw .invalidURL("a URL that begins with \(host):", reason: "two slashes are missing after the colon")
        }
        let path = rest[rest.index(after: colon)...]
        // The `git` program would run git-remote-HOST: <https://git-scm.com/docs/gitremote-helpers>.
        guard !path.hasPrefix(":") else {
            throw .invalidURL("a URL that begins with \(host)::", reason: "it has Git run a program")
        }
        try self.init(user: user, bare: host, port: nil, path: String(path))
    }

    private init(user: String?, bare host: String, port: Int?, path: String) throws(GitFailure) {
        guard !path.isEmpty, path != "/" else {
            throw .invalidURL("ssh://\(host)", reason: "it names no repository")
        }
        // ssh would read it as an option of the remote program.
        guard !path.hasPrefix("-") else {
            throw .invalidURL("ssh://\(host)/…", reason: "its path begins with a hyphen")
        }
        let name = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
        self.init(user: user, host: name, port: port, path: path)
    }

    private static func user(in text: Substring) throws(GitFailure) -> (String?, Substring) {
        // In scp's form an "@" after the first ":" or "/" belongs to the path.
        let end = text.firstIndex { $0 == "/" } ?? text.endIndex
        guard let at = text[..<end].firstIndex(of: "@") else { return (nil, text) }
        let user = text[..<at]
        guard !user.contains(":") else {
            throw .invalidURL("an ssh URL with a password", reason: "ssh is used with keys only")
        }
        let allowed = user.allSatisfy { $0.isLetter || $0.isNumber || "._-+".contains($0) }
        guard !user.isEmpty, allowed, !user.hasPrefix("-") else {
            throw .invalidURL("an ssh URL", reason: "its user name is not a plain one")
        }
        return (String(user), text[text.index(after: at)...])
    }
}
