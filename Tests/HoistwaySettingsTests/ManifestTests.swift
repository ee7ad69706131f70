import HoistwayCrypto
import HoistwayModel
import Testing

@testable import HoistwaySettings

/// A project, to which tests add what they are about.
private let project = """
    apiVersion: kargo.akuity.io/v1alpha1
    kind: Project
    metadata: {name: demo}
    ---
    """

private func warehouse(_ subscriptions: String, name: String = "main") -> String {
    """

    apiVersion: kargo.akuity.io/v1alpha1
    kind: Warehouse
    metadata: {name: \(name), namespace: demo}
    spec:
      subscriptions:
        - \(subscriptions)
    ---
    """
}

private let image = warehouse("image: {repoURL: ghcr.io/acme/app}")

private func stage(_ name: String, sources: String = "{direct: true}", warehouse: String = "main", rest: String = "")
    -> String
{
    """

    apiVersion: kargo.akuity.io/v1alpha1
    kind: Stage
    metadata: {name: \(name), namespace: demo}
    spec:
      requestedFreight:
        - origin: {kind: Warehouse, name: \(warehouse)}
          sources: \(sources)
    \(rest)
    ---
    """
}

private func steps(_ list: String) -> String {
    """
      promotionTemplate:
        spec:
          steps:
    \(list)
    """
}

struct WarehouseManifestTests {
    @Test func `every field of an image subscription is read`() throws {
        let text = warehouse(
            """
            image:
                    repoURL: ghcr.io/Acme/App
                    imageSelectionStrategy: NewestBuild
                    allowTagsRegexes: ['^v']
                    ignoreTagsRegexes: ['-rc']
                    allowTags: ^w
                    ignoreTags: [latest]
                    platform: linux/arm64
                    strictSemvers: false
                    insecureSkipTLSVerify: true
                    discoveryLimit: 7
                    gitRepoURL: https://github.com/acme/app
            """
        )
        let options = "projects: {demo: {warehouses: {main: {onTagMoved: refuse}}}}"
        let (loaded, problems) = try load(project + text, more: options)
        #expect(problems.errors == [])
        guard case .image(let image) = loaded?.pipelines.projects["demo"]?.warehouses["main"]?.subscriptions.first
        else {
            Issue.record("no image")
            return
        }
        #expect(image.repoURL == "ghcr.io/Acme/App")
        #expect(image.key.text == "ghcr.io/acme/app")
        #expect(image.strategy == .newestBuild)
        #expect(image.tags == TagRules(allow: ["^v", "^w"], ignore: ["-rc"], ignoreExact: ["latest"]))
        #expect(image.platform == "linux/arm64")
        #expect(!image.strictSemvers)
        #expect(image.insecureSkipTLSVerify)
        #expect(image.discoveryLimit == 7)
        #expect(image.onTagMoved == .refuse)
        #expect(problems.warnings.contains { $0.message.hasPrefix("allowTags works here") })
        #expect(problems.warnings.contains { $0.message.hasPrefix("ignoreTags works here") })
    }

    @Test func `every field of a git subscription is read`() throws {
        let text = warehouse(
            """
            git:
                    repoURL: ${GITOPS_REPO_URL}
                    branch: release/1.x
                    includePaths: [apps/a/, 'glob:**/*.yaml', 'regexp:^b']
                    excludePaths: ['regex:md$']
                    discoveryLimit: 3
                    blobless: true
            """
        )
        let (loaded, problems) = try load(project + text)
        #expect(problems.errors == [])
        guard case .git(let git) = loaded?.pipelines.projects["demo"]?.warehouses["main"]?.subscriptions.first else {
            Issue.record("no git")
            return
        }
        #expect(git.repoURL == "https://git.example.com/acme/deploy")
        #expect(git.key.text == "git.example.com/acme/deploy")
        #expect(git.branch == "release/1.x")
        #expect(git.includePaths == [.prefix("apps/a"), .glob("**/*.yaml"), .regex("^b")])
        #expect(git.excludePaths == [.regex("md$")])
        #expect(git.discoveryLimit == 3)
    }

