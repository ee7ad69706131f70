import HoistwayCrypto
import Testing

struct DigestTests {
    @Test func `known texts have their known digests`() {
        #expect(SHA1.hex("abc") == "a9993e364706816aba3e25717850c26c9cd0d89d")
        #expect(SHA1.hex("") == "da39a3ee5e6b4b0d3255bfef95601890afd80709")
        #expect(SHA256.hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(SHA256.hex("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        #expect(Hex.encode(Digest.hash(.sha512, "abc")).hasPrefix("ddaf35a193617abacc417349ae204131"))
    }

    @Test func `a digest in pieces equals the digest of the whole`() {
        var digest = IncrementalDigest(.sha1)
        digest.update("blob 5\0")
        digest.update([])
        digest.update(Array("hello".utf8))
        #expect(Hex.encode(digest.finish()) == "b6fc4c620b67d95f953a5c1c1230aaab5db5a1b0")
    }

    @Test func `values compare by content and length`() {
        #expect(constantTimeEqual([1, 2, 3], [1, 2, 3]))
        #expect(!constantTimeEqual([1, 2, 3], [1, 2, 4]))
        #expect(!constantTimeEqual([1, 2, 3], [1, 2]))
        #expect(constantTimeEqual([], []))
    }

    @Test func `random bytes differ and have the length asked for`() throws {
        let one = try RandomBytes.make(count: 32)
        #expect(one.count == 32)
        #expect(one != (try RandomBytes.make(count: 32)))
        #expect(try RandomBytes.token().count == 43)
    }
}
