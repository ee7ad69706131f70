package import NIOSSL

/// The certificates of authorities that this system trusts, read once for all clients.
///
/// NIOSSL reads them again for each client, some 140 of them: 10 ms and 0.8 MB, which a client keeps. With a client for
/// each Git repository, that was most of the memory of a server. What is read here is shared. After the system's
/// certificates have changed, the program has to be started again to see it.
package enum SystemTrust {
    /// Where NIOSSL finds them on Linux.
    private static let files = ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt"]
    private static let shared = roots(in: files)

    /// For a client that trusts whom the system trusts.
    package static func clientConfiguration() -> TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.trustRoots = shared
        return configuration
    }

    /// Of the first file that is there and can be read; else NIOSSL looks itself, for each client.
    package static func roots(in files: [String]) -> NIOSSLTrustRoots {
        for file in files {
            // What cannot be read is for NIOSSL to judge: it looks in folders, too.
            if let certificates = try? NIOSSLCertificate.fromPEMFile(file), !certificates.isEmpty {
                return .certificates(certificates)
            }
        }
        return .default
    }
}
