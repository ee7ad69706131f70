import HoistwayModel
import Testing

struct RepositoryKeyTests {
    @Test(arguments: [
        ("https://github.com/Acme/App.git", "github.com/acme/app"),
        ("https://user:tok@github.com:443/acme/app/", "github.com/acme/app"),
        ("git@github.com:acme/app.git", "github.com/acme/app"),
        ("ssh://git@github.com:22/acme/app", "github.com/acme/app"),
        ("ssh://git@ssh.github.com:443/acme/app.git", "github.com/acme/app"),
        ("git://github.com:9418/acme/app", "github.com/acme/app"),
        ("http://git.example.com:3000/a/b.git", "git.example.com:3000/a/b"),
        ("https://git.example.com:8443/a/b", "git.example.com:8443/a/b"),
        ("ssh://git@git.example.com:2222/a/b.git", "git.example.com/a/b"),
        ("git@gitlab.example.com:group/sub/app.git", "gitlab.example.com/group/sub/app"),
        ("git@ssh.dev.azure.com:v3/org/My%20Proj/Repo", "dev.azure.com/org/my proj/_git/repo"),
        ("https://org@dev.azure.com/org/My%20Proj/_git/Repo", "dev.azure.com/org/my proj/_git/repo"),
        ("https://org.visualstudio.com/DefaultCollection/proj/_git/repo", "dev.azure.com/org/proj/_git/repo"),
        ("https://dev.azure.com/org/_git/repo", "dev.azure.com/org/repo/_git/repo"),
        ("https://bb.example.com/scm/PRJ/repo.git", "bb.example.com/scm/prj/repo"),
        ("ssh://git@bb.example.com:7999/prj/repo.git", "bb.example.com/prj/repo"),
        ("https://GitHub.com//acme///app.git/", "github.com/acme/app"),
        ("https://github.com/acme/app.git.git", "github.com/acme/app.git"),
    ])
    func `a URL gives the key of the fact sheet`(url: String, key: String) throws {
        #expect(try RepositoryKey(parsing: url).text == key)
    }

    @Test(arguments: [
        ("  https://github.com/acme/app\n", "github.com/acme/app"),
        ("github.com/acme/app", "github.com/acme/app"),
        ("git.example.com:3000/a/b", "git.example.com:3000/a/b"),
        ("git@git.example.com:3000/a/b", "git.example.com/3000/a/b"),
        ("git@host:a@b/c", "host/a@b/c"), ("git@host:22@x:a/b", "host/22@x:a/b"),
        ("https://github.com./acme/app?x=1#y", "github.com/acme/app"),
        ("https://us:p@ss@github.com/acme/app", "github.com/acme/app"),
        ("HTTPS://GITHUB.COM/ACME/APP", "github.com/acme/app"),
        ("https://[::1]:8443/a/b", "[::1]:8443/a/b"),
        ("git@[::1]:a/b", "[::1]/a/b"),
        ("https://org.visualstudio.com/_git/repo", "dev.azure.com/org/repo/_git/repo"),
        ("org@vs-ssh.visualstudio.com:v3/org/proj/repo", "dev.azure.com/org/proj/_git/repo"),
        ("git@altssh.gitlab.com:a/b.git", "gitlab.com/a/b"),
        ("ssh://git@altssh.bitbucket.org:443/a/b.git", "bitbucket.org/a/b"),
        ("file:///srv/git/Deploy.git", "file:///srv/git/deploy"),
        ("https://git.example.com/a/b/.git", "git.example.com/a/b"),
        ("http://git.example.com:/a", "git.example.com/a"),
        ("https://github.com/acme/100%", "github.com/acme/100%"),
        ("https://gitea.example.com/a/\u{301}b", "gitea.example.com/a/\u{301}b"),
        ("https://g\u{ef}t.example.com/a/b", "g\u{ef}t.example.com/a/b"),
    ])
    func `other spellings are read too`(url: String, key: String) throws {
        #expect(try RepositoryKey(parsing: url).text == key)
    }

    @Test(arguments: [
        // A combining mark behind a slash makes it no other character.
        ("https://github.com/acme/../\u{301}app", KeyError.relativePath),
        ("", .empty), ("   ", .empty), ("github.com", .noPath), ("https://github.com/", .noPath),
        ("https://github.com/.git", .noPath), ("https:///acme/app", .noHost), ("/srv/git/app", .noHost),
        ("https://github.com/acme/../app", .relativePath), ("https://github.com/acme/%2e%2e/app", .relativePath),
        ("https://github.com:0/a", .badPort), ("https://github.com:99999/a", .badPort),
        ("https://github.com:x/a", .badPort), ("ssh://-oProxyCommand=x/a", .badHost), ("-oProxy:a/b", .badHost),
        ("https://git hub.com/a", .badHost), ("https://github.com/a%00b", .badEncoding),
        ("https://github.com/a%ffb", .badEncoding), ("git@github.com:", .noPath),
    ])
    func `what names no repository is refused with its reason`(url: String, reason: KeyError) {
        #expect(throws: reason) { try RepositoryKey(parsing: url) }
        #expect(RepositoryKey(url: url) == nil)
    }

    @Test func `a password is in no message`() {
        let error = #expect(throws: KeyError.self) {
            try RepositoryKey(parsing: "https://user:hunter2@git hub.com/a")
        }
        #expect(error?.description.contains("hunter2") == false)
    }

    @Test func `a very long URL is refused`() {
        #expect(RepositoryKey(url: "https://github.com/" + String(repeating: "a", count: 3000)) == nil)
    }
}
