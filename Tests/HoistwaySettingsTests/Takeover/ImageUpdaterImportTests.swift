import HoistwayEdits
import HoistwayModel
import Testing

@testable import HoistwaySettings

/// What Image Updater was told, as manifests: sheet 7.1 to 7.4 with the corrections of section 0.
struct ImageUpdaterImportTests {
    static func documents(_ text: String) throws -> [ConfigValue] {
        try DocumentReader.yamlDocuments(Array(text.utf8)).map(\.configValue)
    }

    static func application(
        _ annotations: [String: String],
        name: String = "web",
        namespace: String = "argocd",
        project: String = "default",
        source: String = "{repoURL: 'https://git.test/acme/deploy', path: apps/web, targetRevision: main}",
        sourceType: String? = "Kustomize"
    ) -> String {
        let lines = annotations.sorted { $0.key < $1.key }.map { key, value in
            "    argocd-image-updater.argoproj.io/\(key): '\(value.replacing("'", with: "''"))'\n"
        }
        return "kind: Application\nmetadata:\n  name: \(name)\n  namespace: \(namespace)\n  labels: {team: a}\n"
            + "  annotations:\n    other: x\n\(lines.joined())"
            + "spec:\n  project: \(project)\n  source: \(source)\n"
            + (sourceType.map { "status: {sourceType: \($0)}\n" } ?? "")
    }

    static func report(
        _ texts: String...,
        policy: ImageUpdaterPolicy = ImageUpdaterPolicy()
    ) throws -> ImageUpdaterImport.Report {
        ImageUpdaterImport(policy: policy).report(on: try documents(texts.joined(separator: "---\n")))
    }

    /// `check` has no error, and the steps.
    private static func steps(_ report: ImageUpdaterImport.Report) throws -> [StepTemplate] {
        let (loaded, problems) = try load(report.text)
        #expect(problems.errors.map(\.description) == [], "\(report.text)")
        let stage = try #require(loaded?.pipelines.projects.values.first?.stages.values.first)
        guard case .steps(let steps) = stage.promotion else { throw CancellationError() }
        return steps
    }

    private static func warehouse(_ report: ImageUpdaterImport.Report) throws -> [ImageSubscription] {
        let (loaded, problems) = try load(report.text)
        #expect(problems.errors.map(\.description) == [], "\(report.text)")
        let warehouse = try #require(loaded?.pipelines.projects.values.first?.warehouses.values.first)
        return warehouse.subscriptions.compactMap { if case .image(let image) = $0 { image } else { nil } }
    }

    @Test func `an Application without annotations is none of Image Updater's`() throws {
        let report = try Self.report(Self.application([:]))
        #expect(report.plans.isEmpty && report.refusals.isEmpty && report.text.isEmpty)
    }

    @Test(
        arguments: [
            ("a=reg.test/web:~1.2", [:], "SemVer ~1.2"), ("reg.test/web", [:], "SemVer"),
            ("a=reg.test:5000/web:1.x", [:], "SemVer 1.x"),
            ("a=reg.test/web:>=1.0 <2.0", [:], "SemVer >=1.0 <2.0"),
            ("a=reg.test/web:latest", ["a.update-strategy": "digest"], "Digest latest"),
            ("a=reg.test/web", ["a.update-strategy": "latest"], "NewestBuild"),
            ("a=reg.test/web", ["update-strategy": "newest-build"], "NewestBuild"),
            ("a=reg.test/web", ["a.update-strategy": "name", "update-strategy": "digest"], "Lexical"),
            ("reg.test/web", ["update-strategy": "alphabetical"], "Lexical"),
            ("a=reg.test/web:1.x", ["a.update-strategy": "odd"], "SemVer 1.x"),
            (
                "a=reg.test/web", ["a.update-strategy": "latest", "a.platforms": "linux/arm64"],
                "NewestBuild linux/arm64"
            ),
            ("a=reg.test/web", ["a.platforms": "linux/arm64,linux/amd64"], "SemVer"),
            ("a=reg.test/web", ["a.allow-tags": "regexp:^v[0-9]+$"], "SemVer +^v[0-9]+$"),
            ("a=reg.test/web", ["allow-tags": "any"], "SemVer"),
            ("a=reg.test/web", ["a.ignore-tags": "*-rc, v?.[0-9]"], "SemVer -^.*-rc$ -^v.\\.[0-9]$"),
        ] as [(String, [String: String], String)]
    )
    func `each strategy becomes a subscription`(
        _ list: String,
        _ annotations: [String: String],
        _ expected: String
    ) throws {
        let all = annotations.merging(["image-list": list]) { first, _ in first }
        let report = try Self.report(Self.application(all))
        #expect(report.refusals == [])
        let image = try #require(try Self.warehouse(report).first)
        let parts =
            [image.strategy.rawValue, image.constraint, image.platform].compactMap(\.self)
            + image.tags.allow.map { "+\($0)" } + image.tags.ignore.map { "-\($0)" }
        #expect(parts.joined(separator: " ") == expected)
        #expect(!image.strictSemvers || image.strategy != .semVer)
    }

