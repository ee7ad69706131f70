import HoistwayModel
import Testing

struct ArtifactPageTests {
    private static let id = ObjectID("0123456789abcdef0123456789abcdef01234567") ?? .zero

    private static func commit(_ url: String) -> String? {
        ArtifactPage.url(of: .commit(CommitArtifact(repoURL: url, id: id)))
    }

    private static func image(_ name: String, tag: String = "1.2.3") -> String? {
        ArtifactPage.url(of: .image(ImageArtifact(repoURL: name, tag: tag, digest: "sha256:aa")))
    }

    @Test(arguments: [
        ("https://github.com/acme/app.git", "https://github.com/acme/app/commit/"),
        ("git@github.com:acme/app.git", "https://github.com/acme/app/commit/"),
        ("https://user:pass@gitlab.com/acme/app", "https://gitlab.com/acme/app/-/commit/"),
        ("ssh://git@gitlab.example.com:2222/acme/app", "https://gitlab.example.com/acme/app/-/commit/"),
        ("https://bitbucket.org/acme/app", "https://bitbucket.org/acme/app/commits/"),
        ("https://codeberg.org/acme/app", "https://codeberg.org/acme/app/commit/"),
        ("https://gitea.example.com:3000/acme/app", "https://gitea.example.com:3000/acme/app/commit/"),
        ("https://dev.azure.com/acme/shop/_git/app", "https://dev.azure.com/acme/shop/_git/app/commit/"),
        ("git@ssh.dev.azure.com:v3/acme/shop/app", "https://dev.azure.com/acme/shop/_git/app/commit/"),
    ])
    func `a commit has a page where the host's name says whose it is`(_ url: String, page: String) {
        #expect(Self.commit(url) == page + Self.id.hex)
    }

    @Test(arguments: [
        "https://git.example.com/acme/app", "file:///srv/git/app", "git@10.0.0.1:acme/app",
        "javascript://github.com/a/b",
    ])
    func `no page is guessed`(_ url: String) {
        #expect(Self.commit(url) == nil)
    }

    @Test(arguments: [
        ("nginx", "https://hub.docker.com/_/nginx/tags?name=1.2.3"),
        ("docker.io/acme/app", "https://hub.docker.com/r/acme/app/tags?name=1.2.3"),
        ("quay.io/acme/app", "https://quay.io/repository/acme/app?tab=tags&tag=1.2.3"),
        ("gcr.io/acme/app", "https://gcr.io/acme/app"),
        ("europe-docker.pkg.dev/acme/apps/app", "https://europe-docker.pkg.dev/acme/apps/app"),
        ("public.ecr.aws/acme/app", "https://gallery.ecr.aws/acme/app"),
    ])
    func `an image has a page at registries that have one`(_ name: String, page: String) {
        #expect(Self.image(name) == page)
    }

    @Test func `other registries have none, and no tag breaks out of a page's address`() {
        #expect(Self.image("registry.example.com/acme/app") == nil)
        #expect(
            Self.image("nginx", tag: "a&b=\"><script>")
                == "https://hub.docker.com/_/nginx/tags?name=a%26b%3D%22%3E%3Cscript%3E"
        )
    }
}