    @Test(arguments: [
        ("image: {repoURL: ghcr.io/acme/app, constraint: '^^1'}", "semver constraint"),
        ("image: {repoURL: ghcr.io/acme/app, semverConstraint: 'not a range'}", "semver constraint"),
        ("image: {repoURL: ghcr.io/acme/app, constraint: 1.26}", "expected text, found a number"),
        ("image: {repoURL: ghcr.io/acme/app, allowTagsRegexes: ['(']}", "is not a regular expression"),
        ("image: {repoURL: ghcr.io/acme/app, ignoreTagsRegexes: ['a(?=b)']}", "is not a regular expression"),
        ("image: {repoURL: 'ghcr.io/acme/app:1.2'}", "without scheme, tag and digest"),
        ("image: {repoURL: ghcr.io/acme/app, imageSelectionStrategy: Digest}", "needs a constraint"),
        ("image: {repoURL: ghcr.io/acme/app, imageSelectionStrategy: Semver}", "cannot be 'Semver'"),
        ("image: {repoURL: ghcr.io/acme/app, discoveryLimit: 101}", "101 is outside 1 to 100"),
        ("image: {repoURL: ghcr.io/acme/app, platform: arm}", "is not a platform"),
        ("image: {}", "repoURL is missing"),
        ("git: {repoURL: 'https://user:pw@github.com/acme/app'}", "the URL holds a user and a password"),
        ("git: {repoURL: 'https://ghp_hunter2@github.com/acme/app'}", "or a token"),
        ("image: {repoURL: 'https://a:hunter2@ghcr.io/acme/app'}", ""),
        ("git: {repoURL: github.com/acme/app}", "is not the URL of a Git repository"),
        ("git: {repoURL: 'file:/srv/app.git'}", "is not the URL of a Git repository"),
        ("git: {repoURL: 'ext::sh'}", "has Git run a program (git-remote-ext)"),
        ("git: {repoURL: 'git@-oProxyCommand=x:app'}", "the host's name has characters that no host has"),
        ("git: {repoURL: 'https://github.com/acme/app', branch: '-x'}", "is not a branch name"),
        ("git: {repoURL: 'https://github.com/acme/app', includePaths: ['glob:[']}", "is not a glob"),
        ("git: {repoURL: 'https://github.com/acme/app', includePaths: [../x]}", "is not a path inside the repository"),
        ("git: {repoURL: 'https://github.com/acme/app', since: yesterday}", "'yesterday' is not a time of RFC 3339"),
        ("git: {repoURL: 'https://github.com/acme/app'}\\n      image: {repoURL: a/b}", "not to image and git"),
        ("slack: {config: {}}", "one of git, image and chart"),
    ])
    func `what cannot be run is an error`(_ subscription: String, _ message: String) throws {
        let text = subscription.replacing("\\n", with: "\n")
        let found = try problems(of: project + warehouse(text))
        let problem = try #require(found.errors.first { $0.message.contains(message) }, "\(found)")
        #expect(problem.place.line >= 8)
        #expect(problem.place.path.hasPrefix("spec.subscriptions[0]"))
        #expect(!found.map(\.description).joined().contains("user:pw"))
        #expect(!found.map(\.description).joined().contains("hunter2"))
    }

