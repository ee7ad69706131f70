import Foundation
import HoistwayHTTP
import NIOSSL
import Testing

struct SystemTrustTests {
    private static let debian = "/etc/ssl/certs/ca-certificates.crt"

    private func certificates(_ files: [String]) -> [NIOSSLCertificate]? {
        if case .certificates(let certificates) = SystemTrust.roots(in: files) { certificates } else { nil }
    }

    @Test(.enabled(if: FileManager.default.fileExists(atPath: debian)))
    func `the first file that can be read counts, with all its certificates`() throws {
        let bad = FileManager.default.temporaryDirectory.appending(path: "hoistway-\(UUID()).crt")
        try Data("no certificate".utf8).write(to: bad)
        defer { try? FileManager.default.removeItem(at: bad) }
        let text = try String(contentsOfFile: Self.debian, encoding: .utf8)
        let found = try #require(certificates(["/nowhere.crt", bad.path, Self.debian]))
        #expect(found.count == text.components(separatedBy: "BEGIN CERTIFICATE").count - 1)
    }

    @Test func `where no file can be read, the library looks itself`() {
        guard case .default = SystemTrust.roots(in: ["/nowhere.crt"]) else {
            Issue.record("something was read")
            return
        }
    }

    @Test(.enabled(if: FileManager.default.fileExists(atPath: debian)))
    func `all clients share what was read`() throws {
        func first() -> ObjectIdentifier? {
            guard case .certificates(let certificates)? = SystemTrust.clientConfiguration().trustRoots else {
                return nil
            }
            return certificates.first.map(ObjectIdentifier.init)
        }
        #expect(first() != nil && first() == first())
    }
}
