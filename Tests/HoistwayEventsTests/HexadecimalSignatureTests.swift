import HoistwayCrypto
import HoistwayEvents
import HoistwayModel
import Testing

struct HexadecimalSignatureTests {
    @Test(arguments: Vectors.hexadecimal)
    func `a known signature is accepted as evidence`(_ vector: Vectors.Hexadecimal) throws {
        #expect(try vector.verdict([vector.signature]) == .accepted(vector.proof))
        #expect(vector.proof.isEvidence)
        #expect(!vector.proof.isDeliveryIDProven)
    }

    @Test(arguments: Vectors.hexadecimal)
    func `upper-case digits and blanks around the value make no difference`(_ vector: Vectors.Hexadecimal) throws {
        let prefix = Vectors.signatureHeader(of: vector.sender).prefix
        #expect(try vector.verdict([prefix + vector.code.uppercased()]) == .accepted(vector.proof))
        #expect(try vector.verdict([vector.signature + " \t"]) == .accepted(vector.proof))
        #expect(try vector.verdict(["  " + vector.signature]) == .accepted(vector.proof))
    }

    @Test(arguments: Vectors.hexadecimal)
    func `one bit of the body changed is a mismatch`(_ vector: Vectors.Hexadecimal) throws {
        for position in vector.body.indices {
            var body = vector.body
            body[position] ^= 1
            // A changed form may be no form any more; refused it is in any case.
            guard case .refused(let reason) = try vector.verdict([vector.signature], body: body) else {
                Issue.record("byte \(position) of \(vector.name) was changed unnoticed")
                continue
            }
            #expect(reason == .mismatch || (vector.contentType == Vectors.form && reason == .malformed))
        }
        #expect(try vector.verdict([vector.signature], body: vector.body + [0]) != .accepted(vector.proof))
    }

    @Test(arguments: Vectors.hexadecimal)
    func `a signature that is cut, empty, doubled or mislabelled is refused`(_ vector: Vectors.Hexadecimal) throws {
        let prefix = Vectors.signatureHeader(of: vector.sender).prefix
        #expect(try vector.verdict([]) == .refused(.missing))
        #expect(try vector.verdict([""]) == .refused(.missing))
        #expect(try vector.verdict([" "]) == .refused(.missing))
        #expect(try vector.verdict([vector.signature, vector.signature]) == .refused(.duplicateHeader))
        let wrongs: [String] = [
            String(vector.signature.dropLast()), String(vector.signature.dropLast(2)), vector.signature + "0",
            "sha1=" + vector.code, "sha512=" + vector.code, "SHA256=" + vector.code, "sha256=",
            "\(prefix)zz\(vector.code.dropFirst(2))", "\(prefix) \(vector.code.dropFirst())",
            prefix + String(repeating: "a", count: 1024 * 1024), "é" + vector.signature,
        ]
        for wrong in wrongs {
            #expect(try vector.verdict([wrong]) == .refused(.malformed), "\(wrong.prefix(80))")
        }
        let other = prefix + String(repeating: "0", count: 64)
        #expect(try vector.verdict([other]) == .refused(.mismatch))
        if !prefix.isEmpty { #expect(try vector.verdict([vector.code]) == .refused(.malformed)) }
    }

    @Test(arguments: [Sender.github, .ghes, .ghcr])
    func `GitHub's older SHA-1 signature alone is a missing signature`(_ sender: Sender) throws {
        let verifier = try Verifier(sender: sender, authentication: .hmac([Vectors.secret]))
        let old = [HeaderLine("X-Hub-Signature", "sha1=01dc10d0c83e72ed246219cdd91669667fe2ca59")]
        #expect(verifier.verify(headers: old, body: Vectors.hello, now: Timestamp(seconds: 0)) == .refused(.missing))
        let both = old + [HeaderLine("x-HUB-signature-256", "sha256=" + Vectors.helloCode)]
        #expect(
            verifier.verify(headers: both, body: Vectors.hello, now: Timestamp(seconds: 0))
                == .accepted(Proof(scheme: .githubHMAC, secretIndex: 0))
        )
    }