    @Test func `one repository twice is refused, however it is written`() throws {
        let found = try problems(
            of: project + warehouse("image: {repoURL: nginx}\n    - image: {repoURL: docker.io/library/nginx}")
        )
        #expect(
            found.errors.map(\.message) == [
                "this warehouse subscribes twice to one repository: image docker.io/library/nginx"
            ]
        )
    }

    @Test func `every field of a chart subscription is read`() throws {
        let text = warehouse(
            """
            chart:
                    repoURL: https://charts.example.com/stable
                    name: web
                    semverConstraint: ^1.0.0
                    insecureSkipTLSVerify: true
                    discoveryLimit: 5
            """
        )
        let (loaded, problems) = try load(project + text)
        #expect(problems.errors == [])
        let subscription = loaded?.pipelines.projects["demo"]?.warehouses["main"]?.subscriptions.first
        guard case .chart(var chart)? = subscription else {
            Issue.record("no chart")
            return
        }
        chart.place = SourcePlace(file: "", line: 0)
        #expect(
            chart
                == ChartSubscription(
                    repoURL: "https://charts.example.com/stable",
                    name: "web",
                    semverConstraint: "^1.0.0",
                    insecureSkipTLSVerify: true,
                    discoveryLimit: 5,
                    place: chart.place
                )
        )
    }

    @Test(
        arguments: [
            ("{repoURL: 'oci://ghcr.io/acme/chart'}", nil),
            (
                "{repoURL: 'oci://ghcr.io/acme/chart', name: chart}",
                "a chart in an OCI repository has no name of its own"
            ),
            ("{repoURL: 'https://charts.test'}", "name is missing: the repository holds many charts"),
            ("{repoURL: charts.test}", "a chart's repoURL begins with https://, http:// or oci://"),
            ("{repoURL: 'https://char ts.test', name: web}", "names no repository of charts"),
            ("{repoURL: 'oci://ghcr.io/A?C', name: ''}", "names no repository of charts"),
            ("{repoURL: 'https://charts.test', name: web, discoveryLimit: 0}", "0 is outside 1 to 100"),
            ("{repoURL: 'https://charts.test', name: web, semverConstraint: 'what?'}", "what?"),
            ("{repoURL: 'https://u:hunter2@charts.test', name: web}", "password"),
        ] as [(String, String?)]
    )
    func `a chart subscription that cannot be looked at is refused`(_ chart: String, _ message: String?) throws {
        let found = try problems(of: project + warehouse("chart: \(chart)"))
        guard let message else {
            #expect(found.errors.isEmpty, "\(found)")
            return
        }
        #expect(found.errors.contains { $0.message.contains(message) }, "\(found)")
        #expect(!"\(found)".contains("hunter2"))
    }

    @Test func `an unknown field of Kargo's is a warning, and an error when strict`() throws {
        let text = project + image.replacing("spec:\n", with: "spec:\n  pauseBetweenLooks: 5m\n")
        let lenient = try problems(of: text)
        #expect(lenient.errors.isEmpty)
        let told = try #require(lenient.warnings.first { $0.message == "unknown key 'pauseBetweenLooks'" })
        #expect(told.hint?.hasPrefix("known here: ") == true)
        #expect(
            try problems(of: text, more: "strict: true").errors.map(\.message) == ["unknown key 'pauseBetweenLooks'"]
        )
    }

    @Test func `a misspelt filter is an error, since more would be pushed`() throws {
        let misspelt = try problems(of: project + warehouse("image: {repoURL: ghcr.io/acme/app, constrant: ^1.0.0}"))
        #expect(misspelt.errors.map(\.hint) == ["did you mean constraint?"])
        let newer = try problems(of: project + warehouse("image: {repoURL: ghcr.io/acme/app, brandNewField: 1}"))
        #expect(newer.errors.isEmpty)
        #expect(newer.warnings.contains { $0.message == "unknown key 'brandNewField'" })
        let request = stage("test", sources: "{direct: true, stagess: [x]}")
        #expect(try problems(of: project + image + request).errors.map(\.hint) == ["did you mean stages?"])
    }

    @Test func `a warehouse that no receiver speaks for is told`() throws {
        let more = """
            webhooks:
              receivers:
                - {name: hub, sender: github, secrets: [{env: TOKEN}], sources: [github.com/acme/*], projects: [demo]}
            """
        let found = try problems(of: project + image, more: more)
        #expect(found.errors.isEmpty)
        #expect(found.warnings.contains { $0.message.hasPrefix("no receiver handles events of image ghcr.io/acme/") })
        let reached = more.replacing("github.com/acme/*", with: "ghcr.io/acme/app")
        let constrained = warehouse("image: {repoURL: ghcr.io/acme/app, constraint: ^1.0.0}")
        #expect(try problems(of: project + constrained, more: reached).isEmpty)
    }
}

struct VariableTests {
    private let secret = """

        apiVersion: v1
        kind: Secret
        metadata: {name: repo, namespace: demo, labels: {kargo.akuity.io/cred-type: git}}
        stringData: {repoURL: "${GITOPS_REPO_URL}", username: bot, password: "${TOKEN}"}
        """

    @Test func `a variable's value is text, whatever it holds`() throws {
        let hostile = "x\"\nspec: {}\n- : ${TOKEN} #"
        let (loaded, problems) = try load(
            project + secret,
            environment: ["GITOPS_REPO_URL": "https://git.example.com/a/b", "TOKEN": hostile]
        )
        #expect(problems.errors == [])
        let found = loaded?.credentials.credential(.git, for: "https://git.example.com/a/b", project: "demo")
        #expect(found?.login == .password(username: "bot", password: Secret(hostile)))
    }

    @Test func `a variable may come from a file or a credential, and its value never prints`() throws {
        let text = """
            manifests: [pipelines/*.yaml]
            manifestVariables:
              - {name: GITOPS_REPO_URL, file: url}
              - {name: TOKEN, secret: true, credential: git-token}
            """
        let sandbox = try Sandbox([
            "hoistway.yaml": text, "pipelines/demo.yaml": project + secret, "url": "https://git.example.com/a/b\n",
            "credentials/git-token": "hunter2-marked\n",
        ])
        let (loaded, problems) = sandbox.load([
            "CREDENTIALS_DIRECTORY": "\(sandbox.folder)/credentials", "TOKEN": "from the environment",
        ])
        #expect(problems.errors == [])
        let found = loaded?.credentials.credential(.git, for: "https://git.example.com/a/b", project: "demo")
        #expect(found?.login == .password(username: "bot", password: Secret("hunter2-marked")))
        #expect(!String(reflecting: loaded).contains("hunter2"))
    }

