extension FunctionReference {
    static let templates: [Row] = [
        Row(
            "quote(value)",
            "keeps the result a string. In a string, `\"`, `\\` and line ends are escaped",
            "${{ quote(42) }}",
            #""42""#
        ),
        Row("unsafeQuote(value)", "the same, but a string keeps its quotes", #"${{ unsafeQuote("x") }}"#, #""\"x\"""#),
        Row("asJSON(value)", "the value as JSON text, indented by two spaces", "${{ asJSON([1]) }}", #""[\n  1\n]\n""#),
        Row("asYAML(value)", "the value as YAML text", #"${{ asYAML({"a": 1}) }}"#, #""a: 1\n""#),
    ]

    static let kargo: [Row] = [
        Row(
            "warehouse(name)",
            "an origin of freight, for the functions below",
            #"imageFrom("example.org/web", warehouse("apps")).Tag"#,
            nil
        ),
        Row(
            "commitFrom(repoURL[, origin])",
            "the commit of the freight: `.RepoURL .ID .Branch .Tag .Message .Author .Committer`",
            #"commitFrom("https://git.example.org/web").ID"#,
            nil
        ),
        Row(
            "imageFrom(repoURL[, origin])",
            "the image: `.RepoURL .Tag .Digest .Annotations`",
            #"imageFrom("example.org/web").Tag"#,
            nil
        ),
        Row(
            "chartFrom(repoURL[, name][, origin])",
            "the chart: `.RepoURL .Name .Version`",
            #"chartFrom("https://charts.example.org", "web").Version"#,
            nil
        ),
        Row(
            "artifactFrom(subscription[, origin])",
            "an artifact of another kind: `.ArtifactType .SubscriptionName .Version .Metadata`. Warehouses in "
                + "Hoistway do not have such artifacts",
            #"artifactFrom("models")"#,
            nil
        ),
        Row(
            "freightMetadata(name)",
            "the metadata that `set-metadata` stored for the freight, or nil. With a key as second argument, the "
                + "value of the key (Kargo 1.6 to 1.9)",
            "freightMetadata(ctx.targetFreight.name)?.risk",
            nil
        ),
        Row(
            "freightStatus(name)",
            "the stages of the freight: `currentlyIn verifiedIn approvedFor metadata`, or nil",
            "freightStatus(ctx.targetFreight.name)?.verifiedIn",
            nil
        ),
        Row(
            "stageMetadata(name)",
            "the metadata that `set-metadata` stored for the stage, or nil",
            "stageMetadata(ctx.stage)?.version",
            nil
        ),
        Row(
            "configMap(name)",
            "the data of a ConfigMap of the project. A missing ConfigMap or key gives the empty text",
            #"configMap("settings").region"#,
            nil
        ),
        Row(
            "sharedConfigMap(name)",
            "the same for a ConfigMap of the shared namespace",
            #"sharedConfigMap("settings").region"#,
            nil
        ),
        Row(
            "secret(name)",
            "the data of a Secret of the project. It is always masked in output",
            #"secret("chat").token"#,
            nil
        ),
        Row(
            "sharedSecret(name)",
            "the same for a Secret of the shared namespace with the label `kargo.akuity.io/cred-type: generic`",
            #"sharedSecret("chat").token"#,
            nil
        ),
        Row(
            "semverDiff(a, b)",
            "the largest difference: `Major`, `Minor`, `Patch`, `Metadata`, `None`, or `Incomparable`. Pre-releases "
                + "are not compared",
            #"semverDiff("1.2.3", "1.3.0")"#,
            #""Minor""#
        ),
        Row(
            "semverParse(text)",
            "a version with `Major() Minor() Patch() Prerelease() Metadata() IncMajor() IncMinor() IncPatch() String() Original()`",
            #"semverParse("v1.2.3").IncMinor().String()"#,
            #""1.3.0""#
        ),
        Row("always()", "always true: the step runs even if an earlier step failed", "always()", "true"),
        Row(
            "success()",
            "true if no earlier step failed. Steps with `continueOnError` are not counted",
            "success()",
            "true"
        ),
        Row("failure()", "true if an earlier step failed", "failure()", "false"),
        Row("status(alias)", "the status of a step of the same task, or the empty text", #"status("build")"#, #""""#),
    ]
}
