import HoistwayExpressions
import HoistwayModel
import Testing

struct KargoFunctionTests {
    private static let place = SourcePlace(file: "warehouse.yaml", line: 1)

    private static func image(_ url: String) throws -> Subscription {
        .image(ImageSubscription(repoURL: url, key: try #require(ImageKey(url)), place: place))
    }

    private static func git(_ url: String) throws -> Subscription {
        .git(GitSubscription(repoURL: url, key: try RepositoryKey(parsing: url), place: place))
    }

    private static func surroundings() throws -> PromotionSurroundings {
        let id = try #require(ObjectID("1234567890123456789012345678901234567890"))
        return PromotionSurroundings(
            origins: [
                .init(
                    warehouse: "apps",
                    subscriptions: [
                        try image("example.org/web"), try image("example.org/shared"), try image("example.org/none"),
                        try git("https://git.example.org/Team/Web.git"),
                        .chart(
                            ChartSubscription(
                                repoURL: "https://charts.example.org",
                                name: "web",
                                semverConstraint: nil,
                                place: place
                            )
                        ),
                        .chart(
                            ChartSubscription(
                                repoURL: "oci://charts.example.org/db",
                                name: "",
                                semverConstraint: nil,
                                place: place
                            )
                        ),
                    ],
                    artifacts: [
                        .image(ImageArtifact(repoURL: "example.org/web", tag: "1.10", digest: "sha256:aa")),
                        .image(ImageArtifact(repoURL: "example.org/shared", tag: "apps", digest: "sha256:bb")),
                        .commit(
                            CommitArtifact(
                                repoURL: "https://git.example.org/Team/Web.git",
                                id: id,
                                branch: "main",
                                message: "Fix <it>",
                                author: "Ann"
                            )
                        ),
                        .chart(ChartArtifact(repoURL: "https://charts.example.org", name: "web", version: "3.0.1")),
                        .chart(ChartArtifact(repoURL: "oci://charts.example.org/db", name: "", version: "2.0.0")),
                    ]
                ),
                .init(
                    warehouse: "base",
                    subscriptions: [try image("example.org/shared")],
                    artifacts: [.image(ImageArtifact(repoURL: "example.org/shared", tag: "base", digest: "sha256:cc"))]
                ),
            ],
            steps: [
                .init(alias: "build", status: "Succeeded"),
                .init(alias: "scan", status: "Failed", continueOnError: true),
                .init(alias: "deploy::push", status: "Errored"), .init(alias: "deploy::build", status: "Skipped"),
            ],
            currentAlias: "deploy::notify",
            freightMetadata: { $0 == "f1" ? .map(["risk": .string("low")]) : nil },
            freightStatus: { $0 == "f1" ? .map(["approvedFor": .map(["prod": .map([:])])]) : nil },
            stageMetadata: { $0 == "prod" ? .map(["n": .double(3)]) : nil },
            configMap: { $0 == "c" ? .strings(["k": "v"]) : nil },
            sharedConfigMap: { $0 == "sc" ? .strings(["k": "shared"]) : nil },
            secret: { $0 == "s" ? .strings(["token": "hunter2"]) : nil },
            sharedSecret: { $0 == "ss" ? .strings(["token": "hunter3"]) : nil }
        )
    }

    private func value(
        _ source: String,
        in place: ExpressionPlace = .step,
        _ surroundings: PromotionSurroundings? = nil
    ) throws -> Value {
        let surroundings = try surroundings ?? Self.surroundings()
        let scope = Evaluation.scope(functions: KargoFunctions.functions(in: place, of: surroundings))
        return try Evaluation.expression(source, functions: KargoFunctions.signatures(in: place)).evaluate(in: scope)
    }

    private func result(_ source: String) throws -> String { try JSONWriter.text(value(source)).string }

    @Test(
        arguments: [
            (#"imageFrom("example.org/web").Tag"#, #""1.10""#),
            (#"imageFrom("example.org/web")"#, #"{"repoURL":"example.org/web","tag":"1.10","digest":"sha256:aa"}"#),
            (#"imageFrom("example.org/none")"#, "null"), (#"imageFrom("example.org/none")?.Tag ?? "none""#, #""none""#),
            (#"imageFrom("example.org/WEB")"#, "null"), (#"imageFrom("example.org/none") == nil"#, "true"),
            (#"imageFrom("example.org/shared", warehouse("base")).Tag"#, #""base""#),
            (#"imageFrom("example.org/web", warehouse("base"))"#, "null"),
            (#"imageFrom("example.org/web", warehouse("other"))"#, "null"),
            (#"imageFrom("example.org/web").Annotations["a"]"#, #""""#),
            (#"commitFrom("git@git.example.org:team/web")?.ID"#, "null"),
            (#"commitFrom("https://git.example.org/team/web").Branch"#, #""main""#),
            (#"commitFrom("HTTPS://u@git.example.org/team/web.git/").ID[:7]"#, #""1234567""#),
            (#"commitFrom("https://git.example.org/team/web").Message"#, #""Fix \u003cit\u003e""#),
            (#"chartFrom("https://charts.example.org", "web").Version"#, #""3.0.1""#),
            (#"chartFrom("oci://charts.example.org/db").Version"#, #""2.0.0""#),
            (#"chartFrom("https://charts.example.org", "web", warehouse("apps")).Name"#, #""web""#),
            (#"chartFrom("oci://charts.example.org/db", warehouse("base"))"#, "null"),
            (#"artifactFrom("x")"#, "null"), (#"warehouse("apps")"#, #"{"kind":"Warehouse","name":"apps"}"#),
            (#"warehouse("apps").Name"#, #""apps""#),
            (#"freightMetadata("f1").risk"#, #""low""#), (#"freightMetadata("f2")"#, "null"),
            (#"freightMetadata("f2")?.risk"#, "null"),
            // Kargo 1.6 to 1.9.
            (#"freightMetadata("f1", "risk")"#, #""low""#), (#"freightMetadata("f1", "none")"#, "null"),
            (#"freightMetadata("f2", "risk")"#, "null"),
            (#""prod" in freightStatus("f1").approvedFor"#, "true"), (#"stageMetadata("prod").n"#, "3"),
            (#"stageMetadata("x")"#, "null"),
            (#"configMap("c").k"#, #""v""#), (#"configMap("c").missing"#, #""""#), (#"configMap("none")"#, "{}"),
            (#"configMap("none")["a"]"#, #""""#),
            (#"sharedConfigMap("sc").k"#, #""shared""#), (#"secret("s").token"#, #""hunter2""#),
            (#"sharedSecret("ss").token"#, #""hunter3""#),
            (#"semverDiff("1.2.3", "2.0.0")"#, #""Major""#), (#"semverDiff("v1.2.3", "1.3")"#, #""Minor""#),
            (#"semverDiff("1.2.3", "1.2.4")"#, #""Patch""#),
            (#"semverDiff("1.2.3+a", "1.2.3+b")"#, #""Metadata""#),
            (#"semverDiff("1.2.3-rc1", "1.2.3-rc2")"#, #""None""#), (#"semverDiff("x", "1.0.0")"#, #""Incomparable""#),
            (#"semverParse("v1.2.3-rc1+b").Major()"#, "1"), (#"semverParse("1.2").String()"#, #""1.2.0""#),
            (#"semverParse("v1.2.3-rc1+b")"#, #""1.2.3-rc1+b""#),
            (#"semverParse("v1.2.3").Original()"#, #""v1.2.3""#),
            (#"semverParse("1.2.3-rc1").IncPatch().String()"#, #""1.2.3""#),
            (#"semverParse("1.2.3").IncMinor().IncPatch().String()"#, #""1.3.1""#),
            (#"semverParse("1.2.3").Patch() + 1"#, "4"), (#"semverParse("1.2.3-rc.1").Prerelease()"#, #""rc.1""#),
            (#"string(semverParse("v1"))"#, #""1.0.0""#),
            ("always()", "true"), ("success()", "false"), ("failure()", "true"), (#"status("push")"#, #""Errored""#),
            (#"status("build")"#, #""Skipped""#), (#"status("none")"#, #""""#),
        ]
    )
    func `a function gives what Kargo's gives`(_ source: String, _ expected: String) throws {
        #expect(try result(source) == expected)
    }

    /// Known before anything is evaluated.
    @Test(
        arguments: [
            (#"imageFrom("example.org/web").tag"#, "write `.Tag`"), ("imageFrom(1)", nil), ("imageFrom()", nil),
            (#"imageFrom("a", "b")"#, "write `warehouse(\"NAME\")`"), (#"status("a", "b")"#, nil),
            ("semverDiff(\"1\")", nil),
            (#"imageFrom("a") + "b""#, nil), (#"configMap("c").n == 1"#, nil), ("let imageFrom = 1; 2", nil),
            (#"semverParse("1").major()"#, "write `.Major`"), ("success(1)", nil), (#"commitFrom("x").Sha"#, nil),
        ] as [(String, String?)]
    )
    func `what could never work is refused when it is read`(_ source: String, _ hint: String?) throws {
        let error = #expect(throws: ExpressionError.self) {
            try Evaluation.expression(source, functions: KargoFunctions.signatures(in: .step))
        }
        #expect(error?.kind == .compile)
        if let hint, source != #"imageFrom("a", "b")"# { #expect(error?.hint == hint) }
    }

    @Test(
        arguments: [
            (
                #"imageFrom("example.org/shared")"#,
                "more than one subscription could provide an image of example.org/shared"
            ),
            (#"imageFrom("example.org/none").Tag"#, "nil has no field `Tag`"),
            (
                #"chartFrom("https://x.example.org")"#,
                "no warehouse that the stage requests freight from subscribes to a chart of https://x.example.org"
            ),
            (#"warehouse("")"#, "`warehouse` takes a name, not an empty string"),
            (#"freightMetadata("")"#, "`freightMetadata` takes a name, not an empty string"),
            (#"freightMetadata("f1", "")"#, "`freightMetadata` takes a key, not an empty string"),
            (#"status("")"#, "`status` takes a step's alias, not an empty string"),
            (#"semverParse("x")"#, #""x" is no semantic version"#),
            ("imageFrom(missing)", "`imageFrom` takes a string as its argument 1, not nil"),
            (#"imageFrom("example.org/web", missing)"#, "`imageFrom` takes an origin as its argument 2, not nil"),
        ]
    )
    func `what fails says why`(_ source: String, _ problem: String) throws {
        let error = #expect(throws: ExpressionError.self) { try value(source) }
        #expect(error?.problem == problem)
    }

    @Test func `a chart of another name is told by the names that there are`() throws {
        let error = #expect(throws: ExpressionError.self) {
            try value(#"chartFrom("https://charts.example.org", "wbe")"#)
        }
        #expect(error?.hint == "of that URL it subscribes to the chart web")
    }

    @Test func `a warehouse that is missing is an error of every look-up without origin`() throws {
        let surroundings = PromotionSurroundings(origins: [.init(warehouse: "gone", subscriptions: nil, artifacts: [])])
        let error = #expect(throws: ExpressionError.self) {
            try value(#"imageFrom("example.org/web")"#, in: .step, surroundings)
        }
        #expect(error?.problem == "there is no warehouse `gone`")
        #expect(try value(#"imageFrom("example.org/web", warehouse("gone"))"#, in: .step, surroundings).isNull)
    }

    @Test func `variables cannot ask for the status of steps`() throws {
        #expect(throws: ExpressionError.self) { try value("always()", in: .variable) }
        #expect(try value(#"imageFrom("example.org/web").Tag"#, in: .variable).text == "1.10")
        #expect(throws: ExpressionError.self) { try value(#"imageFrom("example.org/web")"#, in: .bare) }
    }

    @Test func `outside of tasks the status of a task's step is not seen`() throws {
        var surroundings = try Self.surroundings()
        surroundings.currentAlias = "last"
        #expect(try value(#"status("build")"#, in: .step, surroundings).text == "Succeeded")
        #expect(try value(#"status("push")"#, in: .step, surroundings).text == "")
    }

    @Test func `secrets and artifacts are marked with where they come from`() throws {
        #expect(try value(#"secret("s").token"#).marks?.secrets == ["secret('s')"])
        #expect(try value(#"sharedSecret("ss").token + "x""#).marks?.secrets == ["sharedSecret('ss')"])
        #expect(try value(#"configMap("c").k"#).marks == nil)
        let tag = try value(#"imageFrom("example.org/web").Tag"#)
        #expect(tag.marks?.artifacts == [.image(repoURL: "example.org/web", part: .tag)])
        let id = try value(#"commitFrom("https://git.example.org/team/web").ID"#)
        #expect(id.marks?.artifacts == [.commit(repoURL: "https://git.example.org/Team/Web.git", part: .id)])
    }

    // MARK: Warehouses

    @Test(
        arguments: [
            (#"imageFrom("example.org/web").Tag == "1.1""#, true),
            (#"(imageFrom("example.org/none")?.Tag ?? "") == "1""#, false),
            (#"commitFrom("https://git.example.org/team/web").Subject contains "Fix""#, true),
            (#"chartFrom("https://charts.example.org", "web").Version == "3.0.0""#, true), (#""true""#, true),
            (#""F""#, false), ("1", true),
        ]
    )
    func `freight creation criteria read what was discovered`(_ source: String, _ expected: Bool) throws {
        let artifacts: [Artifact] = [
            .image(ImageArtifact(repoURL: "example.org/web", tag: "1.1", digest: "sha256:aa")),
            .image(ImageArtifact(repoURL: "example.org/web", tag: "1.0", digest: "sha256:bb")),
            .commit(CommitArtifact(repoURL: "https://git.example.org/Team/Web.git", id: .zero, message: "Fix it")),
            .chart(ChartArtifact(repoURL: "https://charts.example.org", name: "web", version: "3.0.0")),
        ]
        let expression = try Evaluation.expression(
            source,
            functions: KargoFunctions.signatures(in: .freightCriteria)
        )
        let scope = Evaluation.scope(functions: KargoFunctions.functions(ofDiscovered: artifacts))
        #expect(try Verdict.of(expression.evaluate(in: scope), source) == expected)
    }

    @Test func `a criterion that gives neither true nor false is an error`() {
        #expect(throws: ExpressionError.self) { try Verdict.of(.string("maybe"), "\"maybe\"") }
        #expect(throws: ExpressionError.self) { try Verdict.of(.null, "nil") }
    }

    @Test(
        arguments: [
            ("author == \"Ann\" && subject not contains \"skip ci\"", true), ("commitDate.Year() >= 2024", false),
            ("committer endsWith \"bot\"", false), ("id startsWith \"12\"", true),
        ]
    )
    func `a filter chooses among commits`(_ source: String, _ expected: Bool) throws {
        let variables = FilterVariables.commit(
            id: "1234",
            commitDate: Moment(seconds: 1_700_000_000),
            author: "Ann",
            committer: "Bob",
            subject: "Fix it"
        )
        #expect(try Verdict.of(Evaluation.value(source, variables), source) == expected)
    }
}