    @Test(arguments: [
        ("file: gone", "the secret's file", "does not exist"),
        ("file: empty", "the secret is empty", "empty"),
        ("file: binary", "the value of this variable is not UTF-8 text", ""),
        ("credential: git-token", "the credential 'git-token' has no folder", "is not set to one"),
        ("file: url, credential: git-token", "a variable comes from a file or a credential", ""),
    ])
    func `a variable whose file cannot be taken is one error, with its line`(
        _ source: String,
        _ beginning: String,
        _ end: String
    ) throws {
        let text = "manifests: [pipelines/*.yaml]\nmanifestVariables:\n  - {name: GITOPS_REPO_URL, \(source)}\n"
        let sandbox = try Sandbox([
            "hoistway.yaml": text, "pipelines/demo.yaml": project + warehouse("git: {repoURL: '${GITOPS_REPO_URL}'}"),
            "url": "https://git.example.com/a/b", "empty": "\n",
        ])
        try sandbox.write([0x61, 0xFF, 0x62], to: "binary")
        let found = sandbox.load().1.errors.filter { $0.place.file.hasSuffix("hoistway.yaml") }
        #expect(found.count == 1)
        let problem = try #require(found.first)
        #expect(problem.message.hasPrefix(beginning), "\(problem)")
        #expect(problem.message.hasSuffix(end), "\(problem)")
        #expect(problem.place.line == 3)
    }

    @Test(arguments: [
        ("${GITOPS_REPO_URl}", "is not listed in manifestVariables"),
        ("${HOME}", "is not listed in manifestVariables"),
        ("${TOKEN}", "is a secret: it may stand only inside a Secret manifest"),
        ("${GITOPS_REPO_URL", "opens a variable, but no name"),
    ])
    func `a variable that may not be used is an error with its line`(_ url: String, _ message: String) throws {
        let found = try problems(of: project + warehouse("git: {repoURL: '\(url)'}"))
        let problem = try #require(found.errors.first { $0.message.contains(message) }, "\(found)")
        #expect(problem.place.line == 10)
    }

    @Test func `an unset variable is an error with its line`() throws {
        let found = try problems(of: project + secret, environment: ["TOKEN": "x"])
        #expect(found.errors.map(\.message) == ["${GITOPS_REPO_URL} is not set in the environment"])
        #expect(found.errors.first?.place.line == 8)
        #expect(found.errors.first?.place.path == "stringData.repoURL")
    }
}

