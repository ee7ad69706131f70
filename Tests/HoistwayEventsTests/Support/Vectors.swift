import HoistwayCrypto
import HoistwayEvents
import HoistwayModel

/// Known answers of the fact sheet on webhooks, section 2.
enum Vectors {
    static let secret = Secret("It's a Secret to Everybody")
    static let json = "application/json"
    static let form = "application/x-www-form-urlencoded"
    static let hello = Array("Hello, World!".utf8)
    static let helloCode = "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
    static let zen = Array(#"{"zen":"Keep it logically awesome.","hook_id":30}"#.utf8)
    static let zenForm = Array(
        "payload=%7B%22zen%22%3A%22Keep+it+logically+awesome.%22%2C%22hook_id%22%3A30%7D".utf8
    )
    static let giteaSecret = Secret("gitea-secret")
    static let giteaDocument = Array("{\n  \"ref\": \"refs/heads/main\"\n}".utf8)
    static let giteaForm = Array("payload=%7B%0A++%22ref%22%3A+%22refs%2Fheads%2Fmain%22%0A%7D".utf8)
    static let giteaCode = "1b1da84c272f599b4c75274a9a27bcc6fc3209ce13558cf0d4d12088ae8d0ea7"

    /// One HMAC in hexadecimal digits: what travels, and what its code is.
    struct Hexadecimal: Sendable {
        var name: String
        var sender = Sender.github
        var secret = Vectors.secret
        var contentType = Vectors.json
        var body: [UInt8]
        var code: String
    }

    static let hexadecimal: [Hexadecimal] = [
        Hexadecimal(name: "G1", body: hello, code: helloCode),
        Hexadecimal(name: "G4", body: [], code: "66a0c074deaa0f489ead6537e0d32f9a344b90bbeda705b6ed45ecd3b413fb40"),
        Hexadecimal(name: "G5", body: zen, code: "21691e0a9de6ee709072ac7f6cb757402a2ea410992bf7912fdcbcd9eef0a989"),
        Hexadecimal(
            name: "G6",
            body: zen + [10],
            code: "662a12bedf12c94ac75184e60ba60357a5ff452c46c0ee7e85b886933980cad6"
        ),
        Hexadecimal(
            name: "G7, a form is signed as it is",
            contentType: form,
            body: zenForm,
            code: "1b3f753da8c8d685215aa49f1a5acdf635fb1c4fae73690ae4adf38019b809d0"
        ),
        Hexadecimal(
            name: "G8",
            body: Array(#"{"msg":"héllo ✓"}"#.utf8),
            code: "6dd44ba71f1bdad2d25feb014553e28e2218f2702761009cb101e293dfdc9992"
        ),
        Hexadecimal(
            name: "G9, a secret with a stray newline",
            secret: Secret("It's a Secret to Everybody\n"),
            body: hello,
            code: "59105a2da8182e5e7d6b699ca7f738081e03db4f55149c9af1ec7d424ca3e19c"
        ),
        Hexadecimal(
            name: "G10, not UTF-8",
            body: [0x00, 0xff, 0x0d, 0x0a],
            code: "11b8800ed0fded4f711264fa8532bdd502cb5b91dc108248926aaf67852d2754"
        ),
        Hexadecimal(
            name: "G11, a long secret",
            secret: Secret(String(repeating: "k", count: 80)),
            body: hello,
            code: "f138d9b912c5d1cd5d3049fbd91c61a8f944a6ceecb3b73e74d7cb554159b326"
        ),
        Hexadecimal(
            name: "G12, a secret that is not ASCII",
            secret: Secret("Schlüssel-✓"),
            body: hello,
            code: "3503bf04d9e3dda88016e5176644fdc8d9a9de6edf70fac78f82577ddf556189"
        ),
        Hexadecimal(name: "T1", sender: .gitea, secret: giteaSecret, body: giteaDocument, code: giteaCode),
        Hexadecimal(
            name: "T2, the document in a form is signed",
            sender: .gitea,
            secret: giteaSecret,
            contentType: form,
            body: giteaForm,
            code: giteaCode
        ),
        Hexadecimal(name: "T1, Forgejo", sender: .forgejo, secret: giteaSecret, body: giteaDocument, code: giteaCode),
        Hexadecimal(name: "T1, Gogs", sender: .gogs, secret: giteaSecret, body: giteaDocument, code: giteaCode),
    ]

    static func signatureHeader(of sender: Sender) -> (name: String, prefix: String) {
        switch sender {
        case .gitea: ("X-Gitea-Signature", "")
        case .forgejo: ("X-Forgejo-Signature", "")
        case .gogs: ("X-Gogs-Signature", "")
        default: ("X-Hub-Signature-256", "sha256=")
        }
    }

    /// One signature of GitLab's signing tokens.
    struct Signed: Sendable {
        var name: String
        var token: String
        var id = "f5e5f430-f57b-4e6e-9fac-d9128cd7232f"
        var timestamp = "1767225600"
        var body = Array(#"{"object_kind":"push","ref":"refs/heads/main"}"#.utf8)
        var signature: String
        var isRight = true
    }

    static let firstToken = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="

    static let signed: [Signed] = [
        Signed(name: "L1", token: firstToken, signature: "v1,nx+J523ec8vnN6hW8Pbaej0tZpeVhtIMRkf7knxA6ac="),
        Signed(
            name: "L2",
            token: "whsec_//79/Pv6+fj39vX08/Lx8O/u7ezr6uno5+bl5OPi4eA=",
            signature: "v1,GyPAuEFrtxtxLjboxI2k0Rngyq3IvhlAAm+yFTGLNeQ="
        ),
        Signed(
            name: "L3",
            token: "whsec_dGVzdHRlc3R0ZXN0dGVzdHRlc3R0ZXN0dGVzdHRlc3Q=",
            signature: "v1,gZ/5Zg5kcSTMyneAaD4k76GUcLt09z+abQasQlDjVuk="
        ),
        Signed(
            name: "L4, an empty body",
            token: firstToken,
            body: [],
            signature: "v1,ZoEhBDDTXopU/dRmgZvkNCYZ8hQh+UzPjPij3tSFCbg="
        ),
        Signed(
            name: "L5, the token's text as key",
            token: firstToken,
            signature: "v1,pbaGldWJyOI97GAPulfJb2WQMqvkpOyoAyIJOLUtzck=",
            isRight: false
        ),
        Signed(
            name: "L6, the body alone",
            token: firstToken,
            signature: "v1,2rQ71HHjqhOA2f+v//2PivYBzLERPwEzzhYR588jXnc=",
            isRight: false
        ),
        Signed(
            name: "W1, of Standard Webhooks",
            token: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
            timestamp: "1614265330",
            body: Array(#"{"test": 2432232314}"#.utf8),
            signature: "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
        ),
    ]
}

extension Vectors.Hexadecimal {
    var verifier: Verifier {
        get throws { try Verifier(sender: sender, authentication: .hmac([secret])) }
    }

    /// Verifies with these values of the signature header; none leaves the header out.
    func verdict(_ signatures: [String], body: [UInt8]? = nil) throws -> Verdict {
        let name = Vectors.signatureHeader(of: sender).name
        let headers = signatures.map { HeaderLine(name, $0) } + [HeaderLine("Content-Type", contentType)]
        return try verifier.verify(headers: headers, body: body ?? self.body, now: Timestamp(seconds: 0))
    }

    var signature: String { Vectors.signatureHeader(of: sender).prefix + code }
    var proof: Proof {
        // Of a form GitHub signs all, Gitea the document that is in it.
        guard sender != .github else { return Proof(scheme: .githubHMAC, secretIndex: 0) }
        let document = contentType == Vectors.form ? SHA256.hash(Vectors.giteaDocument) : nil
        let scheme: Proof.Scheme =
            switch sender {
            case .forgejo: .forgejoHMAC
            case .gogs: .gogsHMAC
            default: .giteaHMAC
            }
        return Proof(scheme: scheme, secretIndex: 0, documentSHA256: document)
    }
}

extension Vectors.Signed {
    func verdict(
        id: [String]? = nil,
        timestamp: [String]? = nil,
        signature: [String]? = nil,
        body: [UInt8]? = nil,
        now: Int64? = nil,
        tokens: [String]? = nil
    ) throws -> Verdict {
        let verifier = try Verifier(
            sender: .gitlab,
            authentication: .signingToken((tokens ?? [token]).map { Secret($0) }, toleranceSeconds: 300)
        )
        let headers =
            (id ?? [self.id]).map { HeaderLine("webhook-id", $0) }
            + (timestamp ?? [self.timestamp]).map { HeaderLine("Webhook-Timestamp", $0) }
            + (signature ?? [self.signature]).map { HeaderLine("webhook-signature", $0) }
        let time = Timestamp(seconds: now ?? Int64(self.timestamp) ?? 0)
        return verifier.verify(headers: headers, body: body ?? self.body, now: time)
    }
}
