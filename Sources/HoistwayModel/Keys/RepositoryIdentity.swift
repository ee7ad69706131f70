/// Which repository a URL names, however it is written: what promotions to one branch are put in a row by.
///
/// Unlike ``RepositoryKey``, which finds what an event may be about, it never takes two repositories for one: the case of
/// a path counts, but on hosts that are known to ignore it, and so does the port of SSH.
package struct RepositoryIdentity: Hashable, Sendable, CustomStringConvertible {
    package let text: String

    /// A URL that cannot be read is told apart letter for letter.
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