struct StageManifestTests {
    @Test func `a stage in today's form is read`() throws {
        let text =
            project + image
            + stage(
                "test",
                rest: steps(
                    "        - {uses: copy, as: push, config: {inPath: ./a, outPath: ./out}, retry: {timeout: 5m, errorThreshold: 3}}"
                )
            )
            + stage("prod", sources: "{stages: [test], availabilityStrategy: All, requiredSoakTime: 1h30m}")
        let options =
            "projects: {demo: {stages: {prod: {foreignCommits: keep, mode: observe, limits: {deletedFiles: 3}}}}}"
        let (loaded, problems) = try load(text, more: options)
        #expect(problems.errors == [])
        let stages = try #require(loaded?.pipelines.projects["demo"]?.stages)
        guard case .steps(let steps) = stages["test"]?.promotion else {
            Issue.record("no steps")
            return
        }
        #expect(steps.first?.alias == "push")
        #expect(steps.first?.errorThreshold == 3)
        #expect(steps.first?.timeout == .seconds(300))
        #expect(steps.first?.config == .map(["inPath": .string("./a"), "outPath": .string("./out")]))
        #expect(stages["prod"]?.promotion == .controlFlow)
        #expect(
            stages["prod"]?.requestedFreight == [
                FreightRequest(warehouse: "main", stages: ["test"], availability: .all, requiredSoak: .seconds(5400))
            ]
        )
        #expect(stages["prod"]?.foreignCommits == .keep)
        #expect(stages["prod"]?.mode == .observe)
        #expect(stages["prod"]?.limits == Stage.Limits(deletedFiles: 3))
    }

    @Test func `the oldest form is mapped, and the warehouse is found through the upstream stages`() throws {
        let old = { (name: String, subscriptions: String) in
            """

            apiVersion: kargo.akuity.io/v1alpha1
            kind: Stage
            metadata: {name: \(name), namespace: demo}
            spec:
              subscriptions: \(subscriptions)
            ---
            """
        }
        let text =
            project + image + old("prod", "{upstreamStages: [{name: uat}]}")
            + old("uat", "{upstreamStages: [{name: test}]}") + old("test", "{warehouse: main}")
        let (loaded, problems) = try load(text)
        #expect(problems.errors == [])
        let stages = loaded?.pipelines.projects["demo"]?.stages
        #expect(stages?["test"]?.requestedFreight == [FreightRequest(warehouse: "main", direct: true)])
        #expect(stages?["prod"]?.requestedFreight == [FreightRequest(warehouse: "main", stages: ["uat"])])
    }

    @Test func `a stage that names what is not there is an error at that word`() throws {
        let found = try problems(of: project + image + stage("test", sources: "{stages: [tst]}", warehouse: "mian"))
        #expect(found.errors.count == 2)
        #expect(found.errors[0].message.contains("the warehouse 'mian'"))
        #expect(found.errors[0].hint == "did you mean main?")
        #expect(found.errors[0].place.path == "spec.requestedFreight[0].origin.name")
        #expect(found.errors[1].message.contains("the stage 'tst'"))
        #expect(found.errors[1].place.line == 18)
    }

    @Test func `a circle of stages is named`() throws {
        let text =
            project + image + stage("a", sources: "{stages: [c]}") + stage("b", sources: "{stages: [a]}")
            + stage("c", sources: "{stages: [b]}")
        let found = try problems(of: text)
        #expect(found.errors.map(\.message) == ["stages wait for each other in a circle: b → c → a → b"])
    }

    @Test func `circles that share a stage are all named`() throws {
        let text =
            project + image + stage("a", sources: "{stages: [b]}") + stage("b", sources: "{stages: [a, c]}")
            + stage("c", sources: "{stages: [b]}")
        let found = try problems(of: text).errors.map(\.message)
        #expect(
            found == [
                "stages wait for each other in a circle: b → a → b",
                "stages wait for each other in a circle: c → b → c",
            ]
        )
    }

    @Test func `an exported manifest's status and what kubectl noted of it are nobody's business`() throws {
        let noted = stage("test").replacing(
            "metadata: {name: test, namespace: demo}",
            with: """
                metadata:
                  name: test
                  namespace: demo
                  annotations: {kubectl.kubernetes.io/last-applied-configuration: "use ${NOT_THERE}"}
                status: {freightHistory: [{subject: "ci: use ${TAG} and ${{ more }}"}]}
                """
        )
        #expect(try problems(of: project + image + noted).errors == [])
    }

    @Test(arguments: [
        ("- {uses: git-clon, config: {}}", "unknown step 'git-clon'", "did you mean git-clone?"),
        ("- {uses: kargo-render, config: {}}", "no longer one of Kargo's", "use kustomize-build or helm-template"),
        ("- {task: {name: t}}", "the project demo has no PromotionTask 't'", nil),
        ("- {as: x, config: {}}", "a step says what it uses", nil),
        ("- {uses: git-push, as: step-2, config: {path: a}}", "what a step without a name would be called", nil),
        ("- {uses: git-push, config: {path: '${{ vars.x.y }}'}}", "no variable 'x' is defined before this", nil),
        ("- {uses: git-push, config: {path: '${% 1 + %}'}}", "expression `1 +`", nil),
        ("- {uses: git-push, if: 'true', config: {path: a}}", "`if` has to be true or false", nil),
        ("- {uses: git-push, if: true, config: {path: a}}", "expected text, found true or false", "put it in quotes"),
        ("- {uses: git-push, config: {pth: a}}", "unknown key 'pth'", "did you mean path?"),
        ("- {uses: git-commit, config: {path: a, message: ''}}", "message is empty", nil),
        ("- {uses: git-push}", "git-push needs a config", nil),
        ("- {uses: git-clone, config: {repoURL: 'https://h/a/b'}}", "checkout is missing", nil),
        (
            "- {uses: git-clone, config: {repoURL: 'file:/srv/app.git', checkout: [{path: a}]}}",
            "'file:/srv/app.git' is not the URL of a Git repository", "write file:///path"
        ),
        (
            "- {uses: git-clone, config: {repoURL: 'ext::sh', checkout: [{path: a}]}}",
            "'ext::sh' has Git run a program (git-remote-ext): no such URL is fetched from", nil
        ),
        (
            "- {uses: git-clone, config: {repoURL: 'ssh://-oProxyCommand=x@h/a', checkout: [{path: a}]}}",
            "and begins with no hyphen", nil
        ),
        (
            "- {uses: git-clone, config: {repoURL: 'https://h/a/b', checkout: [{path: a, branch: b, tag: c}]}}",
            "at most one of branch, commit and tag", nil
        ),
        (
            "- {uses: kustomize-set-image, config: {path: a, images: [{image: b, tag: c, digest: d}]}}",
            "an image has a tag or a digest, not both", nil
        ),
        ("- {uses: git-commit, config: {path: a, message: 5}}", "expected text, found a number", nil),
        (
            "- {uses: git-push, as: out, config: {path: a}}\n        - {uses: git-push, as: out, config: {path: ./out}}",
            "two steps are called 'out'", "give each step a name of its own: today's Kargo refuses two of one name"
        ),
    ])
    func `a step that would not do what it says is an error`(_ list: String, _ message: String, _ hint: String?) throws
    {
        let found = try problems(of: project + image + stage("test", rest: steps("        " + list)))
        let problem = try #require(found.errors.first { $0.message.contains(message) }, "\(found)")
        #expect(problem.place.path.hasPrefix("spec.promotionTemplate.spec.steps["))
        if let hint { #expect(problem.hint == hint) }
    }

    @Test func `a step for a cluster is taken with a warning`() throws {
        let list = "        - {uses: argocd-update, config: {apps: [{name: a}]}}"
        let found = try problems(of: project + image + stage("test", rest: steps(list)))
        #expect(found.errors.isEmpty)
        #expect(
            found.warnings.contains { $0.message.hasSuffix("will fail at argocd-update: no cluster is configured") }
        )
    }

    @Test func `an unknown field beside the steps is an error, since it may change what is pushed`() throws {
        let list = "        - {uses: copy, config: {inPath: a, outPath: b}, wehn: never}"
        let found = try problems(of: project + image + stage("test", rest: steps(list)))
        #expect(found.errors.map(\.message) == ["unknown key 'wehn'"])
    }
}