    private static let kustomization = [
        "image-list": "web=reg.test/web:1.x, side=reg.test/side:latest", "side.update-strategy": "digest",
        "web.kustomize.image-name": "web", "write-back-method": "git", "write-back-target": "kustomization",
    ]

    @Test func `a kustomization is written below the source's path, and nothing else is checked out`() throws {
        let report = try Self.report(Self.application(Self.kustomization))
        let steps = try Self.steps(report)
        #expect(steps.map(\.uses) == ["git-clone", "kustomize-set-image", "git-commit", "git-push"])
        #expect(
            steps[0].config
                == .map([
                    "repoURL": .string("https://git.test/acme/deploy"),
                    "checkout": .list([
                        .map([
                            "branch": .string("main"), "path": .string("./repo"),
                            "sparse": .list([.string("apps/web")]),
                        ])
                    ]),
                ])
        )
        #expect(steps[1].config["path"] == .string("./repo/apps/web"))
        let images = try #require(steps[1].config["images"]?.list)
        #expect(images[0]["name"] == .string("web") && images[0]["newName"] == .string("reg.test/web"))
        #expect(images[0]["tag"] == .string("${{ quote(imageFrom('reg.test/web').Tag) }}"))
        #expect(images[1]["digest"] == .string("${{ imageFrom('reg.test/side').Digest }}"))
        #expect(report.plans.first?.annotation == nil)
    }

    @Test func `values of a chart are written by their keys`() throws {
        let report = try Self.report(
            Self.application(
                [
                    "image-list": "a=reg.test/web, b=reg.test/side:main", "b.update-strategy": "digest",
                    "a.helm.image-name": "image.repository", "a.helm.image-tag": "images[0].tag",
                    "b.helm.image-spec": "side.image", "write-back-method": "git:secret:argocd/creds",
                    "write-back-target": "helmvalues:/apps/web/values-prod.yaml", "git-branch": "base:env/{{.AppName}}",
                ],
                sourceType: nil
            )
        )
        let steps = try Self.steps(report)
        #expect(steps.map(\.uses) == ["git-clone", "yaml-update", "git-commit", "git-push"])
        #expect(steps[0].config["checkout"]?.list?[0]["branch"] == .string("base"))
        #expect(steps[1].config["path"] == .string("./repo/apps/web/values-prod.yaml"))
        let updates = (steps[1].config["updates"]?.list ?? []).map {
            "\($0["key"]?.string ?? "") \($0["value"]?.string ?? "")"
        }
        #expect(
            updates == [
                "image.repository reg.test/web", "images.0.tag ${{ quote(imageFrom('reg.test/web').Tag) }}",
                "side.image reg.test/side:${{ imageFrom('reg.test/side').Tag }}@${{ imageFrom('reg.test/side').Digest }}",
            ]
        )
        #expect(steps[3].config["targetBranch"] == .string("env/web"))
        #expect(report.plans[0].notes.contains { $0.hasSuffix("the credentials are Hoistway's own") })
    }

    @Test(
        arguments: [
            (
                "Kustomize", "argocd", [:], ".argocd-source-web.yaml",
                "kustomize:\n  images:\n  - \"reg.test/web:${{ imageFrom('reg.test/web').Tag }}\"\n"
            ),
            (
                "Helm", "teams", ["a.helm.image-tag": "version"], ".argocd-source-teams_web.yaml",
                "helm:\n  parameters:\n  - name: \"image.name\"\n    value: \"reg.test/web\"\n    forcestring: true\n"
                    + "  - name: \"version\"\n    value: \"${{ imageFrom('reg.test/web').Tag }}\"\n    forcestring: true\n"
            ),
        ] as [(String, String, [String: String], String, String)]
    )
    func `the parameter file is written as Argo CD merges it`(
        _ type: String,
        _ namespace: String,
        _ more: [String: String],
        _ file: String,
        _ contents: String
    ) throws {
        let all = ["image-list": "a=reg.test/web", "write-back-method": "git"].merging(more) { first, _ in first }
        let report = try Self.report(Self.application(all, namespace: namespace, sourceType: type))
        let steps = try Self.steps(report)
        #expect(steps[1].uses == "file-write")
        #expect(steps[1].config["path"] == .string("./repo/apps/web/\(file)"))
        #expect(steps[1].config["contents"] == .string(contents))
    }

    @Test func `images of the Application itself are set by argocd-update, which needs its annotation`() throws {
        let report = try Self.report(
            Self.application(["image-list": "web=reg.test/web", "web.kustomize.image-name": "base/web"])
        )
        let source = try #require(try Self.steps(report)[0].config["apps"]?.list?[0]["sources"]?.list?[0])
        #expect(source["kustomize"]?["images"]?.list?[0]["repoURL"] == .string("base/web"))
        #expect(source["kustomize"]?["images"]?.list?[0]["newName"] == .string("reg.test/web"))
        #expect(report.plans[0].annotation?.value == "image-updater-default:web")
        let helm = try Self.report(
            Self.application(
                ["image-list": "reg.test/web"],
                source: "{repoURL: 'https://charts.test', chart: web, targetRevision: 1.0.0}",
                sourceType: "Helm"
            )
        )
        let chart = try #require(try Self.steps(helm)[0].config["apps"]?.list?[0]["sources"]?.list?[0])
        #expect(chart["chart"] == .string("web"))
        #expect(chart["helm"]?["images"]?.list?.map { $0["key"] } == [.string("image.name"), .string("image.tag")])
    }

    @Test func `a template of commit messages becomes one of Hoistway's`() throws {
        let map = """
            kind: ConfigMap
            metadata: {name: argocd-image-updater-config}
            data:
              git.commit-message-template: |
                build: {{ .AppName }}

                {{ range .AppChanges -}}
                updates {{ .Image }} to {{ .NewTag }}
                {{ end -}}

            """
        let report = try Self.report(Self.application(Self.kustomization), map)
        #expect(report.refusals == [])
        #expect(
            try Self.steps(report)[2].config["message"]
                == .string(
                    "build: web\n\nupdates reg.test/web to ${{ imageFrom('reg.test/web').Tag }}\n"
                        + "updates reg.test/side to ${{ imageFrom('reg.test/side').Tag }}@${{ imageFrom('reg.test/side').Digest }}"
                )
        )
    }

    @Test(
        arguments: [
            ("{{ range .AppChanges }}{{ .OldTag }}{{ end }}", "no expression gives .OldTag"),
            ("{{ .AppName | upper }}", "{{ .AppName | upper }} is not evaluated"),
            ("{{ if .AppName }}x{{ end }}", "{{ if .AppName }} is not evaluated"),
            ("{{ range .AppChanges }}x", "a range has no end"), ("{{ .AppName", "the template has {{ without }}"),
            ("${{ secret('x') }}", "the template holds ${ or a $"), ("costs ${TOKEN}", "the template holds ${"),
        ]
    )
    func `other templates are refused`(_ template: String, _ reason: String) throws {
        let map = "kind: ConfigMap\nmetadata: {name: c}\ndata: {git.commit-message-template: \"\(template)\"}\n"
        let report = try Self.report(Self.application(Self.kustomization), map)
        #expect(report.text.isEmpty)
        #expect(report.refusals.first?.place == "ConfigMap c: data[git.commit-message-template]")
        #expect(report.refusals.first?.reason.contains(reason) == true, "\(report.refusals)")
    }

    private static let prefix = "metadata.annotations[argocd-image-updater.argoproj.io/"

    /// Annotations are written by app teams, and the credentials are ours.
    @Test(
        arguments: [
            (
                ["write-back-target": "kustomization:../../prod"], "write-back-target",
                "outside of the Application's own path"
            ),
            (
                ["write-back-target": "kustomization:../\u{301}prod"], "write-back-target",
                "outside of the Application's own path"
            ),
            (
                ["write-back-target": "kustomization:/apps/other"], "write-back-target",
                "outside of the Application's own"
            ),
            (
                ["write-back-target": "kustomization:/apps/web-2"], "write-back-target",
                "outside of the Application's own"
            ),
            (
                ["write-back-target": "helmvalues:/values.yaml"], "write-back-target",
                "outside of the Application's own path"
            ),
            (
                ["write-back-target": "kustomization:.git/hooks"], "write-back-target",
                "outside of the Application's own path"
            ),
            (["write-back-target": "helmvalues:script.sh"], "write-back-target", "not a YAML file"),
            (["write-back-target": "plugin"], "write-back-target", "'plugin' is not a target"),
            (
                ["git-repository": "https://git.test/acme/other"], "git-repository",
                "not the Application's own repository"
            ),
            (["git-branch": "main:release/{{.SHA256}}"], "git-branch", "another branch for each change"),
            (["git-branch": "prod"], "git-branch", "prod may not be pushed"),
            (["git-branch": "main:prod"], "git-branch", "prod may not be pushed"),
            (["git-branch": "a..b"], "git-branch", "not a branch"),
            (["git-branch": "${TOKEN}"], "git-branch", "holds ${"),
            (["write-back-target": "helmvalues:${{ secret('x').y }}.yaml"], "write-back-target", "holds ${"),
            (["write-back-method": "svn"], "write-back-method", "not a way of writing back"),
            (["a.helm.image-tag": "x'${{ secret(1) }}"], "a.helm.image-tag", "holds ${"),
            (["a.helm.image-tag": "x: y"], "a.helm.image-tag", "not a key of values"),
            (["a.kustomize.image-name": "x=y"], "a.kustomize.image-name", "not the name of an image"),
            (["a.allow-tags": "^v"], "a.allow-tags", "matches no tag"),
            (["image-list": "a=reg.test/web@sha256:aa"], "image-list", "pinned to a digest"),
            (["image-list": "a=reg.test/we'b"], "image-list", "not the name of an image"),
            (["image-list": "a=reg.test/a,a=reg.test/b"], "image-list", "the alias a stands twice"),
            (["image-list": ","], "image-list", "it is empty"),
        ] as [([String: String], String, String)]
    )
    func `what an Application may not have is refused with its place`(
        _ annotations: [String: String],
        _ place: String,
        _ reason: String
    ) throws {
        let all = annotations.merging(["image-list": "a=reg.test/web", "write-back-method": "git"]) { first, _ in first
        }
        let report = try Self.report(
            Self.application(all),
            policy: ImageUpdaterPolicy(allowedBranches: ["main", "env/*"])
        )
        #expect(report.text.isEmpty && report.plans.isEmpty)
        #expect(report.refusals.count == 1)
        #expect(report.refusals.first?.place == "Application argocd/web: \(Self.prefix)\(place)]")
        #expect(report.refusals.first?.reason.contains(reason) == true, "\(report.refusals)")
    }

    @Test(
        arguments: [
            ("{repoURL: 'https://git.test/d', path: ../x, targetRevision: main}", "spec.source.path", "leads out"),
            (
                "{repoURL: 'https://git.test/d', path: a, targetRevision: HEAD}", "spec.source.targetRevision",
                "default branch"
            ),
            (
                "{repoURL: 'https://git.test/d', path: a, targetRevision: 0123456789abcdef0123456789abcdef01234567}",
                "spec.source.targetRevision", "not a branch"
            ),
            (
                "{repoURL: 'https://git.test/d', path: a, targetRevision: other}", "spec.source.targetRevision",
                "may not"
            ),
            (
                "{repoURL: 'https://charts.test', chart: web, targetRevision: 1.0.0}", "spec.source.chart",
                "in no branch"
            ),
            ("{repoURL: 'https://git.test/${X}', path: a, targetRevision: main}", "spec.source.repoURL", "holds ${"),
        ]
    )
    func `a source that cannot be pushed is refused`(_ source: String, _ place: String, _ reason: String) throws {
        let report = try Self.report(
            Self.application(["image-list": "a=reg.test/web", "write-back-method": "git"], source: source),
            policy: ImageUpdaterPolicy(allowedBranches: ["main"])
        )
        #expect(report.refusals.map(\.place) == ["Application argocd/web: \(place)"], "\(report.refusals)")
        #expect(report.refusals.first?.reason.contains(reason) == true, "\(report.refusals)")
    }

    @Test func `only opted-in AppProjects are taken, each into its own project`() throws {
        let policy = ImageUpdaterPolicy(projects: ["team", "other"])
        let report = try Self.report(
            Self.application(Self.kustomization, name: "a", project: "team"),
            Self.application(Self.kustomization, name: "b", project: "other"),
            Self.application(Self.kustomization, name: "c"),
            policy: policy
        )
        #expect(report.plans.map(\.application.name) == ["a", "b"])
        #expect(
            report.refusals.map(\.description) == [
                "Application argocd/c: spec.project: the AppProject default is not opted in"
            ]
        )
        let (loaded, problems) = try load(report.text)
        #expect(problems.errors.isEmpty)
        #expect(loaded?.pipelines.projects.keys.sorted() == ["image-updater-other", "image-updater-team"])
        let project = try #require(loaded?.pipelines.projects["image-updater-team"])
        #expect(project.promotionPolicies.map(\.autoPromotionEnabled) == [true])
    }

    @Test func `a person who takes over is warned of what Argo CD does not stand behind`() throws {
        func notes(_ status: String, namespace: String = "argocd") throws -> [String] {
            let text = Self.application(Self.kustomization, namespace: namespace, sourceType: nil)
            let report = try Self.report(text + "status: {sourceType: Kustomize, \(status)}\n")
            #expect(report.refusals == [] && report.plans.count == 1)
            return report.plans[0].notes.filter { $0.hasSuffix("; look yourself: live it would be refused") }
        }
        let compared =
            "reconciledAt: '2026-11-29T10:00:00Z', sync: {comparedTo: {source: {repoURL: 'https://git.test/acme/deploy'}}}"
        #expect(try notes(compared) == [])
        #expect(try notes(compared, namespace: "team-a").count == 1)
        #expect(try notes("conditions: []").first?.contains("status.reconciledAt: Argo CD has not compared it") == true)
        let invalid = try notes(compared + ", conditions: [{type: InvalidSpecError, message: x}]")
        #expect(invalid.first?.contains("Argo CD does not accept it (InvalidSpecError)") == true, "\(invalid)")
    }

    @Test(arguments: ["1e30", "-1e300", "0.5"])
    func `a number that is none of replicas counts as a controller that runs`(_ replicas: String) throws {
        let deployment =
            "kind: Deployment\nmetadata: {name: argocd-image-updater, namespace: argocd}\nspec: {replicas: \(replicas)}\n"
        #expect(try Self.report(Self.application(Self.kustomization), deployment).obstacles.count == 1)
    }

    @Test func `two Applications never get one stage`() throws {
        let report = try Self.report(
            Self.application(Self.kustomization, name: "teams-web"),
            Self.application(Self.kustomization, name: "web", namespace: "teams")
        )
        #expect(report.plans.isEmpty && report.text.isEmpty)
        #expect(report.refusals.map(\.place) == ["Application argocd/teams-web", "Application teams/web"])
    }

    // MARK: Resources

    private static func updater(_ spec: String) -> String {
        "kind: ImageUpdater\nmetadata: {name: main, namespace: argocd}\nspec: \(spec)\n"
    }

    @Test func `an ImageUpdater says it all without annotations, the nearest first`() throws {
        let report = try Self.report(
            Self.application([:]),
            Self.updater(
                """
                {commonUpdateSettings: {updateStrategy: newest-build, ignoreTags: [a, b]},
                 writeBackConfig: {method: git, gitConfig: {branch: main, writeBackTarget: kustomization}},
                 applicationRefs: [{namePattern: "w*", labelSelectors: {matchLabels: {team: a}},
                   commonUpdateSettings: {updateStrategy: alphabetical},
                   images: [{alias: x, imageName: reg.test/x, manifestTargets: {kustomize: {name: base/x}}},
                            {alias: y, imageName: "reg.test/y:main", commonUpdateSettings: {updateStrategy: digest}}]}]}
                """
            )
        )
        #expect(report.refusals == [])
        let images = try Self.warehouse(report)
        #expect(images.map(\.strategy) == [.lexical, .digest])
        #expect(images.map(\.tags.ignore) == [["^a$", "^b$"], ["^a$", "^b$"]])
        #expect(try Self.steps(report)[1].config["images"]?.list?[0]["name"] == .string("base/x"))
        #expect(report.obstacles.values.map(\.count) == [1])
    }

    @Test(
        arguments: [
            ("{applicationRefs: [{namePattern: other, useAnnotations: true}]}", "no ImageUpdater selects it"),
            (
                "{applicationRefs: [{namePattern: '*', labelSelectors: {matchLabels: {team: b}}, useAnnotations: true}]}",
                "no ImageUpdater selects it"
            ),
            (
                "{applicationRefs: [{namePattern: '*', useAnnotations: true}, {namePattern: web, useAnnotations: true}]}",
                "several items select it"
            ),
            (
                "{imagesVerification: {enabled: true}, applicationRefs: [{namePattern: '*', useAnnotations: true}]}",
                "signatures of images are not verified"
            ),
            (
                "{applicationRefs: [{namePattern: '*', images: [{imageName: reg.test/x, manifestTargets: {plugin: {name: x}}}]}]}",
                "known to the plug-in alone"
            ),
            (
                "{applicationRefs: [{namePattern: '*', images: [{imageName: reg.test/x, imagesVerification: {enabled: true}}]}]}",
                "signatures of images are not verified"
            ),
            (
                "{writeBackConfig: {method: git, gitConfig: {pullRequest: {github: {}}}}, applicationRefs: [{namePattern: '*', "
                    + "useAnnotations: true}]}",
                "pull requests are not opened"
            ),
        ]
    )
    func `what an ImageUpdater asks for and cannot have is refused`(_ spec: String, _ reason: String) throws {
        let report = try Self.report(Self.application(Self.kustomization), Self.updater(spec))
        #expect(report.plans.isEmpty)
        #expect(report.refusals.first?.reason.contains(reason) == true, "\(report.refusals)")
    }

    @Test(
        arguments: [
            ("v0.16.0", 1, true), ("v0.16.0", 0, false), ("v1.1.0", 1, false), ("latest", 1, true),
        ]
    )
    func `what is still at work is named`(_ tag: String, _ replicas: Int, _ blocks: Bool) throws {
        let deployment = """
            kind: Deployment
            metadata: {name: updater, namespace: argocd}
            spec: {replicas: \(replicas), template: {spec: {containers: [{image: 'quay.io/a/argocd-image-updater:\(tag)'}]}}}

            """
        let report = try Self.report(Self.application(Self.kustomization), deployment)
        #expect(report.obstacles.isEmpty == !blocks)
        #expect(report.notes.isEmpty)
        let without = try Self.report(Self.application(Self.kustomization))
        #expect(without.notes.first?.contains("whether Image Updater still runs is not known") == true)
        let selected = try Self.report(
            Self.application(Self.kustomization),
            Self.updater("{applicationRefs: [{namePattern: '*', useAnnotations: true}]}")
        )
        #expect(
            selected.obstacles.values.first
                == [
                    "ImageUpdater argocd/main: spec.applicationRefs[0] selects it: take the item out, or let it select others"
                ]
        )
    }

    @Test(arguments: [
        "image-list", "allow-tags", "ignore-tags", "update-strategy", "platforms", "write-back-method",
        "write-back-target", "git-branch", "git-repository", "a.allow-tags", "a.ignore-tags", "a.update-strategy",
        "a.platforms", "a.pull-secret", "a.kustomize.image-name", "a.helm.image-name", "a.helm.image-tag",
        "a.helm.image-spec",
    ])
    func `an annotation that is too long to be read is refused, and never counts as absent`(_ name: String) throws {
        let prefix = "argocd-image-updater.argoproj.io/"
        var application = Application(
            key: ApplicationKey(namespace: "argocd", name: "web"),
            annotations: [
                "\(prefix)image-list": "a=reg.test/web", "\(prefix)write-back-method": "git",
                "\(prefix)write-back-target": "kustomization",
            ],
            sources: [
                ApplicationSource(repoURL: "https://git.test/d", path: "apps/web", targetRevision: "main")
            ],
            status: Application.Status(comparedURLs: ["https://git.test/d"], reconciledAt: Timestamp(seconds: 1))
        )
        func report() -> ImageUpdaterImport.Report {
            ImageUpdaterImport(policy: ImageUpdaterPolicy())
                .report(on: [ApplicationManifest(application, sourceType: "Kustomize")], besides: [])
        }
        #expect(report().plans.count == 1 && report().refusals.isEmpty)
        application.annotations[prefix + name] = nil
        application.oversizedAnnotations[prefix + name] = 40_000
        let refused = report()
        #expect(refused.plans.isEmpty && refused.texts.isEmpty)
        #expect(
            refused.refusals.map(\.description) == [
                "Application argocd/web: metadata.annotations[\(prefix)\(name)]: it has 40000 bytes, and at most "
                    + "\(name == "image-list" ? 32768 : 4096) are read"
            ]
        )
        #expect(refused.refusals.first?.hint?.hasPrefix("make it shorter") == true)
    }

    @Test(arguments: ["../\u{301}prod", "apps/../\u{301}prod", ".git/\u{301}hooks", "apps/.Git/\u{301}x", "apps/../x"])
    func `a combining mark hides no folder above the source's own path`(_ path: String) throws {
        let report = try Self.report(
            Self.application(
                ["image-list": "a=reg.test/web", "write-back-method": "git", "write-back-target": "kustomization"],
                source: "{repoURL: 'https://git.test/acme/deploy', path: \"\(path)\", targetRevision: main}"
            )
        )
        #expect(report.plans.isEmpty)
        #expect(
            report.refusals.map(\.description) == [
                "Application argocd/web: spec.source.path: it leads out of the repository"
            ]
        )
    }

    @Test func `a combining mark hides neither the end of a pattern nor the beginning of an expression`() throws {
        let filtered = try Self.report(
            Self.application(["image-list": "a=reg.test/web", "a.ignore-tags": "latest,\u{301}dev,nightly"])
        )
        #expect(filtered.refusals.isEmpty, "\(filtered.refusals)")
        let ignored = try Self.warehouse(filtered).first?.tags.ignore ?? []
        #expect(ignored.count == 3 && ignored.first == "^latest$" && ignored.last == "^nightly$", "\(ignored)")
        let odd = try Self.report(
            Self.application(["image-list": "a=reg.test/web", "a.ignore-tags": "x${\u{301}{ secret('a') }}"])
        )
        #expect(odd.refusals.first?.reason.contains("holds ${") == true, "\(odd.refusals)")
    }
}
