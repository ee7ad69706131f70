import HoistwayCrypto
import Testing

/// S3: a secret that comes back from outside is hidden in every form in which it left.
struct RedactorTests {
    private static let password = "p@ss/w+rd \"7\"é&42"

    private static func redactor(_ password: String = password, username: String? = "deployer") -> Redactor {
        let redactor = Redactor()
        redactor.add(Secret(password), username: username)
        return redactor
    }

    /// How a form is named, and made.
    struct Form: Sendable, CustomTestStringConvertible {
        var name: String
        var make: @Sendable (String, inout SeededGenerator) -> String
        var testDescription: String { name }
    }

    static let forms: [Form] = [
        Form(name: "plain") { text, _ in text },
        Form(name: "upper case") { text, _ in
            String(
                String.UnicodeScalarView(
                    text.unicodeScalars.map {
                        $0.isASCII ? $0.properties.uppercaseMapping.unicodeScalars.first ?? $0 : $0
                    }
                )
            )
        },
        Form(name: "Basic") { text, _ in Base64.encode(Array("deployer:\(text)".utf8)) },
        Form(name: "Basic without padding") { text, _ in
            Base64.encode(Array("deployer:\(text)".utf8)).filter { $0 != "=" }
        },
        Form(name: "base64 somewhere in more") { text, random in
            let before = [UInt8](repeating: 0x41, count: Int.random(in: 0...5, using: &random))
            let after = [UInt8](repeating: 0x42, count: Int.random(in: 0...5, using: &random))
            return Base64.encode(before + Array(text.utf8) + after)
        },
        Form(name: "base64url somewhere in more") { text, random in
            let before = [UInt8](repeating: 0xFB, count: Int.random(in: 0...5, using: &random))
            return Base64.encode(before + Array(text.utf8), .url)
        },
        Form(name: "wrapped base64") { text, _ in
            let letters = Array(Base64.encode(Array("deployer:\(text)".utf8)))
            return stride(from: 0, to: letters.count, by: 10)
                .map { String(letters[$0..<min($0 + 10, letters.count)]) }.joined(separator: "\r\n ")
        },
        Form(name: "hexadecimal") { text, _ in Hex.encode(Array(text.utf8)) },
        Form(name: "HEXADECIMAL") { text, _ in Hex.encode(Array(text.utf8)).uppercased() },
        Form(name: "a dump") { text, _ in text.utf8.map { Hex.encode([$0]) }.joined(separator: ":") },
        Form(name: "percent-encoded") { text, _ in percent(text) { $0.isPlain } },
        Form(name: "percent-encoded in lower case") { text, _ in percent(text) { $0.isPlain }.lowercased() },
        Form(name: "percent-encoded throughout") { text, _ in percent(text) { _ in false } },
        Form(name: "percent-encoded twice") { text, _ in percent(percent(text) { $0.isPlain }) { $0.isPlain } },
        Form(name: "form") { text, _ in percent(text) { $0.isPlain || $0 == 0x20 }.map { $0 == " " ? "+" : $0 }.text },
        Form(name: "JSON") { text, _ in json(text) { $0.value < 0x80 } },
        Form(name: "JSON in ASCII, slashes escaped") { text, _ in json(text) { $0.properties.isASCIIHexDigit } },
        Form(name: "HTML") { text, _ in
            text.map { ["&": "&amp;", "\"": "&quot;", "<": "&lt;", ">": "&gt;"][$0] ?? String($0) }.joined()
        },
        Form(name: "HTML in numbers") { text, _ in text.unicodeScalars.map { "&#\($0.value);" }.joined() },
        Form(name: "percent-encoded in JSON in a URL") { text, _ in
            percent(json(percent(text) { $0.isPlain }) { _ in true }) { $0.isPlain }
        },
    ]

    @Test(arguments: forms)
    func `a secret is hidden in every form, whatever stands around it`(_ form: Form) {
        for seed in UInt64(1)...60 {
            var random = SeededGenerator(seed: seed)
            let secret = Self.secret(&random)
            let shown = form.make(secret, &random)
            let redactor = Self.redactor(secret)
            let hidden = redactor.hide("the server said: Authorization \(shown), and no more")
            let comment: Comment = "seed \(seed), \(form.name): \(hidden)"
            #expect(hidden.contains("***"), comment)
            #expect(Self.longestShared(hidden, shown) < max(8, shown.count / 3), comment)
            #expect(hidden.hasPrefix("the server said: "), comment)
            #expect(hidden.hasSuffix(", and no more"), comment)
        }
    }