struct BranchConflictTests {
    private func clearing(_ branch: String, path: String = "./out", target: String = "") -> String {
        steps(
            """
                    - uses: git-clone
                      config:
                        repoURL: https://git.example.com/acme/deploy.git
                        checkout: [{branch: main, path: ./src}, {branch: \(branch), create: true, path: ./out}]
                    - {uses: git-clear, config: {path: \(path)}}
                    - {uses: git-push, config: {path: ./out\(target)}}
            """
        )
    }

    @Test func `two stages that clear one path of one branch are told, both named`() throws {
        let text = project + image + stage("test", rest: clearing("env")) + stage("uat", rest: clearing("env"))
        let found = try problems(of: text)
        #expect(found.errors.isEmpty)
        let told = Self.clearings(found)
        #expect(told.count == 1 && told[0].contains("demo/test") && told[0].contains("demo/uat"), "\(told)")
        #expect(told[0].contains("both clear the branch env: each removes what the other alone has written"))
    }

    @Test(arguments: [("./out/a", "./out/b", true), ("./out/a", "./out/a", false)])
    func `two stages that clear one path and write other files there are an error`(
        _ one: String,
        _ other: String,
        _ isError: Bool
    ) throws {
        func steps(_ target: String) -> String {
            let copy = "        - {uses: copy, config: {inPath: ./src/env, outPath: \(target)}}\n"
            let text = clearing("env")
            guard let push = text.firstRange(of: "        - {uses: git-push") else { return text }
            return text[..<push.lowerBound] + copy + text[push.lowerBound...]
        }
        let text = project + image + stage("test", rest: steps(one)) + stage("uat", rest: steps(other))
        let found = try problems(of: text)
        #expect(Self.clearings(found).count == 1, "\(found)")
        #expect(found.errors.contains { $0.message.contains("take away what the other has promoted") } == isError)
    }

    private static func clearings(_ problems: [Problem]) -> [String] {
        problems.map(\.message).filter { $0.contains("both clear") }
    }

