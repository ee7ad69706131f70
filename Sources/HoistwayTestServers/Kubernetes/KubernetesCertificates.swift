import Foundation

/// Certificates made for this test with the `openssl` program, all in one folder.
struct KubernetesCertificates: Sendable {
    let folder: String

    /// The authority that clients trust, and that signs the others.
    var authority: String { "\(folder)/ca.pem" }
    func certificate(_ name: String) -> String { "\(folder)/\(name).pem" }
    func key(_ name: String) -> String { "\(folder)/\(name).key" }

    static func make(in folder: String) async throws -> KubernetesCertificates {
        _ = try TestProgram.find("openssl", package: "openssl")
        let made = KubernetesCertificates(folder: folder)
        try await TestProgram.check(
            "openssl",
            ["req", "-x509", "-days", "2", "-subj", "/CN=kubernetes-ca", "-out", made.authority]
                + newKey(made.key("ca"))
        )
        try Data().write(to: URL(fileURLWithPath: "\(folder)/index.txt"))
        let configuration = """
            [ca]
            default_ca = own
            [own]
            database = \(folder)/index.txt
            new_certs_dir = \(folder)
            rand_serial = yes
            unique_subject = no
            default_md = sha256
            policy = any
            certificate = \(made.authority)
            private_key = \(made.key("ca"))
            copy_extensions = copy
            [any]
            commonName = supplied
            organizationName = optional
            """
        try Data(configuration.utf8).write(to: URL(fileURLWithPath: "\(folder)/ca.conf"))
        return made
    }

    /// Makes a key and a certificate, which names `user`; the server's is valid for the loopback interface.
    ///
    /// - Parameter hasExpired: whether it expired yesterday.
    func issue(_ name: String, user: String, group: String? = nil, hasExpired: Bool = false) async throws {
        let subject = (group.map { "/O=\($0)" } ?? "") + "/CN=\(user)"
        try await TestProgram.check(
            "openssl",
            [
                "req", "-subj", subject, "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost",
                "-out", "\(folder)/\(name).csr",
            ] + Self.newKey(key(name))
        )
        let dates: (from: TimeInterval, to: TimeInterval) = hasExpired ? (-172_800, -86_400) : (-3600, 172_800)
        try await TestProgram.check(
            "openssl",
            [
                "ca", "-batch", "-notext", "-config", "\(folder)/ca.conf", "-in", "\(folder)/\(name).csr",
                "-out", certificate(name), "-startdate", Self.text(Date() + dates.from),
                "-enddate", Self.text(Date() + dates.to),
            ]
        )
    }

    private static func newKey(_ file: String) -> [String] {
        ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", file]
    }

    /// `20261129100000Z`.
    private static func text(_ time: Date) -> String { time.formatted(.iso8601).filter { !"-:T".contains($0) } }
}
