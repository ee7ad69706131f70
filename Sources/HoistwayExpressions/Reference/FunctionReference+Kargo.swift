extension FunctionReference {
    static let templates: [Row] = [
        Row(
            "quote(value)",
            "keeps the result a string; `\"`, `\\` and line ends in a string come out escaped",
            "${{ quote(42) }}",
            #""42""#
        ),
        Row("unsafeQuote(value)", "the same, and a string keeps its quotes", #"${{ unsafeQuote("x") }}"#, #""\"x\"""#),
        Row("asJSON(value)", "JSON text, indented by two spaces", "${{ asJSON([1]) }}", #""[\n  1\n]\n""#),
        Row("asYAML(value)", "YAML text", #"${{ asYAML({"a": 1}) }}"#, #""a: 1\n""#),
    ]

    static let kargo: [Row] = [
        Row(
            "warehouse(name)",
            "the origin of freight, for the functions below",
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
            "an artifact of another kind: `.ArtifactType .SubscriptionName .Version .Metadata`; no warehouse here has such",
            #"artifactFrom("models")"#,
            nil
        ),
        Row(
            "freightMetadata(name)",
            "what `set-metadata` stored with the freight, or nil; with a key as second argument, its value (Kargo 1.6 to 1.9)",
            "freightMetadata(ctx.targetFreight.name)?.risk",
            nil
        ),
        Row(
            "freightStatus(name)",
            "where the freight is: `currentlyIn verifiedIn approvedFor metadata`, or nil",
            "freightStatus(ctx.targetFreight.name)?.verifiedIn",
            nil
        ),
        Row(
            "stageMetadata(name)",
            "what `set-metadata` stored with the stage, or nil",
            "stageMetadata(ctx.stage)?.version",
            nil
        ),
        Row(
            "configMap(name)",
            "the data of a ConfigMap of the project; what is missing is empty",
            #"configMap("settings").region"#,
            nil
        ),
        Row("sharedConfigMap(name)", "the same of the shared namespace", #"sharedConfigMap("settings").region"#, nil),
        Row(
            "secret(name)",
            "the data of a Secret of the project; it is masked wherever it is shown",
            #"secret("chat").token"#,
            nil
        ),
        Row(
            "sharedSecret(name)",
            "the same of the shared namespace, for Secrets labelled `kargo.akuity.io/cred-type: generic`",
            #"sharedSecret("chat").token"#,
            nil
        ),
        Row(
            "semverDiff(a, b)",
            "the largest difference: `Major Minor Patch Metadata None`, or `Incomparable`; pre-releases do not count",
            #"semverDiff("1.2.3", "1.3.0")"#,
            #""Minor""#
        ),
        Row(
            "semverParse(text)",
            "a version with `Major() Minor() Patch() Prerelease() Metadata() IncMajor() IncMinor() IncPatch() String() Original()`",
            #"semverParse("v1.2.3").IncMinor().String()"#,
            #""1.3.0""#
        ),
        Row("always()", "true: the step runs whatever was before", "always()", "true"),
        Row("success()", "whether no step before failed, those with `continueOnError` aside", "success()", "true"),
        Row("failure()", "whether one failed", "failure()", "false"),
        Row("status(alias)", "the status of a step of the same task, or an empty string", #"status("build")"#, #""""#),
    ]
}