    @Test func `of two steps of one name the second gives the outputs`() throws {
        let list = """
                    - {uses: compose-output, as: out, config: {x: 1}}
                    - {uses: compose-output, as: other, config: {x: "${{ len(vars.outer) }}"}, vars: [{name: outer, value: a}]}
                    - {uses: compose-output, as: out, config: {y: 2}}
                    - {uses: compose-output, as: last, config: {z: '${{ outputs.out.y }}'}}
            """
        let found = try problems(of: project + image + stage("test", rest: steps(list)))
        #expect(found.errors.isEmpty, "\(found.errors)")
        #expect(
            found.map(\.message).contains {
                $0.hasPrefix("two steps are called 'out'") && $0.hasSuffix("its outputs are those of the second")
            }
        )
    }

    @Test(arguments: [("", true), ("semver", true), ("SemVer", true), ("NewestBuild", false)])
    func `the old name of a strategy may stand where nothing depends on it`(_ old: String, _ isTaken: Bool) throws {
        let key = old.isEmpty ? "" : ", tagSelectionStrategy: \(old)"
        let found = try problems(
            of: project + warehouse("image: {repoURL: ghcr.io/acme/app, constraint: ^1.0.0\(key)}")
        )
        #expect(found.errors.isEmpty == isTaken, "\(found)")
        #expect(found.contains { $0.message.contains("tagSelectionStrategy has no effect") } == !old.isEmpty)
    }

    @Test func `the default branch is one branch, by its name and without`() throws {
        func clearing(_ checkout: String) -> String {
            steps(
                """
                        - uses: git-clone
                          config:
                            repoURL: https://git.example.com/acme/deploy.git
                            checkout: [{\(checkout)path: ./out}]
                        - {uses: git-clear, config: {path: ./out/stages}}
                        - {uses: git-push, config: {path: ./out}}
                """
            )
        }
        let (unnamed, main) = (clearing(""), clearing("branch: main, "))
        for (first, second) in [(unnamed, unnamed), (unnamed, main), (main, unnamed)] {
            let text = project + image + stage("test", rest: first) + stage("uat", rest: second)
            let found = Self.clearings(try problems(of: text))
            #expect(found.count == 1 && found.allSatisfy { $0.contains("both clear stages of the") }, "\(found)")
        }
        let apart = stage("test", rest: unnamed) + stage("uat", rest: clearing("branch: env, "))
        #expect(Self.clearings(try problems(of: project + image + apart)).isEmpty)
    }

    @Test(arguments: [["test"], ["uat"], ["test", "uat"]])
    func `both must carry the other's images, one is not enough`(carrying: [String]) throws {
        let text = project + image + stage("test", rest: clearing("env")) + stage("uat", rest: clearing("env"))
        let carries = carrying.map { "\($0): {carryImages: true}" }.joined(separator: ", ")
        let found = try problems(of: text, more: "projects: {demo: {stages: {\(carries)}}}")
        #expect(found.errors.isEmpty, "\(found.errors)")
        #expect(Self.clearings(found).count == (carrying.count == 2 ? 0 : 1), "\(found)")
    }

    @Test func `the legacy form that reads its freight's commit replaces the branch, whatever it names`() throws {
        let both = warehouse(
            "image: {repoURL: ghcr.io/acme/app}\n    - git: {repoURL: https://git.example.com/acme/deploy.git}"
        )
        let update = """
              promotionMechanisms:
                gitRepoUpdates:
                  - repoURL: https://git.example.com/acme/deploy.git
                    readBranch: env
                    writeBranch: env
                    kustomize: {images: [{image: ghcr.io/acme/app, path: a}]}
            """
        let text = project + both + stage("test", rest: update) + stage("uat", rest: update)
        let found = Self.clearings(try problems(of: text))
        #expect(found.count == 1 && found[0].contains("both clear the branch env"), "\(found)")
    }

    @Test func `a directory below a cleared path counts, and one beside it does not`() throws {
        let below =
            stage("test", rest: clearing("env", path: "out/a")) + stage("uat", rest: clearing("env", path: "out/a/b"))
        #expect(Self.clearings(try problems(of: project + image + below)).count == 1)
        let beside =
            stage("test", rest: clearing("env", path: "out/a")) + stage("uat", rest: clearing("env", path: "out/ab"))
        #expect(Self.clearings(try problems(of: project + image + beside)).isEmpty)
        let apart = stage("test", rest: clearing("env/test")) + stage("uat", rest: clearing("env/uat"))
        #expect(try problems(of: project + image + apart).errors.isEmpty)
    }

    @Test func `a cleared checkout is not pushed to another branch than it shows`() throws {
        let found = try problems(
            of: project + image + stage("test", rest: clearing("two", target: ", targetBranch: one"))
        )
        #expect(
            found.errors.count == 1 && found.errors[0].message.hasPrefix("out is cleared, and shows another branch")
        )
        #expect(found.errors.first?.hint?.contains("{branch: 'one', create: true, path: ./out}") ?? false, "\(found)")
        let own = stage("test", rest: clearing("two", target: ", generateTargetBranch: true"))
        #expect(try problems(of: project + image + own).errors.isEmpty)
        let forced = try problems(of: project + image + stage("test", rest: clearing("two", target: ", force: true")))
        #expect(forced.errors.isEmpty && forced.contains { $0.message.hasPrefix("force: true has no effect") })
        let same = stage("test", rest: clearing("two", target: ", targetBranch: two"))
        #expect(try problems(of: project + image + same).errors.isEmpty)
    }

    @Test func `a step of Git without a checkout is refused`() throws {
        let found = try problems(of: project + image + stage("test", rest: clearing("two", path: "elsewhere")))
        #expect(
            found.errors.map(\.message)
                == ["git-clear works on 'elsewhere', which no earlier git-clone has checked out"]
        )
        #expect(found.errors.first?.hint == "checked out: src, out")
    }

    @Test func `the legacy form counts equally, but not where it edits in place`() throws {
        let legacy = { (read: String) in
            """
              promotionMechanisms:
                gitRepoUpdates:
                  - {repoURL: https://git.example.com/acme/deploy\(read), writeBranch: env}
            """
        }
        let replacing = stage("test", rest: legacy("")) + stage("uat", rest: legacy(", readBranch: main"))
        #expect(Self.clearings(try problems(of: project + image + replacing)).count == 1)
        let inPlace = stage("test", rest: legacy(", readBranch: env")) + stage("uat", rest: legacy(", readBranch: env"))
        #expect(Self.clearings(try problems(of: project + image + inPlace)).isEmpty)
    }
}

