import HoistwayModel
import Testing

@testable import HoistwaySettings

/// Manifests that lie in Git: how they are named, and what a version of them may say.
struct ManifestSourceSettingsTests {
    private static let source =
        "git: {url: https://git.example.com/acme/pipelines, ref: main, path: shop, projects: [shop]}"

    private static func configuration(_ sources: [String], more: String = "") -> String {
        "manifests:\n" + sources.map { "  - \($0)\n" }.joined() + more
    }

    private static func read(_ sources: [String], more: String = "", files: [String: String] = [:]) throws
        -> ReadConfiguration
    {
        let text = configuration(sources, more: more)
        let sandbox = try Sandbox(files.merging(["hoistway.yaml": text]) { $1 })
        return ReadConfiguration.read(
            path: "\(sandbox.folder)/hoistway.yaml",
            environment: ["REPO": "ghcr.io/acme/other"]
        )
    }

    private static func version(
        of read: ReadConfiguration,
        _ files: [String: String],
        commit: Character = "1",
        at index: Int = 0
    ) throws -> ManifestVersion {
        let source = try #require(read.settings).manifestSources[index].source
        return ManifestVersion(
            source: source,
            commit: try #require(ObjectID(String(repeating: commit, count: 40))),
            readAt: Timestamp(seconds: 1_800_000_000),
            files: files.map { .init(path: $0, text: $1) }.sorted { $0.path < $1.path }
        )
    }

    private static func project(_ name: String) -> String {
        "apiVersion: kargo.akuity.io/v1alpha1\nkind: Project\nmetadata: {name: \(name)}\n"
    }

    private static func warehouse(_ name: String, in project: String, url: String = "ghcr.io/acme/app") -> String {
        """
        apiVersion: kargo.akuity.io/v1alpha1
        kind: Warehouse
        metadata: {name: \(name), namespace: \(project)}
        spec: {subscriptions: [{image: {repoURL: "\(url)"}}]}

        """
    }

    // MARK: The configuration file

    @Test func `every key of a source is read`() throws {
        let entry = """
            git:
                  url: ssh://git@git.example.com/acme/pipelines.git
                  ref: live
                  path: teams/**/*.yaml
                  projects: [a, b]
                  variables: [REPO]
                  interval: 90s
            """
        let read = try Self.read([entry], more: "manifestVariables: [REPO]\n")
        let (loaded, problems) = read.loaded(with: [])
        #expect(problems.errors.isEmpty, "\(problems)")
        let followed = try #require(loaded?.settings.manifestSources.first)
        #expect(followed.interval == .seconds(90))
        #expect(followed.source.path == .glob("teams/**/*.yaml"))
        #expect(followed.source.projects == ["a", "b"] && followed.source.variables == ["REPO"])
        #expect(followed.source.place == "git.example.com/acme/pipelines@live:teams/**/*.yaml")
        #expect(loaded?.pipelines.isComplete == false)
    }

    @Test(arguments: [
        ("git: {url: https://git.example.com/a}", "projects is missing"),
        ("git: {url: https://git.example.com/a, projects: []}", "projects is empty"),
        ("git: {projects: all}", "url is missing"),
        ("git: {url: https://me:secret@git.example.com/a, projects: all}", "the URL holds a user and a password"),
        ("git: {url: nonsense, projects: all}", "is not the URL of a Git repository"),
        ("git: {url: https://git.example.com/a, projects: all, ref: -x}", "is not a branch name"),
        ("git: {url: https://git.example.com/a, projects: all, path: ../x}", "is not a path inside the repository"),
        ("git: {url: https://git.example.com/a, projects: all, path: /x/*.yaml}", "is not a path inside"),
        ("git: {url: https://git.example.com/a, projects: all, interval: 1s}", "an interval below 10s"),
        ("git: {url: https://git.example.com/a, projects: all, reff: x}", "unknown key 'reff'"),
        ("git: {url: https://git.example.com/a, projects: all, variables: [NONE]}", "'NONE' is not listed"),
        ("git: {url: https://git.example.com/a, projects: all, variables: [TOKEN]}", "TOKEN is a secret"),
        ("gti: {url: https://git.example.com/a, projects: all}", "git is missing"),
    ])
    func `what is wrong with a source is told with its line`(entry: String, message: String) throws {
        let read = try Self.read([entry], more: "manifestVariables: [{name: TOKEN, secret: true}]\n")
        let errors = read.loaded(with: []).1.errors
        let found = try #require(errors.first { $0.message.contains(message) }, "\(errors)")
        #expect(found.place.line == 2)
        #expect(!errors.contains { $0.description.contains("me:secret") })
    }

    @Test func `the same place twice is an error, and plain http to elsewhere a warning`() throws {
        let twice = try Self.read([Self.source, Self.source]).loaded(with: []).1
        #expect(twice.errors.contains { $0.message == "these manifests are named twice" })
        let plain = try Self.read(["git: {url: http://git.example.com/a, projects: all}"]).loaded(with: []).1
        #expect(plain.warnings.contains { $0.message.contains("plain http") })
    }

