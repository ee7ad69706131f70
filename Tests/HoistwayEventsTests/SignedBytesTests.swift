import HoistwayCrypto
import HoistwayEvents
import HoistwayModel
import Testing

/// S5: what a signature covers decides what is decoded; `Content-Type` is not covered by any.
struct SignedBytesTests {
    private static let now = Timestamp(seconds: 1_767_225_600)
    private static let secret = Secret("s3cret")

    /// A push to `main`; somebody has written a whole other document into the commit's message.
    private static let honest = document(ref: "refs/heads/main", message: "fix&payload=\(inner)&")
    private static let inner = String(
        decoding: Form.encode(document(ref: "refs/heads/evil", message: "x")).dropFirst("payload=".utf8.count),
        as: UTF8.self
    )

    private static func document(ref: String, message: String) -> [UInt8] {
        let sha = String(repeating: "a", count: 40)
        return Array(
            """
            {"object_kind":"push","ref":"\(ref)","before":"\(String(repeating: "b", count: 40))","after":"\(sha)",\
            "repository":{"clone_url":"https://git.example.com/acme/app.git",\
            "git_http_url":"https://git.example.com/acme/app.git"},\
            "commits":[{"id":"\(sha)","message":"\(message)","added":[],"modified":["x"],"removed":[]}],\
            "type":"PUSH_ARTIFACT","event_data":{"resources":[\
            {"resource_url":"git.example.com/acme/app","tag":"\(ref.split(separator: "/").last ?? "")"}]},\
            "events":[{"action":"push","request":{"host":"git.example.com"},"target":{"repository":"acme/app",\
            "mediaType":"application/vnd.oci.image.manifest.v1+json","tag":"\(ref.split(separator: "/").last ?? "")"}}]}
            """.utf8
        )
    }

    private static func authentication(of sender: Sender) -> ReceiverAuthentication {
        switch sender {
        case .gitlab: .signingToken([Secret(Vectors.firstToken)], toleranceSeconds: 300)
        case .harbor, .distribution: .authorization([secret])
        default: .hmac([secret])
        }
    }

    /// Headers that prove `signed`, with the event's name under each name.
    private static func headers(_ sender: Sender, signed: [UInt8], type: String) throws -> [HeaderLine] {
        let signer = try PayloadSigner(sender: sender, authentication: authentication(of: sender))
        return try signer.headers(body: signed, deliveryID: "id-1", now: now)
            + ["X-GitHub-Event", "X-Gitea-Event", "X-Gogs-Event"].map { HeaderLine($0, "push") }
            + [HeaderLine("Content-Type", type)]
    }

    /// The names of what comes out of it, where it is accepted at all; `nil` where it is not.
    private static func believed(_ sender: Sender, body: [UInt8], signed: [UInt8], type: String) throws -> [String]? {
        let headers = try headers(sender, signed: signed, type: type)
        let verdict = try Verifier(sender: sender, authentication: authentication(of: sender))
            .verify(headers: headers, body: body, now: now)
        guard case .accepted = verdict,
            let events = try? EventDecoder.decode(sender: sender, headers: headers, body: body)
        else { return nil }
        return events.map { event in
            switch event {
            case .push(let push): push.ref
            case .image(let image): image.tags.joined()
            default: event.kind
            }
        }
    }

    private static let types = [
        "application/json", "application/x-www-form-urlencoded", "application/x-www-form-urlencoded; charset=utf-8",
        "APPLICATION/X-WWW-FORM-URLENCODED", "application/vnd.x+json",
    ]

    @Test(arguments: Sender.allCases, types)
    func `a document signed as JSON is that document, whatever the content type says`(
        _ sender: Sender,
        _ type: String
    ) throws {
        let found = try Self.believed(sender, body: Self.honest, signed: Self.honest, type: type)
        let isKnown = sender.bodyForm(contentType: type) != nil
        let expected = sender.traits.kind == .registry ? "main" : "refs/heads/main"
        #expect(found == (isKnown ? [expected] : nil))
    }

    @Test(arguments: Sender.allCases, types)
    func `a form is its one payload, whatever the content type says, for those who send forms`(
        _ sender: Sender,
        _ type: String
    ) throws {
        let form = Form.encode(Self.honest)
        let found = try Self.believed(sender, body: form, signed: form, type: type)
        let sendsForms = sender.bodyForm(contentType: Vectors.form) != nil
        #expect(found == (sendsForms && sender.bodyForm(contentType: type) != nil ? ["refs/heads/main"] : nil))
    }

    /// Fields around the payload; the signature is over what is honest in it.
    @Test(arguments: Sender.allCases, types)
    func `a second field, before or behind, is never a document`(_ sender: Sender, _ type: String) throws {
        let form = Form.encode(Self.honest)
        let evil = Form.encode(Self.document(ref: "refs/heads/evil", message: "x"))
        for body in [
            form + Array("&".utf8) + evil, evil + Array("&".utf8) + form, form + Array("&".utf8),
            Array("a=b&".utf8) + form, Array("&".utf8) + form, form + Array("&payload".utf8),
            Array("%70ayload=".utf8) + form.dropFirst("payload=".utf8.count),
        ] {
            for signed in [Self.honest, form] {
                let found = try Self.believed(sender, body: body, signed: signed, type: type)
                #expect(found?.contains { $0.contains("evil") } != true)
            }
            // GitHub signs the body as it came; what it would sign so is refused as no form.
            guard sender.traits.kind == .gitHost else { continue }
            #expect(try Self.believed(sender, body: body, signed: body, type: type) == nil)
        }
    }

    /// GitHub signs the form, Gitea's family the document in it: neither takes the other's.
    @Test func `the wrong bytes signed prove nothing`() throws {
        let form = Form.encode(Self.honest)
        for sender in [Sender.github, .ghes, .ghcr] {
            #expect(try Self.believed(sender, body: form, signed: Self.honest, type: Vectors.form) == nil)
        }
        for sender in [Sender.gitea, .forgejo, .gogs] {
            let name = Vectors.signatureHeader(of: sender).name
            let code = Hex.encode(try HMAC.sha256(key: Self.secret.reveal(), message: form))
            let headers = [HeaderLine(name, code), HeaderLine("Content-Type", Vectors.form)]
            let verifier = try Verifier(sender: sender, authentication: .hmac([Self.secret]))
            #expect(verifier.verify(headers: headers, body: form, now: Self.now) == .refused(.mismatch))
        }
    }

    @Test func `a Gogs secret's proof is called Gogs', a Forgejo secret's Forgejo's`() throws {
        for (sender, name) in [
            (Sender.gogs, "gogs-hmac-sha256#0"), (.forgejo, "forgejo-hmac-sha256#0"), (.gitea, "gitea-hmac-sha256#0"),
        ] {
            let headers = try Self.headers(sender, signed: Self.honest, type: Vectors.json)
            let verifier = try Verifier(sender: sender, authentication: .hmac([Self.secret]))
            guard case .accepted(let proof) = verifier.verify(headers: headers, body: Self.honest, now: Self.now) else {
                Issue.record("\(sender) refused its own signature")
                continue
            }
            #expect(proof.description == name)
        }
    }
}
