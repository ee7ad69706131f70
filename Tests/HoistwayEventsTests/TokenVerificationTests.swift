import HoistwayCrypto
import HoistwayEvents
import HoistwayModel
import Testing

struct TokenVerificationTests {
    @Test(arguments: Vectors.signed)
    func `GitLab's signature covers id, timestamp and body`(_ vector: Vectors.Signed) throws {
        let proof = Proof(scheme: .gitlabSigned, secretIndex: 0)
        #expect(try vector.verdict() == (vector.isRight ? .accepted(proof) : .refused(.mismatch)))
        #expect(proof.isEvidence)
        #expect(proof.isDeliveryIDProven)
        guard vector.isRight else { return }
        #expect(try vector.verdict(id: [vector.id + "x"]) == .refused(.mismatch))
        #expect(try vector.verdict(body: vector.body + [32]) == .refused(.mismatch))
        #expect(try vector.verdict(timestamp: ["0" + vector.timestamp]) == .refused(.mismatch))
        for position in vector.body.indices {
            var body = vector.body
            body[position] ^= 0x80
            #expect(try vector.verdict(body: body) == .refused(.mismatch))
        }
    }

    @Test(arguments: [(-301, false), (-300, true), (0, true), (300, true), (301, false)] as [(Int64, Bool)])
    func `the clock may differ by five minutes either way`(difference: Int64, isTaken: Bool) throws {
        let verdict = try Vectors.signed[0].verdict(now: 1_767_225_600 + difference)
        #expect(verdict == (isTaken ? .accepted(Proof(scheme: .gitlabSigned, secretIndex: 0)) : .refused(.stale)))
    }

    @Test func `of several signatures one that is right suffices`() throws {
        let vector = Vectors.signed[0]
        let accepted = Verdict.accepted(Proof(scheme: .gitlabSigned, secretIndex: 0))
        let other = "v1," + Base64.encode([UInt8](repeating: 7, count: 32))
        #expect(try vector.verdict(signature: ["\(other) \(vector.signature)"]) == accepted)
        #expect(try vector.verdict(signature: ["v1a,AAAA v2,xyz \(vector.signature)"]) == accepted)
        #expect(try vector.verdict(signature: [" \(vector.signature)\t"]) == accepted)
        #expect(try vector.verdict(timestamp: [" 1767225600"]) == accepted)
        #expect(try vector.verdict(tokens: [Vectors.signed[1].token, vector.token]) != accepted)
        #expect(
            try vector.verdict(tokens: [Vectors.signed[1].token, vector.token])
                == .accepted(Proof(scheme: .gitlabSigned, secretIndex: 1))
        )
    }

    @Test(arguments: [
        "v1,", "v1a,AAAA", "nx+J523ec8vnN6hW8Pbaej0tZpeVhtIMRkf7knxA6ac=", "v1,AAAA", "v2,xyz", "v1",
        "v1,nx+J523ec8vnN6hW8Pbaej0tZpeVhtIMRkf7knxA6ac",
    ])
    func `a list without one well-formed signature is refused`(_ list: String) throws {
        #expect(try Vectors.signed[0].verdict(signature: [list]) == .refused(.malformed))
    }

    @Test func `a list of a megabyte is refused`() throws {
        let list = String(repeating: "v1,AAAA ", count: 131_072)
        #expect(try Vectors.signed[0].verdict(signature: [list]) == .refused(.malformed))
    }

    @Test(arguments: ["1767225600.0", "-1", "+1767225600", "99999999999999999999", "0x10", "1767225600 1", "१"])
    func `a timestamp that is no plain number is refused`(_ timestamp: String) throws {
        #expect(try Vectors.signed[0].verdict(timestamp: [timestamp]) == .refused(.malformed))
    }

    @Test func `headers that are missing or stand twice are refused`() throws {
        let vector = Vectors.signed[0]
        for empty in [[], [""]] as [[String]] {
            #expect(try vector.verdict(id: empty) == .refused(.missing))
            #expect(try vector.verdict(timestamp: empty) == .refused(.missing))
            #expect(try vector.verdict(signature: empty) == .refused(.missing))
        }
        #expect(try vector.verdict(id: [vector.id, vector.id]) == .refused(.duplicateHeader))
        #expect(try vector.verdict(timestamp: ["1", "1"]) == .refused(.duplicateHeader))
        #expect(try vector.verdict(signature: [vector.signature, "x"]) == .refused(.duplicateHeader))
    }

    @Test func `a signing token switches the plain one off`() throws {
        let verifier = try Verifier(
            sender: .gitlab,
            authentication: .signingToken([Secret(Vectors.firstToken)], toleranceSeconds: 300)
        )
        let headers = [HeaderLine("X-Gitlab-Token", Vectors.firstToken)]
        #expect(verifier.verify(headers: headers, body: [], now: Timestamp(seconds: 0)) == .refused(.missing))
    }

    @Test(arguments: [(Sender.gitlab, "X-Gitlab-Token"), (.harbor, "Authorization"), (.distribution, "authorization")])
    func `a fixed value proves the sender, not the body`(sender: Sender, header: String) throws {
        let secrets = [Secret("Bearer first"), Secret("Basic aG9pc3Q6cEBzczp3b3Jk")]
        let verifier = try Verifier(
            sender: sender,
            authentication: sender == .gitlab ? .token(secrets) : .authorization(secrets)
        )
        func verdict(_ values: String...) -> Verdict {
            let headers = values.map { HeaderLine(header, $0) }
            return verifier.verify(headers: headers, body: [1, 2, 3], now: Timestamp(seconds: 0))
        }
        guard case .accepted(let proof) = verdict("Basic aG9pc3Q6cEBzczp3b3Jk") else {
            Issue.record("the second value was refused")
            return
        }
        #expect(proof.secretIndex == 1)
        #expect(!proof.isEvidence)
        #expect(verdict(" Bearer first\t") == .accepted(Proof(scheme: proof.scheme, secretIndex: 0)))
        #expect(verdict() == .refused(.missing))
        #expect(verdict("") == .refused(.missing))
        #expect(verdict("Bearer firs") == .refused(.mismatch))
        #expect(verdict("Bearer firstx") == .refused(.mismatch))
        #expect(verdict("first") == .refused(.mismatch))
        #expect(verdict("Bearer first", "Bearer first") == .refused(.duplicateHeader))
        #expect(verdict(String(repeating: "a", count: 1024 * 1024)) == .refused(.mismatch))
    }
}