    // MARK: What a version says

    @Test func `a version's manifests stand beside files of this machine`() throws {
        let read = try Self.read(
            ["local.yaml", Self.source],
            files: ["local.yaml": Self.warehouse("app", in: "shop")]
        )
        // The project is defined in Git: it is not missed while that has not been read.
        let before = read.loaded(with: [])
        #expect(before.1.errors.isEmpty && before.0?.pipelines.isComplete == false)
        let version = try Self.version(of: read, ["shop/project.yaml": Self.project("shop")])
        let (loaded, problems) = read.loaded(with: [version])
        #expect(problems.errors.isEmpty, "\(problems)")
        #expect(loaded?.pipelines.isComplete == true)
        #expect(loaded?.pipelines.projects["shop"]?.warehouses["app"] != nil)
        #expect(
            loaded?.pipelines.origin.hasSuffix("hoistway.yaml with https://git.example.com/acme/pipelines@1111111")
                == true
        )
    }

    @Test func `another project's objects are refused, with both names and the place in the repository`() throws {
        let read = try Self.read(["local.yaml", Self.source], files: ["local.yaml": Self.project("other")])
        for text in [Self.project("third"), Self.warehouse("app", in: "other")] {
            let version = try Self.version(of: read, ["shop/a.yaml": text])
            let errors = read.loaded(with: [version]).1.errors
            let found = try #require(errors.first { $0.message.contains("may not define") }, "\(errors)")
            #expect(found.place.file == "https://git.example.com/acme/pipelines@1111111:shop/a.yaml")
            #expect(found.place.line == 1)
            #expect(found.hint?.contains("it may define shop") == true)
        }
    }

    @Test func `what a source may define is what the configuration says now`() throws {
        let wide = try Self.read([Self.source.replacing("[shop]", with: "all")])
        let version = try Self.version(of: wide, ["shop/a.yaml": Self.project("other")])
        #expect(wide.loaded(with: [version]).1.errors.isEmpty)
        let narrow = try Self.read([Self.source])
        #expect(narrow.loaded(with: [version]).1.errors.contains { $0.message.contains("may not define") })
    }

    @Test func `one object in two places is an error with both`() throws {
        let read = try Self.read(["local.yaml", Self.source], files: ["local.yaml": Self.project("shop")])
        let version = try Self.version(of: read, ["shop/a.yaml": "# first\n" + Self.project("shop")])
        let found = try #require(read.loaded(with: [version]).1.errors.first)
        #expect(
            found.place.file == "https://git.example.com/acme/pipelines@1111111:shop/a.yaml" && found.place.line == 2
        )
        #expect(found.message.contains("given twice: first at") && found.message.hasSuffix("local.yaml:1"))
    }

    @Test func `a Secret in Git is refused, and its text told nowhere`() throws {
        let secret = """
            apiVersion: v1
            kind: Secret
            metadata: {name: git, namespace: shop, labels: {kargo.akuity.io/cred-type: git}}
            stringData: {repoURL: "https://git.example.com/a", username: a, password: not-for-git}
            """
        let read = try Self.read([Self.source])
        let version = try Self.version(of: read, ["shop/a.yaml": Self.project("shop") + "---\n" + secret])
        let (loaded, problems) = read.loaded(with: [version])
        #expect(loaded == nil)
        #expect(problems.errors.contains { $0.message.contains("secrets do not belong in Git") })
        #expect(!problems.contains { $0.description.contains("not-for-git") })
    }

    @Test func `only variables that are listed for the source are replaced`() throws {
        let manifest = [
            "shop/a.yaml": Self.project("shop") + "---\n" + Self.warehouse("app", in: "shop", url: "${REPO}")
        ]
        let variables = "manifestVariables: [REPO]\n"
        let without = try Self.read([Self.source], more: variables)
        let errors = without.loaded(with: [try Self.version(of: without, manifest)]).1.errors
        #expect(errors.contains { $0.message.hasPrefix("${REPO} may not be used in manifests of") }, "\(errors)")
        let listed = Self.source.replacing("projects:", with: "variables: [REPO], projects:")
        let with = try Self.read([listed], more: variables)
        let loaded = try #require(with.loaded(with: [try Self.version(of: with, manifest)]).0)
        #expect(
            loaded.pipelines.projects["shop"]?.warehouses["app"]?.subscriptions.first?.id.contains("acme/other") == true
        )
    }

    @Test func `a Project that names a namespace is still the same Project`() throws {
        let read = try Self.read(["local.yaml", Self.source], files: ["local.yaml": Self.project("shop")])
        let again = Self.project("shop").replacing("name: shop", with: "name: shop, namespace: elsewhere")
        #expect(again.contains("elsewhere"))
        let errors = read.loaded(with: [try Self.version(of: read, ["shop/a.yaml": again])]).1.errors
        #expect(errors.contains { $0.message.contains("given twice: first at") }, "\(errors)")
    }

    // MARK: What would cost too much

    /// Whoever may push there could stop the program for everybody.
    @Test(.timeLimit(.minutes(10)))
    func `a key that stands for very much is refused before anybody compares it`() throws {
        var bomb = "x0: &a0 [1, 1]\n"
        for level in 1...40 { bomb += "x\(level): &a\(level) [*a\(level - 1), *a\(level - 1)]\n" }
        let read = try Self.read([Self.source])
        let version = try Self.version(of: read, ["shop/a.yaml": bomb + "? *a40\n: 1\n"])
        let errors = read.loaded(with: [version]).1.errors
        #expect(errors.contains { $0.message == "more than 200000 values once aliases are followed" }, "\(errors)")
    }

    @Test(.timeLimit(.minutes(10))) func `very many keys, unknown or merged, take no more time than others`() throws {
        let keys = (0..<60_000).map { "  x\($0): 1\n" }.joined()
        let text = Self.project("shop") + "\nspec:\n" + keys + "a: &a\n" + keys + "status:\n  <<: *a\n"
        let read = try Self.read([Self.source])
        let (loaded, problems) = read.loaded(with: [try Self.version(of: read, ["shop/a.yaml": text])])
        #expect(loaded != nil, "in Kargo's manifests they are warnings")
        #expect(problems.count < 60)
        #expect(problems.contains { $0.message == "59950 more unknown keys follow" }, "\(problems)")
    }

    @Test(.timeLimit(.minutes(10)))
    func `files of one repository share a bound, so that many cannot do what one cannot`()
        throws
    {
        let many =
            "x: &x [" + String(repeating: "1, ", count: 1000) + "]\ny: ["
            + String(repeating: "*x, ", count: 150) + "]\n"
        let read = try Self.read([Self.source])
        let files = (1...3).map { ("shop/\($0).yaml", many) }
        let version = try Self.version(of: read, Dictionary(uniqueKeysWithValues: files))
        let found = try #require(
            read.loaded(with: [version]).1.errors.first { $0.message.contains("values once aliases") }
        )
        #expect(found.message == "with the files before it more than 400000 values once aliases are followed")
        #expect(found.place.file.hasSuffix("shop/3.yaml"))
    }

    @Test func `of very many errors the first are told`() throws {
        let read = try Self.read([Self.source])
        let files = (0..<80).map { ("shop/\(100 + $0).yaml", "kind: [") }
        let version = try Self.version(of: read, Dictionary(uniqueKeysWithValues: files))
        let choice = ManifestChoice(running: [], new: [version]) { read.loaded(with: $0) }
        let told = try #require(choice.refused.first?.told)
        #expect(told.count == 51 && told.last == "and 30 more")
    }

    // MARK: Which versions run together

    @Test func `a version that is refused leaves the last good one, and does not hold up others`() throws {
        let other = Self.source.replacing("pipelines,", with: "second,").replacing("[shop]", with: "[other]")
        let read = try Self.read([Self.source, other])
        let good = try Self.version(of: read, ["shop/a.yaml": Self.project("shop")])
        let bad = try Self.version(of: read, ["shop/a.yaml": "kind: ["], commit: "2")
        let second = try Self.version(of: read, ["shop/a.yaml": Self.project("other")], commit: "3", at: 1)
        let choice = ManifestChoice(running: [good], new: [bad, second]) { read.loaded(with: $0) }
        #expect(choice.versions == [good, second])
        #expect(choice.loaded?.pipelines.projects.keys.sorted() == ["other", "shop"])
        #expect(choice.refused.map(\.version) == [bad])
        #expect(choice.refused.first?.problems.first?.place.file.contains("@2222222:shop/a.yaml") == true)
    }

    @Test func `versions that need each other are taken together`() throws {
        let other = Self.source.replacing("path: shop", with: "path: warehouses")
        let read = try Self.read([Self.source, other])
        let project = try Self.version(of: read, ["shop/a.yaml": Self.project("shop")])
        let warehouse = try Self.version(of: read, ["warehouses/a.yaml": Self.warehouse("app", in: "shop")], at: 1)
        let choice = ManifestChoice(running: [], new: [warehouse, project]) { read.loaded(with: $0) }
        #expect(choice.refused.isEmpty && choice.versions.count == 2)
        #expect(choice.loaded?.pipelines.isComplete == true)
    }

    @Test func `where files of this machine are wrong nothing runs, and that is told`() throws {
        let read = try Self.read(["local.yaml", Self.source], files: ["local.yaml": "kind: ["])
        let version = try Self.version(of: read, ["shop/a.yaml": Self.project("shop")])
        let choice = ManifestChoice(running: [version], new: []) { read.loaded(with: $0) }
        #expect(choice.loaded == nil && choice.versions == [version])
        #expect(choice.problems.errors.contains { $0.place.file.hasSuffix("local.yaml") })
    }
}
