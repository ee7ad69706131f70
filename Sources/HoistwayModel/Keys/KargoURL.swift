/// URLs in the form of Kargo's freight ids: they must equal Kargo's bytes, and are not our keys.
package enum KargoURL {
    /// A Git URL; a URL that cannot be parsed, or that has a query, is returned unchanged.
    package static func git(_ url: String) -> String {
        let text = String(String.UnicodeScalarView(url.unicodeScalars.filter(isPrintable))).lowercased()
        for scheme in ["https://", "http://"] where text.hasPrefix(scheme) {
            return web(text.dropFirst(scheme.count), scheme).map { scheme + $0 } ?? url
        }
        if text.hasPrefix("ssh://") { return text.contains("?") ? url : trimmedPath(text) }
        return scp(text).map(trimmedPath) ?? url
    }

    /// An image without scheme; a text that is not an image name is returned unchanged.
    package static func image(_ name: String) -> String {
        short(name.lowercased()) ?? name
    }

    /// A chart's repository: `oci://…` like an image, `https://…` in lower case.
    package static func chart(_ url: String) -> String {
        let lower = url.lowercased()
        let bare = lower.hasPrefix("oci://") ? String(lower.dropFirst("oci://".count)) : lower
        return image(bare)
    }

    private static func web(_ rest: Substring, _ scheme: String) -> String? {
        guard !rest.contains("?") else { return nil }
        let authority = rest.prefix { $0 != "/" }
        let host = authority.lastIndex(of: "@").map { authority[authority.index(after: $0)...] } ?? authority
        guard !host.isEmpty else { return nil }
        return trimmedPath(String(host + rest[authority.endIndex...]))
    }

    /// Removes one slash at the end, then `.git`.
    private static func trimmedPath(_ text: String) -> String {
        var text = text
        if text.hasSuffix("/") { text.removeLast() }
        if text.hasSuffix(".git") { text.removeLast(4) }
        return text
    }

    private static func scp(_ text: String) -> String? {
        guard !text.contains("://"), let colon = text.firstIndex(of: ":") else { return nil }
        let host = text[..<colon]
        let path = text[text.index(after: colon)...].drop { $0 == "/" }
        guard !host.isEmpty, !host.contains("/"), !path.isEmpty else { return nil }
        return "ssh://\(host)/\(path)"
    }

    /// Docker Hub's names without host and `library/`, as `docker pull` accepts them.
    private static func short(_ name: String) -> String? {
        let last = name.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
        guard !last.contains(":"), !name.contains("@"), !name.contains("://"), let key = ImageKey(name) else {
            return nil
        }
        let hub = "docker.io/"
        // Kargo keeps two hosts that our keys treat as Docker Hub, and the port 443, which keys drop.
        guard key.text.hasPrefix(hub), !["registry.hub.docker.com/", "hub.docker.com/"].contains(where: name.hasPrefix)
        else { return name }
        let path = key.text.dropFirst(hub.count)
        return String(path.hasPrefix("library/") ? path.dropFirst("library/".count) : path)
    }

    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator,
            .spaceSeparator:
            false
        default: true
        }
    }
}
