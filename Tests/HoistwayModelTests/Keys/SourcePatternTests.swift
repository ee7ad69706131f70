import HoistwayModel
import Testing

struct SourcePatternTests {
    @Test(arguments: [
        ("github.com/acme/*", "github.com/acme/app", true),
        ("github.com/acme/*", "github.com/acme/group/app", true),
        ("github.com/acme/*", "github.com/acmeother/app", false),
        ("github.com/acme/*", "github.com/acme", false),
        ("github.com/acme/**", "github.com/acme/group/app", true),
        ("github.com/acme/app-*", "github.com/acme/app-one", true),
        ("github.com/acme/app-*", "github.com/acme/app-one/two", false),
        ("github.com/*/deploy", "github.com/acme/deploy", true),
        ("github.com/*/deploy", "github.com/acme/sub/deploy", false),
        ("github.com/**/deploy", "github.com/acme/sub/deploy", true),
        ("github.com/**/deploy", "github.com/deploy", true),
        ("https://GitHub.com/Acme/*", "github.com/acme/app", true),
        ("*.example.com/a/*", "git.example.com/a/b", true),
        ("*.example.com/a/*", "git.example.org/a/b", false),
        ("https://github.com/Acme/App.git", "github.com/acme/app", true),
        ("github.com/acme/app", "github.com/acme/app2", false),
        ("git.example.com:3000/a/*", "git.example.com:3000/a/b", true),
        ("git.example.com:3000/a/*", "git.example.com/a/b", false),
        ("all", "anything.example.com/x", true),
        ("github.com/a*c*e/*", "github.com/abcde/x", true),
        ("github.com/a*c*e/*", "github.com/abcdx/x", false),
    ])
    func `a pattern covers what it says`(pattern: String, key: String, expected: Bool) throws {
        #expect(try SourcePattern(pattern).matches(RepositoryKey(normalised: key)) == expected)
    }

    @Test func `an image is covered by its name as people write it`() throws {
        #expect(try SourcePattern("nginx").matches(ImageKey(normalised: "docker.io/library/nginx")))
        #expect(try SourcePattern("ghcr.io/acme/*").matches(ImageKey(normalised: "ghcr.io/acme/app")))
        #expect(try !SourcePattern("ghcr.io/acme/app").matches(ImageKey(normalised: "ghcr.io/acme/app2")))
    }

    @Test func `what says nothing, or everything without saying all, is refused`() {
        #expect(throws: SourcePatternError.empty) { try SourcePattern(" ") }
        for wide in ["*", "**", "*/*", "**/app", "https://*/x"] {
            #expect(throws: SourcePatternError.tooWide(wide)) { try SourcePattern(wide) }
        }
        #expect(throws: SourcePatternError.namesNothing("https://../x y")) { try SourcePattern("https://../x y") }
    }

    @Test func `keys out of scope are taken from an event`() throws {
        let scope = SourceScope([try SourcePattern("github.com/acme/*")])
        let own = RepositoryKey(normalised: "github.com/acme/app")
        let foreign = RepositoryKey(normalised: "github.com/other/app")
        let push = PushEvent(repoKeys: [own, foreign], ref: "refs/heads/main")
        #expect(scope.limiting(.push(push))?.repoKeys == [own])
        #expect(scope.limiting(.push(PushEvent(repoKeys: [foreign], ref: "refs/heads/main"))) == nil)
        let image = ImageEvent(image: ImageKey(normalised: "ghcr.io/acme/app"), tags: ["1"])
        #expect(scope.limiting(.image(image)) == nil)
        #expect(scope.limiting(.ping(repoKeys: [])) != nil)
    }
}
