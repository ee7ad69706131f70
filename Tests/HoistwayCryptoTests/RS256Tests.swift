import HoistwayCrypto
import Testing

struct RS256Tests {
    @Test func `a signature equals that of the openssl program`() throws {
        let signature = try RS256.sign(pem: Secret(ThrowAwayKeys.rsa), message: Array("hello".utf8))
        #expect(Hex.encode(signature) == ThrowAwayKeys.signatureOfHello)
    }

    @Test func `a PEM file wrapped in base64 is unwrapped`() throws {
        let wrapped = Base64.encode(Array(ThrowAwayKeys.rsa.utf8))
        let lines = wrapped.prefix(76) + "\n" + wrapped.dropFirst(76) + "\n"
        let signature = try RS256.sign(pem: Secret(String(lines)), message: Array("hello".utf8))
        #expect(Hex.encode(signature) == ThrowAwayKeys.signatureOfHello)
    }

    @Test func `a web token has three parts that say what was asked for`() throws {
        let token = try JSONWebToken.make(
            issuer: "Iv1.a\"b",
            issuedAt: 1_767_225_600,
            expiresAt: 1_767_226_140,
            privateKey: Secret(ThrowAwayKeys.rsa)
        )
        let parts = token.revealText().split(separator: ".")
        try #require(parts.count == 3)
        let claims = try #require(Base64.decode(String(parts[1]), .url))
        #expect(
            String(decoding: claims, as: UTF8.self)
                == #"{"iat":1767225600,"exp":1767226140,"iss":"Iv1.a\"b"}"#
        )
        #expect(Base64.decode(String(parts[2]), .url)?.count == 256)
    }

    @Test(arguments: ["", "not a key", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"])
    func `what is no key is refused with a hint`(_ text: String) {
        let error = #expect(throws: CryptoError.self) { try RS256.sign(pem: Secret(text), message: []) }
        #expect(error?.hint != nil)
        #expect(error?.message.contains("AAAA") == false)
        // T16: OpenSSL's own line is `error:1E08010C:DECODER routines::unsupported`.
        #expect(error?.message.contains("::") == false && error?.message.contains("error:") == false)
    }

    @Test func `a key under a passphrase is refused without asking for it`() {
        let error = #expect(throws: CryptoError.self) {
            try RS256.sign(pem: Secret(ThrowAwayKeys.encrypted), message: [])
        }
        guard case .notAPrivateKey = error else {
            Issue.record("expected another error")
            return
        }
    }

    @Test func `a key of another kind is refused`() {
        #expect(throws: CryptoError.notAnRSAKey) {
            try RS256.sign(pem: Secret(ThrowAwayKeys.ellipticCurve), message: [])
        }
    }
}
