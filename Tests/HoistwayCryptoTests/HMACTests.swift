import HoistwayCrypto
import Testing

struct HMACTests {
    /// The common secret and the numbers are those of the fact sheet on webhooks.
    static let secret = Array("It's a Secret to Everybody".utf8)

    struct Vector: Sendable, CustomTestStringConvertible {
        var name: String
        var algorithm = HashAlgorithm.sha256
        var key = HMACTests.secret
        var message: [UInt8]
        var code: String
        var testDescription: String { name }
    }

    static let hello = Array("Hello, World!".utf8)
    static let zen = Array(#"{"zen":"Keep it logically awesome.","hook_id":30}"#.utf8)

    static let vectors: [Vector] = [
        Vector(name: "G1", message: hello, code: "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"),
        Vector(name: "G2", algorithm: .sha1, message: hello, code: "01dc10d0c83e72ed246219cdd91669667fe2ca59"),
        Vector(
            name: "G3",
            algorithm: .sha512,
            message: hello,
            code: "11ed355a617e98134e842012a7944ccf59c10256cb182357bd7e3a42013ff07c"
                + "376f8c14cf5cc1923da20b51d64256b2fb8ebbf100aa67a61326f61fea8111bc"
        ),
        Vector(name: "G4", message: [], code: "66a0c074deaa0f489ead6537e0d32f9a344b90bbeda705b6ed45ecd3b413fb40"),
        Vector(name: "G5", message: zen, code: "21691e0a9de6ee709072ac7f6cb757402a2ea410992bf7912fdcbcd9eef0a989"),
        Vector(
            name: "G5, SHA-1",
            algorithm: .sha1,
            message: zen,
            code: "f74651eec207c27de7175aef257f9ff2b1e499ae"
        ),
        Vector(
            name: "G6",
            message: zen + [10],
            code: "662a12bedf12c94ac75184e60ba60357a5ff452c46c0ee7e85b886933980cad6"
        ),
        Vector(
            name: "G10",
            message: [0x00, 0xff, 0x0d, 0x0a],
            code: "11b8800ed0fded4f711264fa8532bdd502cb5b91dc108248926aaf67852d2754"
        ),
        Vector(
            name: "G11, a key longer than a block",
            key: [UInt8](repeating: UInt8(ascii: "k"), count: 80),
            message: hello,
            code: "f138d9b912c5d1cd5d3049fbd91c61a8f944a6ceecb3b73e74d7cb554159b326"
        ),
        Vector(
            name: "G12, a key that is not ASCII",
            key: Array("Schlüssel-✓".utf8),
            message: hello,
            code: "3503bf04d9e3dda88016e5176644fdc8d9a9de6edf70fac78f82577ddf556189"
        ),
        Vector(
            name: "G13, an empty key computes",
            key: [],
            message: hello,
            code: "2bbcfa9524f3218c7a34b30e6936f8b1a4516cb097f1a85a1c7d98b5977ec769"
        ),
    ]

    /// Other senders' vectors: the codes are the same business, whoever reads the header.
    static let otherSenders: [Vector] = [
        Vector(
            name: "Bitbucket",
            message: Array("Hello World!".utf8),
            code: "a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9"
        ),
        Vector(
            name: "T1, SHA-1",
            algorithm: .sha1,
            key: Array("gitea-secret".utf8),
            message: Array("{\n  \"ref\": \"refs/heads/main\"\n}".utf8),
            code: "11c2909e2ada099ede091f566f77d08b3ca674a6"
        ),
        Vector(
            name: "N1",
            algorithm: .sha1,
            key: Array("nexus-secret".utf8),
            message: Array(
                #"{"timestamp":"2016-11-10T23:57:49.664+0000","repositoryName":"docker-hosted","action":"CREATED"}"#
                    .utf8
            ),
            code: "785fbee1abfd413b6acd0206d36cb5e408d0c67a"
        ),
        Vector(
            name: "J1",
            key: Array("jfrog-secret".utf8),
            message: Array(#"{"domain":"docker","event_type":"pushed"}"#.utf8),
            code: "70b63bad4f6a91d1eec7fb787bbd5e85b27e593925944e06cb6f85e203cca040"
        ),
        Vector(
            name: "X1",
            algorithm: .sha1,
            key: generic,
            message: image,
            code: "116be1e1adb3691073313385aa0c035a8481fb85"
        ),
        Vector(
            name: "X2",
            key: generic,
            message: image,
            code: "06efeb32b2b70b80c15fd56e3c45e83395da4a0e100b5add1cba80200b6cd562"
        ),
        Vector(
            name: "X3",
            algorithm: .sha512,
            key: generic,
            message: image,
            code: "c3cdac32892717b098310ef53042e0fcf928c8f436836795d4c895cc74ce0c1e"
                + "7d61d1fe9e5bd245a3e909b2d12d8dd207e4ea38b965cfc85949a5333b828411"
        ),
    ]

    private static let generic = Array("generic-secret".utf8)
    private static let image = Array(#"{"image":"ghcr.io/acme/app:1.2.3"}"#.utf8)

    @Test(arguments: vectors + otherSenders)
    func `a known message gives the known code`(_ vector: Vector) throws {
        let code = try HMAC.code(vector.algorithm, key: vector.key, message: vector.message)
        #expect(Hex.encode(code) == vector.code)
    }

    @Test(arguments: vectors)
    func `a key gives the same code when it is used again`(_ vector: Vector) throws {
        let key = try HMACKey(vector.algorithm, secret: vector.key)
        for _ in 0..<3 {
            #expect(Hex.encode(try key.authenticationCode(for: vector.message)) == vector.code)
            _ = try key.authenticationCode(for: Array("something else".utf8))
        }
    }

    @Test func `a prefix counts as the beginning of the message`() throws {
        let key = try HMACKey(.sha256, secret: Self.secret)
        let split = try Self.hello.suffix(6).withUnsafeBytes { bytes in
            try key.authenticationCode(for: bytes, prefixedBy: Array(Self.hello.prefix(7)))
        }
        #expect(split == (try key.authenticationCode(for: Self.hello)))
    }

    @Test func `one key serves many tasks at once`() async throws {
        let key = try HMACKey(.sha256, secret: Self.secret)
        let codes = try await withThrowingTaskGroup(of: [UInt8].self) { group in
            for _ in 0..<200 { group.addTask { try key.authenticationCode(for: Self.hello) } }
            return try await group.reduce(into: Set<[UInt8]>()) { $0.insert($1) }
        }
        #expect(codes.count == 1)
        #expect(codes.first.map { Hex.encode($0) } == Self.vectors[0].code)
    }
}
