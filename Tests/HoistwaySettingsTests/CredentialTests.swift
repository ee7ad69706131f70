import HoistwayCrypto
import Testing

@testable import HoistwaySettings

struct CredentialTests {
    private func secret(
        _ name: String,
        type: String = "git",
        namespace: String = "demo",
        annotations: String = "",
        data: String
    ) -> String {
        """

        ---
        apiVersion: v1
        kind: Secret
        metadata: {name: \(name), namespace: \(namespace), labels: {kargo.akuity.io/cred-type: \(type)}\(annotations)}
        \(data)
        """
    }

    private func login(_ url: String, user: String, more: String = "") -> String {
        "stringData: {repoURL: '\(url)', username: \(user), password: pw\(more)}"
    }

    private let project = """
        apiVersion: kargo.akuity.io/v1alpha1
        kind: Project
        metadata: {name: demo}
        """

    private func book(_ text: String, more: String = "") throws -> ManifestCredentials {
        let (loaded, problems) = try load(project + text, more: more)
        #expect(problems.errors == [])
        return try #require(loaded).credentials
    }

    private func user(
        _ book: ManifestCredentials,
        _ url: String,
        _ kind: Credential.Kind = .git,
        project: String = "demo"
    ) -> String? {
        guard case .password(username: let name, password: _) = book.credential(kind, for: url, project: project)?.login
        else {
            return nil
        }
        return name
    }

    @Test func `the project's own come first, by name, then shared ones`() throws {
        let book = try book(
            secret("b", data: login("https://h.example/a/b", user: "second"))
                + secret("a", data: login("https://h.example/A/b.git", user: "first"))
                + secret("x", namespace: "kargo-shared-resources", data: login("https://h.example/a/b", user: "shared"))
        )
        #expect(user(book, "https://H.example/a/b") == "first")
        #expect(user(book, "https://h.example/a/b", project: "other") == "shared")
        #expect(user(book, "https://h.example/a/bc") == nil)
        #expect(user(book, "https://h.example/a/b/c") == nil)
        #expect(user(book, "https://other.example/a/b") == nil)
        #expect(user(book, "h.example/a/b", .image) == nil)
    }

    @Test func `a pattern matches the URL as written or as normalised`() throws {
        let book = try book(
            secret("a", data: login("^https://h\\.example/acme/", user: "all", more: ", repoURLIsRegex: 'true'"))
        )
        #expect(user(book, "https://H.example/Acme/x.git") == "all")
        #expect(user(book, "https://hxexample/acme/x") == nil)
    }

    @Test func `none goes over plain http, but to this machine or where it is allowed`() throws {
        let text =
            secret("a", data: login("http://h.example/a/b", user: "u"))
            + secret("b", data: login("http://127.0.0.1:3000/a/b", user: "local"))
        #expect(user(try book(text), "http://h.example/a/b") == nil)
        #expect(user(try book(text), "http://127.0.0.1:3000/a/b") == "local")
        #expect(user(try book(text, more: "git: {allowInsecureHTTP: true}"), "http://h.example/a/b") == "u")
    }

    @Test func `an image's credential is found by its name without tag`() throws {
        let book = try book(secret("a", type: "image", data: login("docker.io/library/nginx", user: "hub")))
        #expect(user(book, "nginx", .image) == "hub")
        #expect(user(book, "docker.io/acme/nginx", .image) == nil)
    }

    @Test func `data is base64, and stringData wins`() throws {
        let book = try book(
            secret(
                "a",
                data:
                    "data: {repoURL: aHR0cHM6Ly9oLmV4YW1wbGUvYS9i, username: b2xk, password: cHc=}\nstringData: {username: new}"
            )
        )
        #expect(user(book, "https://h.example/a/b") == "new")
    }

    @Test func `a GitHub App is read, its key unwrapped, its scope kept`() throws {
        let pem = "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n"
        let wrapped = Base64.encode(Array(pem.utf8))
        let book = try book(
            secret(
                "a",
                annotations: ", annotations: {kargo.akuity.io/github-token-scopes: '{\"demo\": [\"app\"]}'}",
                data: "stringData: {repoURL: '^https://github.com/acme/', repoURLIsRegex: 'true', githubAppID: '12', "
                    + "githubAppInstallationID: '34', githubAppPrivateKey: \(wrapped)}"
            )
        )
        let found = book.credential(.git, for: "https://github.com/acme/app.git", project: "demo")
        #expect(found?.login == .githubApp(clientID: "12", installationID: "34", privateKey: Secret(pem)))
        #expect(book.credential(.git, for: "https://github.com/acme/other", project: "demo") == nil)
    }

    @Test(arguments: [
        (
            "stringData: {repoURL: 'https://h/a/b', username: u, password: ''}",
            "holds no complete credential, or an empty one"
        ),
        ("stringData: {username: u, password: p}", "has no repoURL"),
        ("data: {repoURL: '***'}", "is not base64"),
        (
            "stringData: {repoURL: 'https://marked:hunter2@h/a/b', username: u, password: p}",
            "the URL holds a user and a password"
        ),
        ("stringData: {repoURL: '(', repoURLIsRegex: 'true', username: u, password: p}", "is not a regular expression"),
        ("stringData: {repoURL: 'https://h/a/b', username: u, password: 123}", "expected text, found a number"),
    ])
    func `a Secret that cannot work is refused, and shows nothing`(_ data: String, _ message: String) throws {
        let found = try problems(of: project + secret("a", data: data))
        #expect(found.errors.contains { $0.message.contains(message) }, "\(found)")
        #expect(!found.map(\.description).joined().contains("hunter2"))
    }
}
