/// The parts of a Git URL that identify the repository; user, password, query and fragment are dropped.
struct GitAddress: Equatable {
    /// Lower-case; empty for a file.
    var host: String
    /// Set only where it distinguishes repositories: never for SSH, whose port is not the web's.
    var webPort: Int?
    /// The port of SSH, where it is not the default one.
    var sshPort: Int?
    /// Decoded, without slashes at its ends and without one `.git`.
    var exactPath: String
    /// The same in lower case.
    var path: String { exactPath.lowercased() }
    var isFile = false

    /// The longest accepted URL, in bytes.
    static let maxBytes = 2048

    init(_ url: String) throws(KeyError) {
        if let plain = PlainWebURL(url) {
            let isGit = plain.path.utf8.count > 4 && plain.path.suffix(4).lowercased() == ".git"
            self.init(
                host: String(plain.host),
                webPort: plain.port,
                path: String(isGit ? plain.path.dropLast(4) : plain.path)
            )
            return
        }
        let text = url.trimmed()
        guard !text.isEmpty else { throw .empty }
        guard text.utf8.count <= Self.maxBytes else { throw .tooLong }
        if let (scheme, rest) = Self.splitScheme(text) {
            try self.init(scheme: scheme, rest: rest)
        } else {
            try self.init(schemeless: text)
        }
    }

    private init(scheme: String, rest: Substring) throws(KeyError) {
        let bare = rest.upTo("#").upTo("?")
        let authority = bare.upTo("/")
        let path = bare[authority.endIndex...]
        if scheme == "file" {
            self.init(host: "", webPort: nil, path: try Self.cleaned(path), isFile: true)
            return
        }
        let (host, port) = try Self.splitPort(Self.withoutUser(authority))
        let kept = Self.isSSH(scheme) || port == Self.defaultPorts[scheme] ? nil : port
        self.init(host: try Self.cleaned(host: host), webPort: kept, path: try Self.cleaned(path))
        if Self.isSSH(scheme), port != 22 { sshPort = port }
    }

    /// `[user@]host:path`, otherwise `host[:port]/path`.
    ///
    /// Without a user, digits between a colon and a slash are a port, as in our own keys.
    private init(schemeless text: String) throws(KeyError) {
        let head = text[...].upTo("/")
        // An "@" after the first colon belongs to the path.
        let user = head.upTo(":").utf8.lastIndex(of: UInt8(ascii: "@"))
        let host = user.map { head[head.utf8.index(after: $0)...] } ?? Self.withoutUser(head)
        let name = host.upTo(host.hasPrefix("[") ? "]" : ":")
        let isBracketed = host.hasPrefix("[")
        let rest = host[name.endIndex...].dropFirst(isBracketed ? 1 : 0)
        let path = text[head.endIndex...]
        guard rest.hasPrefix(":") else {
            guard !path.isEmpty else { throw .noPath }
            self.init(host: try Self.cleaned(host: host), webPort: nil, path: try Self.cleaned(path))
            return
        }
        let behind = rest.dropFirst()
        if host.startIndex == head.startIndex, !path.isEmpty, !behind.isEmpty, behind.allSatisfy(\.isASCIIDigit) {
            let (host, port) = try Self.splitPort(host)
            self.init(host: try Self.cleaned(host: host), webPort: port, path: try Self.cleaned(path))
        } else {
            let bare = isBracketed ? host[..<rest.startIndex] : name
            self.init(host: try Self.cleaned(host: bare), webPort: nil, path: try Self.cleaned(behind + path))
        }
    }

    private init(host: String, webPort: Int?, path: String, isFile: Bool = false) {
        self.host = host
        self.webPort = webPort
        exactPath = path
        self.isFile = isFile
    }
}

extension GitAddress {
    private static let defaultPorts = ["http": 80, "https": 443, "git": 9418]

    private static func isSSH(_ scheme: String) -> Bool {
        ["ssh", "git+ssh", "ssh+git"].contains(scheme)
    }

    private static func splitScheme(_ text: String) -> (scheme: String, rest: Substring)? {
        let scheme = Substring(text.utf8.prefix { $0.isASCIILetterOrDigit || "+-.".utf8.contains($0) })
        let rest = text[scheme.endIndex...]
        guard !scheme.isEmpty, rest.hasPrefix("://") else { return nil }
        return (scheme.lowercased(), rest.dropFirst(3))
    }

    private static func withoutUser(_ authority: Substring) -> Substring {
        authority.utf8.lastIndex(of: UInt8(ascii: "@")).map { authority[authority.utf8.index(after: $0)...] }
            ?? authority
    }

    private static func splitPort(_ authority: Substring) throws(KeyError) -> (host: Substring, port: Int?) {
        let tail = authority.hasPrefix("[") ? authority.drop { $0 != "]" }.dropFirst() : authority
        guard let colon = tail.firstIndex(of: ":") else { return (authority, nil) }
        let digits = authority[authority.index(after: colon)...]
        if digits.isEmpty { return (authority[..<colon], nil) }
        guard digits.allSatisfy(\.isASCIIDigit), let port = Int(digits), (1...65535).contains(port) else {
            throw .badPort
        }
        return (authority[..<colon], port)
    }

    private static func cleaned(host: Substring) throws(KeyError) -> String {
        var name = host.lowercased()
        if name.hasSuffix("."), !name.hasPrefix("[") { name.removeLast() }
        guard !name.isEmpty else { throw .noHost }
        let isAddress = name.hasPrefix("[") && name.hasSuffix("]") && name.count > 2
        let inner = isAddress ? name.dropFirst().dropLast() : name[...]
        let begins = name.first.map { $0.isLetter || $0.isNumber || $0 == "[" } ?? false
        let isPlain =
            isAddress
            ? inner.allSatisfy { $0.isASCII && $0.isHexDigit || $0 == ":" || $0 == "." }
            : inner.utf8.allSatisfy { $0.isASCIILetterOrDigit || "._-".utf8.contains($0) }
                || inner.allSatisfy { $0.isLetter || $0.isNumber || "._-".contains($0) }
        guard begins, isPlain else { throw .badHost }
        return name
    }

    private static func cleaned(_ path: Substring) throws(KeyError) -> String {
        guard let decoded = PercentDecoding.decode(path.utf8),
            decoded.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7f })
        else { throw .badEncoding }
        var segments = decoded.utf8.split(separator: UInt8(ascii: "/")).map { String(Substring($0)) }
        guard !segments.contains(where: { $0 == ".." || $0 == "." }) else { throw .relativePath }
        if let last = segments.last, last.lowercased().hasSuffix(".git") {
            segments[segments.count - 1] = String(last.dropLast(4))
            if last.utf8.count == 4 { segments.removeLast() }
        }
        guard !segments.isEmpty else { throw .noPath }
        return segments.joined(separator: "/")
    }
}

extension Substring {
    /// The text before the first of these ASCII characters; the whole text where there is none.
    ///
    /// Compares bytes: a combining mark after a separator does not make it another character here.
    fileprivate func upTo(_ separator: Unicode.Scalar) -> Substring {
        self[..<(utf8.firstIndex(of: UInt8(ascii: separator)) ?? endIndex)]
    }
}

extension UInt8 {
    fileprivate var isASCIILetterOrDigit: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}
