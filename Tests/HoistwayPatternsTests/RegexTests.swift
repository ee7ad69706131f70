import HoistwayModel
import HoistwayPatterns
import Testing

struct RegexTests {
    let patterns = Patterns()

    @Test(arguments: [
        ("^v[0-9]+$", "v12"), ("rc", "1.2.3-rc.1"), ("^$", ""), ("", "anything"), ("^(?:main|dev)$", "dev"),
        ("(?P<major>\\d+)\\.(?<minor>\\d+)", "v1.2"), ("(?i)^RELEASE", "release-1"), ("(?i:a)B", "AB"),
        ("^[[:alpha:]]+$", "abc"), ("^[^[:digit:]]+$", "abc"), ("^[]a]+$", "a]"), ("^[a\\]\\-]+$", "]-a"),
        ("^\\pL+$", "äb"), ("^\\p{Greek}$", "α"), ("^[\\P{Lu}]$", "a"), ("a{2}", "aa"), ("^a{2,}$", "aaa"),
        ("a{,2}", "a{,2}"), ("^{x}$", "{x}"), ("^\\x41\\x{1F600}$", "A\u{1F600}"), ("^\\Qa.b*\\E$", "a.b*"),
        ("\\bfoo\\b", "a foo b"), ("^a.c$", "aäc"), ("(?s)^a.c$", "a\nc"), ("(?m)^b$", "a\nb\nc"), ("^a*?b$", "aab"),
        ("\\.git\\z", "x.git"), ("^\\d{1,4}\\.\\d+$", "2409.27"), ("(?U)a+", "aa"), ("[\\d-z]", "-"), ("^\\011$", "\t"),
        ("^[a-c[]+$", "a[c"), ("()*x", "x"), ("|a", ""), ("^\\_$", "_"), ("^[\\s]\\S$", " a"), ("^*a", "a"),
        ("(?m:^b$)\nc$", "a\nb\nc"),
    ])
    func `RE2 syntax matches as it does in RE2`(_ pattern: String, _ text: String) {
        #expect(PatternCompiler.problem(regex: pattern) == nil)
        #expect(patterns.matches(regex: pattern, text))
    }

    @Test(arguments: [
        ("^v$", "v1"), ("^a.c$", "a\nc"), ("a$", "a\n"), ("^\\s$", "\u{0B}"), ("^\\v$", "\n"), ("^a{,2}$", "aa"),
        ("(?i)a(?-i)B", "ab"), ("^\\w$", "ä"), ("^\\d$", "٣"), ("^[^a]$", "a"), ("(?m)^c$", "a\nb"), ("(?m:a)$", "a\n"),
        ("(?m)(?-m)a$", "a\n"),
    ])
    func `what RE2 does not match is not matched`(_ pattern: String, _ text: String) {
        #expect(PatternCompiler.problem(regex: pattern) == nil)
        #expect(!patterns.matches(regex: pattern, text))
    }

    @Test(arguments: [
        "(a)\\1", "(?=a)", "(?!a)", "(?<=a)", "(?<!a)", "(?>a)", "a++", "a*+", "a?+", "a**", "a{2}{3}", "(?R)", "(?1)",
        "(?P=x)", "(?P>x)", "(?C1)", "\\K", "\\G", "\\Z", "\\R", "\\h", "\\X", "\\C", "\\g1", "\\k<x>", "(?(1)a|b)",
        "(*ACCEPT)", "(*UTF)a", "(?x) a", "(?|a)", "(?#c)", "(?P<a>x)(?P<a>y)", "(?P<>x)", "(?P<a b>x)", "*a", "+",
        "(?)", "(?i-)", "(", ")", "(a", "[a", "[]", "[b-a]", "[a-\\d]", "[[:nope:]]", "\\", "\\x4", "\\x{110000}",
        "\\p{Nope}", "\\p", "a{1001}", "a{3,2}", "\\e", "\\cA", "\\u0041", "((((a{1000}){1000}){1000}){1000})",
    ])
    func `what RE2 does not have is refused`(_ pattern: String) {
        #expect(PatternCompiler.problem(regex: pattern) != nil)
        #expect(!patterns.matches(regex: pattern, "a"))
    }

    @Test(arguments: [
        "(a+)+$", "(a|aa)+$", "(a*)*b", "^(([a-z])+.)+[A-Z]([a-z])+$", "(.*)*(.*)*(.*)*=", "(a?){30}a{30}b",
        "(x+x+)+y", "^(a|a|a|a)*c$",
    ])
    func `no pattern explodes`(_ pattern: String) {
        let clock = ContinuousClock()
        let took = clock.measure {
            #expect(!patterns.matches(regex: pattern, String(repeating: "a", count: 2000) + "!"))
        }
        // A matcher that tries one way after the other would need longer than the age of the world.
        #expect(took < .seconds(20))
    }

    @Test func `texts and patterns beyond their bounds match nothing`() {
        #expect(!patterns.matches(regex: "a", String(repeating: "a", count: 5000)))
        #expect(PatternCompiler.problem(regex: String(repeating: "a", count: 5000)) != nil)
        #expect(
            PatternCompiler.problem(regex: String(repeating: "(", count: 200) + String(repeating: ")", count: 200))
                != nil
        )
    }

    @Test func `a full cache begins again`() {
        for number in 0..<(Patterns.maxKept + 10) {
            #expect(patterns.matches(regex: "^\(number)$", "\(number)"))
        }
        #expect(patterns.matches(regex: "^1$", "1"))
    }

    @Test func `many tasks share one matcher`() async {
        await withTaskGroup(of: Bool.self) { group in
            for number in 0..<64 {
                group.addTask { [patterns] in
                    (0..<50).allSatisfy { patterns.matches(regex: "^\(($0 + number) % 7)$", "\(($0 + number) % 7)") }
                }
            }
            for await result in group { #expect(result) }
        }
    }
}
