import Foundation
import HoistwayReceiver
import NIOCore
import NIOSSL
import Testing

struct TLSTests {
    /// A folder with a certificate for `localhost` and its key, which nothing but this test trusts.
    private func withFiles(_ body: (ReceiverTLS) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("hoistway-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }  // What is left is the system's to clean.
        let certificate = folder.appendingPathComponent("certificate.pem")
        let key = folder.appendingPathComponent("key.pem")
        try Data(Self.certificate.utf8).write(to: certificate)
        try Data(Self.key.utf8).write(to: key)
        try await body(ReceiverTLS(certificateFile: certificate.path, keyFile: key.path))
    }

    @Test func `a delivery is taken over TLS`() async throws {
        let inbox = FakeInbox(.stores)
        try await withFiles { tls in
            try await withReceiver(inbox, tls: tls) { port, _, _ in
                let trusted = try NIOSSLCertificate.fromPEMBytes(Array(Self.certificate.utf8))
                let client = try await TestClient.connect(to: port) { channel in
                    var configuration = TLSConfiguration.makeClientConfiguration()
                    configuration.trustRoots = .certificates(trusted)
                    let context = try NIOSSLContext(configuration: configuration)
                    let handler = try NIOSSLClientHandler(context: context, serverHostname: "localhost")
                    try channel.pipeline.syncOperations.addHandler(handler)
                }
                try await client.send(post("{}"))
                let answer = await client.readToEnd()
                #expect(status(answer) == "202")
            }
        }
        #expect(inbox.deliveries.count == 1)
    }

    @Test func `plain HTTP at a TLS port gets nothing`() async throws {
        let inbox = FakeInbox(.stores)
        try await withFiles { tls in
            try await withReceiver(inbox, tls: tls) { port, _, _ in
                let answer = try await exchange(port, post("{}"))
                #expect(!answer.contains("HTTP/1.1 2"))
            }
        }
        #expect(inbox.deliveries.isEmpty)
    }

    @Test func `a handshake that is not finished in time is cut off`() async throws {
        var limits = ReceiverLimits.patient
        limits.headerTime = .milliseconds(100)
        try await withFiles { tls in
            try await withReceiver(FakeInbox(.stores), limits: limits, tls: tls) { port, _, _ in
                let client = try await TestClient.connect(to: port)
                let received = await client.readToEnd()
                #expect(received.isEmpty)
            }
        }
    }

    @Test func `a key that does not belong to the certificate is refused at the start`() async throws {
        try await withFiles { tls in
            try Data("no key".utf8).write(to: URL(fileURLWithPath: tls.keyFile))
            #expect(throws: ReceiverFailure.self) {
                try ReceiverServer(
                    settings: ReceiverSettings(host: "127.0.0.1", port: 0, tls: tls),
                    routes: [],
                    inbox: FakeInbox(.stores),
                    clock: FixedClock(),
                    logger: .quiet
                )
            }
        }
    }

    private static let certificate = """
        -----BEGIN CERTIFICATE-----
        MIIBmzCCAUGgAwIBAgIUZLoPaHhSQA26bxSys3I+t8fx8UAwCgYIKoZIzj0EAwIw
        FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMTExMTc1M1oYDzIxMjYxMDI4
        MTExNzUzWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
        PQMBBwNCAARY8p5c3iK1/Q+VjQ2PRTzuLu/g2q6zF4JzIO6lBDsLpexCqcMI/8/r
        excCuSW9QkyIXF2q1IWvQSxt6RIO2OXuo28wbTAdBgNVHQ4EFgQUZCIXWgnC85vv
        r6CxB7A9u6yB25MwHwYDVR0jBBgwFoAUZCIXWgnC85vvr6CxB7A9u6yB25MwDwYD
        VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
        zj0EAwIDSAAwRQIhAKENFa47MFlYtlZS1sLsNdqYbVKo3DVmzbI5Yr3ERsz5AiAO
        6PRFsGbZMoCrCVWAARFEZKl9dN6GIPmeyPJxBSBgfg==
        -----END CERTIFICATE-----

        """

    /// Made for this test; it protects nothing.
    private static let key = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgBC4LNNxGKcKqLHOC
        J/adFDgtEAnMykANaLgDdQa4jI+hRANCAARY8p5c3iK1/Q+VjQ2PRTzuLu/g2q6z
        F4JzIO6lBDsLpexCqcMI/8/rexcCuSW9QkyIXF2q1IWvQSxt6RIO2OXu
        -----END PRIVATE KEY-----

        """
}
