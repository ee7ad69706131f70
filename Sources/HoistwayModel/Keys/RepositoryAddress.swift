/// The address of a repository from its Git URL, in the URL's own spelling; user, password and query are dropped.
package struct RepositoryAddress: Sendable, Equatable {
    /// In lower case.
    package var host: String
    /// The port of http or https where it is not the default one; never that of SSH.
    package var webPort: Int?
    /// Decoded, without `.git` at the end of the last segment.
    package var segments: [String]
    /// Whether the URL is for plain http.
    package var isPlainHTTP: Bool

    /// Accepts the same URLs as ``RepositoryKey/init(parsing:)``, except files of this machine.
    package init(parsing url: String) throws(KeyError) {
        let address = try GitAddress(url)
        guard !address.isFile else { throw .noHost }
        host = address.host
        webPort = address.webPort
        segments = address.exactPath.split(separator: "/").map(String.init)
        isPlainHTTP = url.trimmed().lowercased().hasPrefix("http://")
    }

    /// The host, with its port where it has one.
    package var authority: String { webPort.map { "\(host):\($0)" } ?? host }
}
