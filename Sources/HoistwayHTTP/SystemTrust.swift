package import NIOSSL

/// The certificates of authorities that this system trusts, read once for all clients.
///
/// NIOSSL reads them again for each client, some 140 of them: 10 ms and 0.8 MB, which a client keeps. With a client for
/// each Git repository, that was most of a server's memory. Here they are shared. A change of the system's certificates
/// needs a restart of the program.
package enum SystemTrust {
    /// Where NIOSSL finds them on Linux.
    private static let files = ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt"]
    private static let shared = roots(in: files)

    /// For a client with the system's trusted authorities.
    package static func clientConfiguration() -> TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.trustRoots = shared
        return configuration
    }

    /// From the first file that exists and can be read; otherwise NIOSSL searches itself, for each client.
    package static func roots(in files: [String]) -> NIOSSLTrustRoots {
        for file in files {
            // If it cannot be read, NIOSSL decides: it also searches folders.
            if let certificates = try? NIOSSLCertificate.fromPEMFile(file), !certificates.isEmpty {
                return .certificates(certificates)
            }
        }
        return .default
    }
}