struct ProjectManifestTests {
    @Test func `policies are read in both spellings, in order`() throws {
        let text = """
            apiVersion: kargo.akuity.io/v1alpha1
            kind: Project
            metadata: {name: demo}
            ---
            apiVersion: kargo.akuity.io/v1alpha1
            kind: ProjectConfig
            metadata: {name: demo, namespace: demo}
            spec:
              promotionPolicies:
                - {stage: test, autoPromotionEnabled: true}
                - {stageSelector: {name: 'glob:u*'}, autoPromotionEnabled: true}
                - {stageSelector: {name: 'regex:^p', matchLabels: {tier: a}, matchExpressions: [{key: k, operator: Exists}]}}
            ---
            """
        let (loaded, problems) = try load(text + image + stage("test") + stage("uat"))
        #expect(problems.errors == [])
        let policies = try #require(loaded?.pipelines.projects["demo"]?.promotionPolicies)
        #expect(policies.map(\.selector.name) == [.exact("test"), .glob("u*"), .regex("^p")])
        #expect(policies.map(\.autoPromotionEnabled) == [true, true, false])
        #expect(policies[2].selector.matchExpressions == [LabelExpression(key: "k", operation: .exists, values: [])])
        #expect(problems.warnings.contains { $0.message == "this policy selects no stage of the project demo" })
    }

    @Test(arguments: [
        ("{autoPromotionEnabled: true}", "either with stage or with stageSelector"),
        ("{stageSelector: {name: 'glob:['}}", "is not a glob"),
        ("{stageSelector: {name: 'regex:('}}", "is not a regular expression"),
        ("{stageSelector: {name: 'rx:a'}}", "neither a name nor a pattern"),
        ("{stageSelector: {matchExpressions: [{key: k, operator: In}]}}", "In needs values"),
        ("{stage: a}, {stage: a}", "a second policy for the stage a"),
    ])
    func `a policy that cannot be read is an error`(_ policies: String, _ message: String) throws {
        let text = """
            \(project)
            apiVersion: kargo.akuity.io/v1alpha1
            kind: ProjectConfig
            metadata: {name: demo, namespace: demo}
            spec: {promotionPolicies: [\(policies)]}
            """
        let found = try problems(of: text)
        #expect(found.errors.contains { $0.message.contains(message) }, "\(found)")
    }

    @Test func `kinds that are not executed are told with their line, and unknown ones too`() throws {
        let text =
            project + """

                apiVersion: argoproj.io/v1alpha1
                kind: AnalysisTemplate
                metadata: {name: t, namespace: demo}
                ---
                apiVersion: v1
                kind: Namespace
                metadata: {name: demo}
                ---
                apiVersion: kargo.akuity.io/v1alpha1
                kind: Wherehouse
                metadata: {name: t, namespace: demo}
                """
        let found = try problems(of: text)
        #expect(found.errors.map(\.hint) == ["did you mean Warehouse?"])
        #expect(found.map(\.place.line) == [6, 10, 14])
        let other = text.replacing("Wherehouse", with: "Warehousing")
        #expect(try problems(of: other).errors == [])
        #expect(try problems(of: other, more: "strict: true").errors.count == 1)
    }

    @Test func `what is in no project, or given twice, is refused`() throws {
        let found = try problems(of: image)
        #expect(found.errors.map(\.message) == ["Warehouse main is in 'demo', and there is no such Project"])
        let twice = try problems(of: project + image + image)
        #expect(twice.errors.count == 1)
        #expect(twice.errors.first?.message.hasPrefix("Warehouse main is given twice") == true)
    }

    @Test func `a list is read item by item, and merge keys and aliases are followed`() throws {
        let text = """
            apiVersion: v1
            kind: List
            items:
              - {apiVersion: kargo.akuity.io/v1alpha1, kind: Project, metadata: {name: demo}}
              - apiVersion: kargo.akuity.io/v1alpha1
                kind: Warehouse
                metadata: {name: main, namespace: demo}
                spec: {subscriptions: [{image: &base {repoURL: ghcr.io/acme/app, discoveryLimit: 3}}, {image: {<<: *base, repoURL: ghcr.io/acme/b}}]}
            """
        let (loaded, problems) = try load(text)
        #expect(problems.errors == [])
        let limits = loaded?.pipelines.projects["demo"]?.warehouses["main"]?.subscriptions.map { subscription in
            if case .image(let image) = subscription { image.discoveryLimit } else { 0 }
        }
        #expect(limits == [3, 3])
    }

    @Test func `text that grows without end is refused`() throws {
        var bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
        for level in 1...8 {
            bomb += "a\(level): &a\(level) [\(Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", "))]\n"
        }
        #expect(try problems(of: bomb).errors.contains { $0.message.contains("once aliases are followed") })
        let deep = "a: " + String(repeating: "[", count: 200) + String(repeating: "]", count: 200)
        #expect(try problems(of: deep).errors.contains { $0.message.contains("levels deep") })
        let deeper = "a: " + String(repeating: "[", count: 20_000)
        #expect(!(try problems(of: deeper).errors.isEmpty))
    }
}
