import HoistwayCrypto
import HoistwayEvents
import HoistwayModel
import Testing

struct ReceiverStartTests {
    private static func schemes(_ secrets: [Secret]) -> [(Sender, ReceiverAuthentication)] {
        [
            (.github, .hmac(secrets)), (.gitea, .hmac(secrets)), (.gitlab, .token(secrets)),
            (.gitlab, .signingToken(secrets, toleranceSeconds: 300)), (.harbor, .authorization(secrets)),
            (.distribution, .authorization(secrets)),
        ]
    }

    @Test func `without a secret, or with an empty one, nothing starts`() {
        for (sender, authentication) in Self.schemes([]) {
            #expect(throws: AuthenticationError.noSecret) {
                try Verifier(sender: sender, authentication: authentication)
            }
        }
        for (sender, authentication) in Self.schemes([Secret(Vectors.firstToken), Secret("")]) {
            #expect(throws: AuthenticationError.emptySecret(position: 1)) {
                try Verifier(sender: sender, authentication: authentication)
            }
        }
    }

    @Test(arguments: [
        "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", "whsec_", "whsec_AAAA", "whsec_not base64",
        "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8", "whpk_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
    ])
    func `a signing token of another form does not start`(_ token: String) {
        #expect(throws: AuthenticationError.notASigningToken(position: 0)) {
            try Verifier(sender: .gitlab, authentication: .signingToken([Secret(token)], toleranceSeconds: 300))
        }
    }

    @Test func `a scheme that the sender does not know does not start`() {
        for (sender, authentication) in [
            (Sender.github, ReceiverAuthentication.token([Secret("x")])), (.gitlab, .hmac([Secret("x")])),
            (.harbor, .hmac([Secret("x")])), (.gogs, .authorization([Secret("x")])),
        ] {
            #expect(throws: AuthenticationError.wrongScheme(sender: sender.rawValue)) {
                try Verifier(sender: sender, authentication: authentication)
            }
        }
    }

    @Test func `no secret is in any error or verdict`() {
        let secret = "whsec_hunter2"
        let authentication = ReceiverAuthentication.signingToken([Secret(secret)], toleranceSeconds: 300)
        let error = #expect(throws: AuthenticationError.self) {
            try Verifier(sender: .gitlab, authentication: authentication)
        }
        #expect(error?.description.contains("hunter2") == false)
        #expect(!"\(authentication)".contains("hunter2"))
    }

    @Test(arguments: Sender.allCases)
    func `what is signed for a receiver is accepted by it`(_ sender: Sender) throws {
        let body = Array(#"{"a":"b c"}"#.utf8)
        let secret = Secret("s3cret")
        let schemes: [ReceiverAuthentication] =
            switch sender {
            case .gitlab: [.token([secret]), .signingToken([Secret(Vectors.firstToken)], toleranceSeconds: 5)]
            case .harbor, .distribution: [.authorization([secret])]
            default: [.hmac([secret, Secret("older")])]
            }
        let now = Timestamp(seconds: 1_767_225_600)
        for authentication in schemes {
            for (type, body) in [(Vectors.json, body), (Vectors.form, Form.encode(body))]
            where sender.bodyForm(contentType: type) != nil {
                let signer = try PayloadSigner(sender: sender, authentication: authentication)
                let headers = try signer.headers(body: body, deliveryID: "id-1", now: now)
                let verdict = try Verifier(sender: sender, authentication: authentication)
                    .verify(headers: headers + [HeaderLine("Content-Type", type)], body: body, now: now)
                guard case .accepted(let proof) = verdict else {
                    Issue.record("\(sender) refused its own signature of a \(type) body")
                    continue
                }
                #expect(proof.secretIndex == 0)
            }
        }
    }

    @Test(arguments: Sender.allCases)
    func `nothing that authenticates is stored`(_ sender: Sender) {
        let headers = [
            "Authorization", "X-Hub-Signature", "X-Hub-Signature-256", "X-Gitea-Signature", "X-Forgejo-Signature",
            "X-Gogs-Signature", "X-Gitlab-Token", "webhook-signature", "Cookie", "Proxy-Authorization",
        ].map { HeaderLine($0, "hunter2") }
        #expect(sender.storedHeaders(of: headers).isEmpty)
        let kept = HeaderLine("Content-Type", "application/json")
        #expect(sender.storedHeaders(of: headers + [kept]) == [kept])
    }

    @Test func `each sender's content types are taken, and no others`() {
        let distribution = "application/vnd.docker.distribution.events.v2+json"
        #expect(Sender.distribution.bodyForm(contentType: distribution) == .json)
        #expect(Sender.github.bodyForm(contentType: "Application/JSON; charset=utf-8") == .json)
        #expect(Sender.harbor.bodyForm(contentType: "application/cloudevents+json") == .json)
        #expect(Sender.gitea.bodyForm(contentType: "application/x-www-form-urlencoded;charset=UTF-8") == .form)
        for sender in [Sender.gitlab, .harbor, .distribution] {
            #expect(sender.bodyForm(contentType: Vectors.form) == nil)
        }
        for type in ["", "text/plain", "text/json", "application/jsonx", "multipart/form-data", "json"] {
            #expect(Sender.github.bodyForm(contentType: type) == nil)
        }
    }

    @Test func `git hosts may send more than registries`() {
        for sender in Sender.allCases {
            let isHost = sender.traits.kind == .gitHost
            #expect(sender.traits.defaultMaxBodyBytes == (isHost ? 5 : 1) * 1024 * 1024)
        }
    }
}