    @Test func `what is left of a secret where a text was cut is hidden`() {
        let secret = "github_pat_11ABCDEFG0123456789xyzXYZ"
        let redactor = Self.redactor(secret)
        let header = Base64.encode(Array("deployer:\(secret)".utf8))
        for whole in [secret, header] {
            for length in 4..<whole.count {
                let first = redactor.hide("said " + whole.prefix(length))
                #expect(Self.longestShared(String(first.dropFirst(5)), whole) < 4, "\(first)")
                let last = redactor.hide(whole.suffix(length) + " said")
                #expect(Self.longestShared(String(last.dropLast(5)), whole) < 4, "\(last)")
                let middle = redactor.hide("a…\(whole.suffix(length)) and \(whole.prefix(length))… b")
                #expect(Self.longestShared(middle, whole) < 5, "\(middle)")
            }
        }
    }

    @Test func `a private key is hidden line by line, and an address by what in it may be a token`() {
        let redactor = Redactor()
        let line = "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW"
        redactor.add(Secret("-----BEGIN OPENSSH PRIVATE KEY-----\n\(line)\nQyNTUxOQAAACD\n-----END"))
        redactor.add(Secret("https://hooks.example.com/services/T00/B00/XXXXyyyyZZZZ1111"))
        #expect(redactor.hide("bad key: \(line)!") == "bad key: ***!")
        #expect(redactor.hide("POST /services/T00/B00/XXXXyyyyZZZZ1111 failed") == "POST *** failed")
        #expect(redactor.hide("no such hook: XXXXyyyyZZZZ1111") == "no such hook: ***")
    }

    @Test func `a token in the place of a user name is hidden, and a plain user name is not`() {
        let redactor = Redactor()
        redactor.add(Secret("x-oauth-basic"), username: "ghp_0123456789abcdefghij")
        redactor.add(Secret("hunter2hunter2"), username: "deployer")
        #expect(redactor.hide("ghp_0123456789abcdefghij and deployer") == "*** and deployer")
    }

    @Test func `a secret of few letters is hidden with its user name, and no word is spoilt by it`() {
        let redactor = Self.redactor("ab")
        #expect(redactor.hide("Basic \(Base64.encode(Array("deployer:ab".utf8))) about") == "Basic *** about")
    }

    @Test func `other texts stay as they are`() {
        let redactor = Self.redactor()
        for text in [
            "", "…", "the pack was not taken: unpack-objects abnormal exit", "50% of \\u00", "&#;&", "%", "\\",
        ] {
            #expect(redactor.hide(text) == text)
        }
        #expect(Redactor().hide("deployer:secret") == "deployer:secret")
        #expect(!redactor.holdsSecret("main"))
        #expect(redactor.holdsSecret("tag-\(Hex.encode(Array(Self.password.utf8)))"))
        #expect(redactor.hide("is \(Self.password)!", atLeast: 100, isCut: false) == "is \(Self.password)!")
    }

    @Test func `tokens of a short life are hidden until a thousand newer ones have come`() {
        let redactor = Redactor()
        for number in 0..<1500 { redactor.add(shortLived: Secret("ghs_token_number_\(number)_of_many")) }
        #expect(redactor.hide("ghs_token_number_1499_of_many") == "***")
        #expect(redactor.hide("ghs_token_number_1000_of_many") == "***")
        #expect(redactor.hide("(ghs_token_number_3_of_many)") == "(ghs_token_number_3_of_many)")
    }

    private static func secret(_ random: inout SeededGenerator) -> String {
        let letters = Array("abcXYZ0189-_.~!*'();:@&=+$,/?#[]\"\\<> %éß漢🗝")
        return String(
            (0..<Int.random(in: 8...40, using: &random)).map { _ in letters.randomElement(using: &random) ?? "a" }
        )
    }

    private static func percent(_ text: String, keeping isKept: (UInt8) -> Bool) -> String {
        text.utf8.map { isKept($0) ? String(Unicode.Scalar($0)) : "%" + Hex.encode([$0]).uppercased() }.joined()
    }

    private static func json(_ text: String, keeping isKept: (Unicode.Scalar) -> Bool) -> String {
        text.utf16.map { unit in
            guard let scalar = Unicode.Scalar(unit), isKept(scalar), unit < 0x80 else {
                return "\\u" + Hex.encode([UInt8(unit >> 8), UInt8(unit & 255)])
            }
            return scalar == "\"" || scalar == "\\" ? "\\\(scalar)" : String(scalar)
        }.joined()
    }

    /// The longest run of letters that stands in both, in characters.
    private static func longestShared(_ left: String, _ right: String) -> Int {
        let (left, right) = (Array(left.utf8), Array(right.utf8))
        var row = [Int](repeating: 0, count: right.count + 1)
        var longest = 0
        for one in left {
            var before = 0
            for index in right.indices {
                let here = row[index + 1]
                row[index + 1] = one == right[index] ? before + 1 : 0
                longest = max(longest, row[index + 1])
                before = here
            }
        }
        return longest
    }
}

extension [Character] {
    fileprivate var text: String { String(self) }
}

extension UInt8 {
    fileprivate var isPlain: Bool {
        (0x30...0x39).contains(self) || (0x41...0x5A).contains(self) || (0x61...0x7A).contains(self)
    }
}

/// SplitMix64: random numbers that can be had again.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }
}
