import HoistwayModel
import HoistwayPatterns
import Testing

struct GlobTests {
    let patterns = Patterns()

    @Test(arguments: [
        ("", ""), ("*", "abc"), ("*", ""), ("a*", "a"), ("*/b", "a/b"), ("a/*/c", "a/b/c"), ("**", "a/b/c"), ("**", ""),
        ("**/c", "a/b/c"), ("**/c", "c"), ("a/**", "a/b/c"), ("a/**", "a"), ("a/**/b", "a/b"), ("a/**/b", "a/x/y/b"),
        ("a/**/*.yaml", "a/x.yaml"), ("a**b", "axxb"), ("?", "ä"), ("a?c", "abc"), ("[a-c]x", "bx"), ("[!a]", "b"),
        ("[^a]", "b"), ("[]]", "]"), ("[a\\]]", "]"), ("{a,b}c", "bc"), ("{a/x,b}/**", "a/x/y"), ("{a,{b,c}}", "c"),
        ("{,a}b", "b"), ("a\\*b", "a*b"), ("\\{a\\}", "{a}"), ("a.b", "a.b"), ("a+(b)|c$", "a+(b)|c$"), ("[{]", "{"),
        ("apps/*/kustomization.yaml", "apps/web/kustomization.yaml"), ("**/**", "a/b"), ("a b", "a b"),
        ("*.MD", "x.MD"),
        ("**/*.{yaml,yml}", "charts/app/values.yml"), ("prod-*", "prod-eu"),
    ])
    func `a glob matches the whole path`(_ glob: String, _ text: String) {
        #expect(PatternCompiler.problem(glob: glob) == nil)
        #expect(patterns.matches(glob: glob, text))
    }

    @Test(arguments: [
        ("", "a"), ("*", "a/b"), ("a", "ab"), ("a", "ba"), ("?", "/"), ("?", ""), ("a/*", "a"), ("a/*/c", "a/c"),
        ("**/c", "abc"), ("a/**/b", "ab"), ("a/**/b", "axb"), ("a**b", "a/b"), ("[!a]", "/"), ("[.-0]", "/"),
        ("a.b", "axb"),
        ("{a,b}", "c"), ("a\\*b", "axb"), ("a/**", "ab"), ("*.md", "x.MD"), ("a", "a\n"),
    ])
    func `a glob does not match more than it says`(_ glob: String, _ text: String) {
        #expect(PatternCompiler.problem(glob: glob) == nil)
        #expect(!patterns.matches(glob: glob, text))
    }

    @Test(arguments: [
        "[a", "[", "[b-a]", "{a", "a}", "\\", "{a,{b}", "{1,2,3,4,5,6,7,8,9}{1,2,3,4,5,6,7,8,9}{1,2,3,4}",
    ])
    func `a malformed glob is refused`(_ glob: String) {
        #expect(PatternCompiler.problem(glob: glob) != nil)
        #expect(!patterns.matches(glob: glob, "a"))
    }

    @Test func `no glob explodes`() {
        let clock = ContinuousClock()
        let took = clock.measure {
            let stars = String(repeating: "*a", count: 100) + "b"
            #expect(!patterns.matches(glob: stars, String(repeating: "a", count: 2000)))
            let doubled = String(repeating: "**/", count: 50) + "b"
            #expect(!patterns.matches(glob: doubled, String(repeating: "a/", count: 1000)))
        }
        #expect(took < .seconds(20))
    }
}