    @Test func `underscores do not pass for hyphens`() throws {
        let verifier = try Verifier(sender: .github, authentication: .hmac([Vectors.secret]))
        let headers = [HeaderLine("X_Hub_Signature_256", "sha256=" + Vectors.helloCode)]
        #expect(
            verifier.verify(headers: headers, body: Vectors.hello, now: Timestamp(seconds: 0)) == .refused(.missing)
        )
    }

    @Test func `a Gitea form verified as GitHub's is refused, and the other way round`() throws {
        let raw = "b32eb64eaff6d309147a2dfc4e456596982e63aa3414735e3d2cd9ee6b4b0fd6"
        let vector = try #require(Vectors.hexadecimal.first { $0.name.hasPrefix("T2") })
        #expect(try vector.verdict([raw]) == .refused(.mismatch))
        let github = try Verifier(sender: .github, authentication: .hmac([Vectors.giteaSecret]))
        func verdict(_ code: String) -> Verdict {
            let headers = [
                HeaderLine("X-Hub-Signature-256", "sha256=" + code), HeaderLine("Content-Type", Vectors.form),
            ]
            return github.verify(headers: headers, body: Vectors.giteaForm, now: Timestamp(seconds: 0))
        }
        #expect(verdict(raw) == .accepted(Proof(scheme: .githubHMAC, secretIndex: 0)))
        #expect(verdict(Vectors.giteaCode) == .refused(.mismatch))
    }

    @Test(arguments: [
        "payload=a&payload=b", "payload=%7", "payload=%zz", "payload=a&", "payload=&", "payload=a&b=c",
    ])
    func `a Gitea form without one well-formed payload is refused`(_ form: String) throws {
        let vector = try #require(Vectors.hexadecimal.first { $0.name.hasPrefix("T2") })
        #expect(try vector.verdict([vector.code], body: Array(form.utf8)) == .refused(.malformed))
    }

    @Test(arguments: [
        "other=a", "", "&&", "%70ayload=", "Payload=", " payload=", "a=b&payload=", "&payload=",
        String(repeating: "&", count: 5 << 20),
    ])
    func `what does not begin with payload is not a form, whatever follows`(_ start: String) throws {
        let vector = try #require(Vectors.hexadecimal.first { $0.name.hasPrefix("T2") })
        let body = Array(start.utf8) + vector.body.dropFirst("payload=".utf8.count)
        #expect(try vector.verdict([vector.code], body: body) == .refused(.mismatch))
    }

    @Test func `Gitea's signature under GitHub's name is taken where its own is absent, but not where it is empty`()
        throws
    {
        let verifier = try Verifier(sender: .gitea, authentication: .hmac([Vectors.giteaSecret]))
        let type = HeaderLine("Content-Type", Vectors.json)
        let hub = HeaderLine("X-Hub-Signature-256", "sha256=" + Vectors.giteaCode)
        func verdict(_ headers: [HeaderLine]) -> Verdict {
            verifier.verify(headers: headers, body: Vectors.giteaDocument, now: Timestamp(seconds: 0))
        }
        #expect(verdict([type, hub]) == .accepted(Proof(scheme: .giteaHMAC, secretIndex: 0)))
        #expect(verdict([type, hub, HeaderLine("X-Gitea-Signature", "")]) == .refused(.missing))
        #expect(verdict([type, HeaderLine("X-Hub-Signature-256", "sha256=")]) == .refused(.malformed))
        // The content type decides nothing here: the listener has refused none and two before (S5, S13).
        #expect(verdict([hub]) == .accepted(Proof(scheme: .giteaHMAC, secretIndex: 0)))
    }

    @Test func `each of several secrets is valid, and is told by its position`() throws {
        let verifier = try Verifier(
            sender: .github,
            authentication: .hmac([Secret("new"), Vectors.secret, Secret("old")])
        )
        let headers = [HeaderLine("X-Hub-Signature-256", "sha256=" + Vectors.helloCode)]
        let verdict = verifier.verify(headers: headers, body: Vectors.hello, now: Timestamp(seconds: 0))
        #expect(verdict == .accepted(Proof(scheme: .githubHMAC, secretIndex: 1)))
        #expect(Proof(scheme: .githubHMAC, secretIndex: 1).description == "github-hmac-sha256#1")
    }
}
