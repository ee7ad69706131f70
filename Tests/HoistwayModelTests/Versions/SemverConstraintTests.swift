import HoistwayModel
import Testing

struct SemverConstraintTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var constraint: String
        var fits: [String]
        var fails: [String]

        init(_ constraint: String, fits: [String], fails: [String]) {
            self.constraint = constraint
            self.fits = fits
            self.fails = fails
        }

        var testDescription: String { constraint }
    }

    static let rows: [Row] = [
        Row("1.2.3", fits: ["1.2.3", "v1.2.3+b"], fails: ["1.2.4", "1.2.2", "1.2.3-rc"]),
        Row("=1.2.3", fits: ["1.2.3"], fails: ["1.2.4"]),
        Row("v1.2.3", fits: ["1.2.3"], fails: ["1.2.4"]),
        Row("1.2", fits: ["1.2.0", "1.2.9"], fails: ["1.3.0", "1.1.9", "2.2.0"]),
        Row("1.2.x", fits: ["1.2.0", "1.2.9"], fails: ["1.3.0", "1.1.9"]),
        Row("=1.2", fits: ["1.2.0", "1.2.9"], fails: ["1.3.0"]),
        Row("1", fits: ["1.0.0", "1.9.9"], fails: ["2.0.0", "0.9.9"]),
        Row("1.x", fits: ["1.0.0", "1.9.9"], fails: ["2.0.0", "0.9.9"]),
        Row("1.X.3", fits: ["1.0.0", "1.9.9"], fails: ["2.0.0"]),
        Row("*", fits: ["0.0.0", "1.2.3", "99.0.0"], fails: ["1.0.0-rc.1"]),
        Row("~1.2.3", fits: ["1.2.3", "1.2.9"], fails: ["1.2.2", "1.3.0", "2.2.3"]),
        Row("~>1.2.3", fits: ["1.2.3", "1.2.9"], fails: ["1.2.2", "1.3.0"]),
        Row("~1.2", fits: ["1.2.0", "1.2.9"], fails: ["1.3.0"]),
        Row("~1", fits: ["1.0.0", "1.9.0"], fails: ["2.0.0", "0.9.0"]),
        Row("~0.0.0", fits: ["0.0.0", "5.4.3"], fails: ["5.4.3-rc"]),
        Row("~*", fits: ["0.0.0", "5.4.3"], fails: ["5.4.3-rc"]),
        Row("^1.2.3", fits: ["1.2.3", "1.9.0"], fails: ["1.2.2", "2.0.0"]),
        Row("^0.2.3", fits: ["0.2.3", "0.2.9"], fails: ["0.2.2", "0.3.0", "1.2.3"]),
        Row("^0.0.3", fits: ["0.0.3"], fails: ["0.0.2", "0.0.4", "0.1.3"]),
        Row("^0.0", fits: ["0.0.0", "0.0.9"], fails: ["0.1.0", "1.0.0"]),
        Row("^0", fits: ["0.0.0", "0.9.9"], fails: ["1.0.0"]),
        Row("^*", fits: ["0.0.0", "7.0.0"], fails: ["7.0.0-rc"]),
        Row(">11", fits: ["12.0.0"], fails: ["11.1.0", "11.0.0", "10.0.0"]),
        Row(">11.1", fits: ["11.2.0", "12.0.0"], fails: ["11.1.1", "11.1.0", "11.0.0"]),
        Row(">1.2.3", fits: ["1.2.4"], fails: ["1.2.3"]),
        Row("<=11", fits: ["11.9.9", "1.0.0"], fails: ["12.0.0"]),
        Row("<=11.1", fits: ["11.1.9", "10.9.0"], fails: ["11.2.0", "12.0.0"]),
        Row("=<1.2.3", fits: ["1.2.3"], fails: ["1.2.4"]),
        Row("<11", fits: ["10.9.9"], fails: ["11.0.0", "11.1.0"]),
        Row("=>1.2", fits: ["1.2.0", "2.0.0"], fails: ["1.1.9"]),
        Row("!=1.x", fits: ["2.0.0", "0.1.0"], fails: ["1.0.0", "1.9.9"]),
        Row("!=1.2", fits: ["1.3.0", "2.2.0"], fails: ["1.2.0", "1.2.9"]),
        Row("!=1.2.3", fits: ["1.2.4"], fails: ["1.2.3"]),
        Row("1.2 - 1.4.5", fits: ["1.2.0", "1.4.5"], fails: ["1.4.6", "1.1.9"]),
        Row("1 - 2", fits: ["1.0.0", "2.9.9"], fails: ["3.0.0", "0.9.0"]),
        Row("1.0.0 - 2.0.0, !=1.5.0", fits: ["1.4.0"], fails: ["1.5.0"]),
        Row(">= 1.2, < 3.0.0 || >= 4.2.3", fits: ["1.2.0", "2.9.9", "4.2.3"], fails: ["3.0.0", "4.2.2"]),
        Row(">=1.2 <2,!=1.5.0", fits: ["1.2.0", "1.9.0"], fails: ["1.5.0", "2.0.0"]),
        Row("1||2", fits: ["1.1.0", "2.1.0"], fails: ["3.0.0"]),
        Row(" \t^1.2.0  ", fits: ["1.2.0"], fails: ["2.0.0"]),
        // The prerelease rule: by group.
        Row(">=1.0.0-0", fits: ["1.0.0-alpha", "1.0.0", "2.0.0-rc.1"], fails: ["0.9.9"]),
        Row(">=1.0.0-0 <2.0.0", fits: ["1.5.0-rc", "2.0.0-rc"], fails: ["2.0.0"]),
        Row(">=1.0.0 <2.0.0-0", fits: ["1.5.0-rc"], fails: ["2.0.0-rc", "2.0.0"]),
        Row("^1.0.0-0", fits: ["1.0.0-a", "1.9.0-rc"], fails: ["2.0.0-a"]),
        Row(">=3.0.0 || >=1.0.0-0 <2", fits: ["1.1.0-rc", "3.0.0"], fails: ["3.1.0-rc"]),
        Row("*-0", fits: ["1.0.0-rc", "0.1.0"], fails: []),
        Row(
            "~1.2.3-beta.2",
            fits: ["1.2.3-beta.2", "1.2.3-beta.4", "1.2.3"],
            fails: ["1.2.3-beta.1", "1.3.0-beta.4"]
        ),
    ]

    @Test(arguments: rows)
    func `a constraint admits what its row says`(_ row: Row) throws {
        let constraint = try SemverConstraint(row.constraint)
        for text in row.fits {
            let version = try #require(Semver(strict: text))
            #expect(constraint.admits(version), "\(text)")
        }
        for text in row.fails {
            let version = try #require(Semver(strict: text))
            #expect(!constraint.admits(version), "\(text)")
        }
    }

    @Test(arguments: [
        ("", 1), (" ", 2), ("latest", 1), (">=", 3), ("1.2.3.4", 6), ("1.2.3,", 7), (",1.2.3", 1), ("1 || ", 6),
        ("|| 1", 1), ("1 | 2", 3), (">=1.2.3<2", 8), ("^^1", 2), ("1.2.3-", 7), ("1.2.3-01", 9), (">= 1 - 2", 6),
        ("18446744073709551616", 1), ("1.x2", 4), ("1.2.3 && 2", 7), ("V1", 1),
    ])
    func `what is no constraint is refused with its place`(_ text: String, _ column: Int) {
        let error = #expect(throws: SemverConstraintError.self) { try SemverConstraint(text) }
        #expect(error?.column == column)
    }

    @Test func `an endless constraint is refused`() {
        #expect(throws: SemverConstraintError.self) {
            try SemverConstraint(String(repeating: "1 ", count: 10_000))
        }
    }

    @Test func `ranges agree with the order of versions, for any versions`() throws {
        let seed = UInt64.random(in: .min ... .max)
        var random = SemverRandom(seed: seed)
        for _ in 0..<2000 {
            let low = random.version()
            let high = random.version()
            let probe = random.version()
            let isInside = !probe.isLower(than: low) && probe.isLower(than: high)
            // The second group admits nothing here; it shows that its prerelease does not count for the first.
            let constraint = try SemverConstraint(">=\(low.original) <\(high.original) || >\(UInt64.max).0.0-0")
            let takes = low.isPrerelease || high.isPrerelease || !probe.isPrerelease
            #expect(constraint.admits(probe) == (isInside && takes), "seed \(seed): \(constraint) with \(probe)")
            let exact = try SemverConstraint("=\(probe.original)")
            #expect(exact.admits(probe), "seed \(seed): \(probe)")
            let caret = try SemverConstraint("^\(low.original)")
            if caret.admits(probe) {
                #expect(!probe.isLower(than: low) && probe.major == low.major, "seed \(seed): \(caret) with \(probe)")
            }
        }
    }

    @Test func `no text makes the reader trap`() {
        let seed = UInt64.random(in: .min ... .max)
        var random = SemverRandom(seed: seed)
        let alphabet = Array("0129x*X.-+v|=!<>~^, ab\u{E4}")
        for _ in 0..<5000 {
            let length = Int.random(in: 0...14, using: &random)
            let text = String((0..<length).map { _ in alphabet.randomElement(using: &random) ?? "0" })
            // Only that it returns counts; both outcomes are fine.
            _ = try? SemverConstraint(text)
            let strict = Semver(strict: text)
            if strict != nil { #expect(Semver(loose: text) != nil, "seed \(seed): \(text)") }
        }
    }
}
