import HoistwayModel
import Testing

@testable import HoistwaySettings

private func warehouse(criteria: String = "", git: String = "") -> String {
    """
    apiVersion: kargo.akuity.io/v1alpha1
    kind: Project
    metadata: {name: demo}
    ---
    apiVersion: kargo.akuity.io/v1alpha1
    kind: Warehouse
    metadata: {name: main, namespace: demo}
    spec:
      subscriptions:
        - image: {repoURL: ghcr.io/acme/app, constraint: ^1.0.0}
        - git:
            repoURL: https://git.example.com/acme/app.git
    \(git)
    \(criteria)
    """
}

private func criteria(_ expression: String) -> String {
    warehouse(criteria: "  freightCreationCriteria:\n    expression: \(expression)")
}

/// `freightCreationCriteria` and `expressionFilter` are compiled when they are read.
struct WarehouseExpressionTests {
    @Test(arguments: [
        "imageFrom('ghcr.io/acme/app').Tag == commitFrom('https://git.example.com/acme/app').Subject",
        "|\n      imageFrom('ghcr.io/acme/app').Tag == \"sha-\" + commitFrom('https://git.example.com/acme/app').ID",
        "commitFrom('https://GIT.example.com/acme/app.git').CreatorDate < now() - duration('1h')",
        "imageFrom('ghcr.io/acme/app').CreatedAt.Unix() > 0 && imageFrom('ghcr.io/acme/app').Digest startsWith 'sha256:'",
        "commitFrom('https://git.example.com/acme/app').Author matches '^Ada' or 1 == 1",
        "artifactFrom('other')?.Version == nil", "chartFrom('oci://ghcr.io/acme/chart')?.Version == nil",
        "'true'",
    ])
    func `criteria are read`(_ expression: String) throws {
        let (loaded, found) = try load(criteria(expression))
        #expect(found.errors == [])
        let warehouse = try #require(loaded?.pipelines.projects["demo"]?.warehouses["main"])
        let text = try #require(warehouse.freightCreationCriteria)
        #expect(!text.isEmpty && !text.hasPrefix("|"))
        let readsTimes = warehouse.subscriptions.contains { subscription in
            if case .image(let image) = subscription { image.looksUpBuildTime } else { false }
        }
        #expect(readsTimes == text.contains("CreatedAt"))
    }

    @Test(arguments: [
        ("imageFrom('ghcr.io/acme/app').Tag ==", 15, 53, "ends too early"),
        ("imageFrom('ghcr.io/acme/app').tag == 'a'", 15, 47, "has no field `tag`"),
        ("\"imageFrom('ghcr.io/acme/app').tag == 'a'\"", 15, 48, "has no field `tag`"),
        ("|\n      1 == 1 &&\n        imageFrom('ghcr.io/acme/app').tag == 'a'", 17, 39, "has no field `tag`"),
        ("quote('a') == 'a'", 15, 17, "quote cannot be called here"),
        ("imageFrm('a') == nil", 15, 17, "there is no function 'imageFrm'"),
        ("imageFrom('ghcr.io/acme/ap').Tag == 'a'", 15, 17, "does not subscribe to the image 'ghcr.io/acme/ap'"),
        ("imageFrom('ghcr.io/acme/app', warehouse('main')).Tag == 'a'", 15, nil, "warehouse"),
        ("vars.x == 'a'", 15, 17, "'vars' is not a name"), ("ctx.project == 'demo'", 15, 17, "'ctx' is not a name"),
    ])
    func `what could never be evaluated is an error at its line and column`(
        _ expression: String,
        _ line: Int,
        _ column: Int?,
        _ message: String
    ) throws {
        let errors = try problems(of: criteria(expression)).errors
        let error = try #require(errors.first)
        #expect(errors.count == 1, "\(errors)")
        #expect(error.message.contains(message), "\(error.message)")
        #expect(error.place.line == line, "\(error)")
        if let column { #expect(error.place.column == column, "\(error)") }
        #expect(error.place.path == "spec.freightCreationCriteria.expression")
    }

    @Test func `an unknown key beside the expression is an error, and an empty one is none at all`() throws {
        let errors = try problems(of: warehouse(criteria: "  freightCreationCriteria: {expresion: '1 == 1'}")).errors
        #expect(errors.count == 1 && errors[0].hint?.contains("expression") == true, "\(errors)")
        let (loaded, found) = try load(criteria("''"))
        #expect(found.errors == [])
        #expect(loaded?.pipelines.projects["demo"]?.warehouses["main"]?.freightCreationCriteria == nil)
    }

    @Test(arguments: [
        ("author contains 'Ada' && !(subject contains '[skip ci]')", "NewestFromBranch", nil),
        ("commitDate.Year() > 2020", "NewestFromBranch", nil),
        ("tag startsWith 'v' && annotation == '' && tagger == '' && creatorDate.Unix() > 1", "SemVer", nil),
        ("committer == author", "Lexical", nil), ("id != ''", "NewestTag", nil),
        ("tag startsWith 'v'", "NewestFromBranch", "'tag' is not a name"),
        ("commitDate == nil", "NewestTag", "'commitDate' is not a name"),
        ("imageFrom('a') == nil", "SemVer", "imageFrom cannot be called here"),
        ("subject ==", "SemVer", "ends too early"),
    ])
    func `a filter is compiled with the names of its strategy`(
        _ expression: String,
        _ strategy: String,
        _ problem: String?
    ) throws {
        let text = warehouse(
            git: "        commitSelectionStrategy: \(strategy)\n        expressionFilter: \"\(expression)\""
        )
        let (loaded, found) = try load(text)
        guard let problem else {
            #expect(found.filter { $0.place.path.contains("expressionFilter") } == [])
            guard case .git(let git)? = loaded?.pipelines.projects["demo"]?.warehouses["main"]?.subscriptions.last
            else {
                Issue.record("no git subscription: \(found)")
                return
            }
            #expect(git.expressionFilter == expression)
            return
        }
        let told = try #require(found.first { $0.message.contains(problem) }, "\(found)")
        #expect(told.place.line == 14 && told.place.column != nil, "\(told)")
    }
}
