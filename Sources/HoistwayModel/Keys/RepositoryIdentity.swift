/// The repository of a URL, in any spelling; it puts promotions to one branch into a queue.
///
/// Unlike ``RepositoryKey``, which finds possible matches for an event, it never treats two repositories as one. The
/// case of a path counts, except on hosts that are known to ignore it, and so does the port of SSH.
package struct RepositoryIdentity: Hashable, Sendable, CustomStringConvertible {
    package let text: String

    /// A URL that cannot be parsed is compared letter by letter.
    package init(_ url: String) {
        guard let address = try? GitAddress(url), !address.isFile else {
            text = url
            return
        }
        let key = RepositoryKey(address)
        if Self.ignoringCase.contains(where: { key.text.hasPrefix($0 + "/") }) {
            text = key.text
        } else if let port = address.sshPort {
            text = "ssh://\(address.host):\(port)/\(address.exactPath)"
        } else {
            text = address.host + (address.webPort.map { ":\($0)" } ?? "") + "/" + address.exactPath
        }
    }

    package var description: String { text }

    private static let ignoringCase = ["github.com", "gitlab.com", "bitbucket.org", "dev.azure.com"]
}
