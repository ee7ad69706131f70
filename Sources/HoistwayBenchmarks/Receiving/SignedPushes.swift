import HoistwayCrypto

/// GitHub pushes of 8 KB, signed before the clock starts: each has its own id and body.
///
/// They differ in sixteen digits of the pushed commit's id, so a request is a copy of one template with three places
/// replaced. Only the signatures are stored.
struct SignedPushes: Sendable {
    static let bodyBytes = 8_066
    private static let digits = Array("0123456789abcdef".utf8)

    private let template: [UInt8]
    private let first: UInt64
    /// 64 digits for each.
    private let codes: [UInt8]
    private let placeOfCode: Int
    private let placeOfID: Int
    private let placeInBody: Int
    let count: Int

    /// `first`: the number of the first one; runs with one database use different numbers.
    init(count: Int, first: UInt64, path: String, secret: String, closes: Bool = false) throws {
        self.count = count
        self.first = first
        let (text, place) = PushPayload.make(bytes: Self.bodyBytes)
        var head = Array("POST \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n".utf8)
        head += Array("User-Agent: GitHub-Hookshot/bench\r\nX-GitHub-Event: push\r\n".utf8)
        if closes { head += Array("Connection: close\r\n".utf8) }
        head += Array("X-GitHub-Delivery: 72d3162e-cc78-11e3-".utf8)
        placeOfID = head.count
        head += Array("0000000000000000\r\nContent-Length: \(text.count)\r\nX-Hub-Signature-256: sha256=".utf8)
        placeOfCode = head.count
        head += [UInt8](repeating: UInt8(ascii: "0"), count: 64) + Array("\r\n\r\n".utf8)
        placeInBody = head.count + place
        template = head + text
        codes = try Self.sign(text, at: place, first: first, count: count, secret: secret)
    }

    private static func sign(
        _ body: [UInt8],
        at place: Int,
        first: UInt64,
        count: Int,
        secret: String
    ) throws -> [UInt8] {
        let key = try HMACKey(.sha256, secret: Array(secret.utf8))
        var body = body
        var codes: [UInt8] = []
        codes.reserveCapacity(count * 64)
        for index in 0..<count {
            body.withUnsafeMutableBytes { put(first + UInt64(index), at: place, $0) }
            for byte in try key.authenticationCode(for: body) {
                codes.append(digits[Int(byte >> 4)])
                codes.append(digits[Int(byte & 15)])
            }
        }
        return codes
    }

    /// The complete request, head and body.
    func request(_ index: Int) -> [UInt8] {
        var request = template
        request.withUnsafeMutableBytes { bytes in
            Self.put(first + UInt64(index), at: placeOfID, bytes)
            Self.put(first + UInt64(index), at: placeInBody, bytes)
            codes.withUnsafeBytes { codes in
                let code = UnsafeRawBufferPointer(rebasing: codes[(index * 64)..<(index * 64 + 64)])
                UnsafeMutableRawBufferPointer(rebasing: bytes[placeOfCode...]).copyMemory(from: code)
            }
        }
        return request
    }

    private static func put(_ number: UInt64, at place: Int, _ bytes: UnsafeMutableRawBufferPointer) {
        for digit in 0..<16 { bytes[place + 15 - digit] = digits[Int(number >> (4 * UInt64(digit))) & 15] }
    }
}

/// A push event in GitHub's form, for a repository without a subscription.
enum PushPayload {
    /// Also gives the place of the sixteen digits that differ.
    static func make(bytes: Int) -> (body: [UInt8], place: Int) {
        var random = SplitMix64(seed: 7)
        let start = "{\"ref\":\"refs/heads/main\",\"before\":\"\(random.hex(40))\",\"after\":\"\(random.hex(24))"
        var text = start + "0000000000000000\",\"created\":false,\"deleted\":false,\"forced\":false,"
        text += repository + ",\"pusher\":{\"name\":\"ada\",\"email\":\"ada@example.com\"},\"commits\":["
        let tail = "],\"head_commit\":null,\"padding\":\""
        var isFirst = true
        while text.utf8.count + tail.utf8.count + 700 < bytes {
            text += (isFirst ? "" : ",") + commit(&random)
            isFirst = false
        }
        text += tail
        while text.utf8.count + 2 < bytes { text += "x" }
        return (Array((text + "\"}").utf8), start.utf8.count)
    }

    private static let repository = """
        "repository":{"id":186853002,"name":"elsewhere","full_name":"acme/elsewhere","private":false,\
        "owner":{"name":"acme","login":"acme","id":21031067,"type":"Organization"},\
        "html_url":"https://github.com/acme/elsewhere","clone_url":"https://github.com/acme/elsewhere.git",\
        "git_url":"git://github.com/acme/elsewhere.git","ssh_url":"git@github.com:acme/elsewhere.git",\
        "default_branch":"main","master_branch":"main"}
        """

    private static func commit(_ random: inout SplitMix64) -> String {
        let id = random.hex(40)
        let file = "services/\(random.hex(6))/src/\(random.hex(8)).swift"
        return """
            {"id":"\(id)","tree_id":"\(random.hex(40))","distinct":true,\
            "message":"Change \(random.hex(10)) in \(random.hex(12))","timestamp":"2026-11-20T10:11:12Z",\
            "url":"https://github.com/acme/elsewhere/commit/\(id)",\
            "author":{"name":"Ada","email":"ada@example.com","username":"ada"},\
            "committer":{"name":"Ada","email":"ada@example.com","username":"ada"},\
            "added":[],"removed":[],"modified":["\(file)"]}
            """
    }
}

/// The same numbers in every run.
struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    mutating func hex(_ count: Int) -> String {
        String((0..<count).map { _ in Character(Unicode.Scalar(Array("0123456789abcdef".utf8)[Int(next() & 15)])) })
    }
}
