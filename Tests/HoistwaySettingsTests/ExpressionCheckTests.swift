import HoistwayModel
import Testing

@testable import HoistwaySettings

private func manifest(_ stage: String) -> String { DemoPipeline.head + DemoPipeline.stage(stage) }

private func stage(vars: String = "[]", templateVars: String = "[]", _ steps: String...) -> String {
    manifest(
        """
          vars: \(vars)
          promotionTemplate:
            spec:
              vars: \(templateVars)
              steps:
                - {uses: git-clone, as: clone, config: {repoURL: 'https://git.example.com/a/b', checkout: [{branch: main, path: ./o}]}}
        \(steps.map { "        - \($0)" }.joined(separator: "\n"))
        """
    )
}

private func commit(_ message: String, _ more: String = "") -> String {
    "{uses: git-commit, as: commit\(more), config: {path: ./o, message: \(message)}}"
}

/// `check` compiles each expression, and tells it at its own place.
struct ExpressionCheckTests {
    @Test(arguments: [
        ("outputs.two.commits['./e']", true), ("outputs['two'].commits.out", true),
        ("outputs.two.commits['./s']", false),
        ("outputs.two.commits", false), ("outputs.two?.commits['./e']", false),
        ("outputs.two.commits['./e'] ?? 'none'", false),
    ])
    func `reading the commit of a branch that may not exist yet is a warning`(_ text: String, _ isTold: Bool) throws {
        let clone = """
            {uses: git-clone, as: two, config: {repoURL: 'https://git.example.com/a/c', checkout: [{branch: main, path: ./s},
            {branch: e, create: true, path: ./e}, {branch: f, create: true, path: ./f, as: out}]}}
            """.replacing("\n", with: " ")
        let found = try problems(of: stage(clone, commit("\"${{ quote(\(text)) }}\"")))
        #expect(found.errors == [])
        let told = found.warnings.filter { $0.message.contains("may not exist yet (create: true)") }
        #expect(told.count == (isTold ? 1 : 0), "\(found)")
        #expect(told.allSatisfy { $0.place.column != nil && $0.place.path.hasSuffix("config.message") })
    }

    @Test(arguments: [
        ("/a", "is an absolute path"), ("../a", "leads out of the repository"), ("a/*", "is a pattern"),
        ("a[b]", "is a pattern"), ("${{ '/' + ctx.stage }}", "is an absolute path"), ("a/b", nil), ("./a", nil),
        ("${{ ctx.promotion }}", nil),
    ])
    func `a folder that sparse could never check out is an error at its place`(_ folder: String, _ problem: String?)
        throws
    {
        let clone = """
            {uses: git-clone, as: two, config: {repoURL: 'https://git.example.com/a/c', checkout: [{branch: main, path: ./s, \
            sparse: [ok, "\(folder)"]}]}}
            """
        let errors = try problems(of: stage(clone)).errors
        guard let problem else {
            #expect(errors == [])
            return
        }
        #expect(errors.count == 1 && errors[0].message.contains(problem), "\(errors)")
        #expect(errors.first?.place.path.hasSuffix("config.checkout[0].sparse[1]") == true)
    }

    @Test(
        arguments: [
            ("'${{ 1 + }}'", "expression `1 +`"), ("'${{ 1'", "has no `}}` at its end"),
            ("'${{ lowr(\"A\") }}'", "there is no function 'lowr'"),
            ("'${{ lower() }}'", "takes"), ("'${{ quote(1, 2) }}'", "takes 1 argument"),
            ("'${{ imageFrom(\"a\").tag }}'", "has no field `tag`"), ("'${{ imageFrom(1) }}'", "takes a string"),
            ("'${{ \"a\" matches \"(\" }}'", "expression"), ("'${{ vars.nope.field }}'", "no variable 'nope'"),
            ("'${{ outputs.nope.commit }}'", "no step before this one is called 'nope'"),
            ("'${{ outputs.push.commit }}'", "the step 'push' has not run yet"),
            ("'${{ task.outputs.clone.commits }}'", "task is nil outside of tasks"),
            ("'${{ ctx.stag.name }}'", "ctx has no 'stag'"),
            ("'${{ ctx.targetFreight.origins.name }}'", "no 'origins'"),
            ("'${{ freight.image.tag }}'", "'freight' is not a name"),
            ("'${{ ghcr.io/acme }}'", "'ghcr' is not a name"), ("'${{ target.params.x }}'", "target is nil"),
            ("'${{ 1 + \"a\" }}'", "expression"), ("'${{ imageFrom(\"a\").Tag }}${{ vars.a.b.c }}'", "expression"),
        ]
    )
    func `what can never be evaluated is an error`(_ message: String, _ told: String) throws {
        let found = try problems(
            of: stage(vars: "[{name: a, value: x}]", commit(message), "{uses: git-push, as: push, config: {path: ./o}}")
        )
        #expect(found.errors.count == 1, "\(found.errors)")
        #expect(found.errors.first?.message.contains(told) == true, "\(found.errors)")
        #expect(found.errors.first?.place.column != nil)
    }

    @Test(
        arguments: [
            ("'${{ vars.nope }}'", "no variable 'nope' is defined before this: it is nil"),
            ("'x ${{ outputs.nope }}'", "no step before this one is called 'nope'"),
            ("'x ${{ status(\"nope\") }}'", "its status is the empty text"),
            ("'x ${{ ctx.promotion == \"x\" ? \"\" : outputs.nope.commit }}'", "is called 'nope'"),
        ]
    )
    func `what gives nothing is a warning`(_ message: String, _ told: String) throws {
        let found = try problems(of: stage(vars: "[{name: a, value: x}]", commit(message)))
        #expect(found.warnings.contains { $0.message.contains(told) }, "\(found)")
    }

    @Test(
        arguments: [
            "'${{ get(vars, \"nope\") ?? \"x\" }}'", "'${{ outputs.nope?.commit ?? \"x\" }}'",
            "'${{ imageFrom(vars.b).Tag }}'", "'${{ ctx.meta.promotion.actor }} x'", "'${{ outputs.clone.commits }}'",
            "'x ${{ stepMetas.clone.Status }}'", "'${{ let x = vars.a; x + \"y\" }}'",
            "'${{ join(map(split(vars.a, \",\"), # + \"x\")) }}'", "'${% quote({\"a\": {\"b\": 1}}) %}'",
            "'x ${{ vars.a == \"x\" ? \"\" : outputs.nope.commit }} ${{ ctx.promotion }}'",
            "'${{ warehouse(\"main\").Name }}'",
        ]
    )
    func `what Kargo evaluates is told nothing of`(_ message: String) throws {
        let vars = "[{name: a, value: x}, {name: b, value: ghcr.io/acme/app}]"
        let found = try problems(of: stage(vars: vars, commit(message)))
        #expect(!found.contains { $0.message.contains("expression") }, "\(found)")
        #expect(found.errors == [])
    }

    @Test func `vars of a stage see no outputs, and call nothing that asks for the state of steps`() throws {
        for (value, told) in [
            ("${{ outputs.clone.commits }}", "vars of a stage do not see outputs"),
            ("${{ status('clone') }}", "status cannot be called in vars"),
            ("${{ success() }}", "success cannot be called in vars"),
        ] {
            let found = try problems(of: stage(templateVars: "[{name: a, value: \"\(value)\"}]")).errors
            #expect(found.count == 1 && found.first?.message.contains(told) == true, "\(found)")
        }
        let own = commit("'${{ vars.a }}'", ", vars: [{name: a, value: '${{ outputs.clone.commits }}'}]")
        #expect(try problems(of: stage(own)).errors == [])
    }

    @Test(
        arguments: [
            ("message: ${{ lowr('a') }}", "lowr"), ("message: 'ab ${{ lowr(1) }}'", "lowr"),
            ("message: \"ab ${{ lowr('x') }} ${{ 1 }}\"", "lowr"),
            ("message: \"${{ ctx.stage }} ${%   lowr('x') %}\"", "lowr"), ("message: ä ${{ 'ö' + lowr('x') }}", "lowr"),
            // Where the line is not the expression letter for letter, its opening is told.
            ("message: \"a\\tb ${{ lowr(\\\"x\\\") }}\"", "${{"), ("message: 'it''s ${{ lowr(''x'') }}'", "${{"),
            ("message: |\n              a\n              b ${{ lowr(1) }}", "lowr"),
            ("message: >-\n              a ${{\n              lowr(1) }}", "${{"),
        ]
    )
    func `an expression is told at its line and column`(_ message: String, _ told: String) throws {
        let text = stage("uses: git-commit\n          config:\n            path: ./o\n            \(message)")
        let found = try problems(of: text).errors
        #expect(found.count == 1 && found[0].message.contains("there is no function 'lowr'"), "\(found)")
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let first = try #require(lines.firstIndex { $0.contains("message:") })
        let index = try #require(lines[first...].firstIndex { $0.contains(told) })
        let before = try #require(lines[index].firstRange(of: told)).lowerBound
        #expect(found.first?.place.line == index + 1)
        #expect(found.first?.place.column == lines[index][..<before].count + 1, "\(found)")
    }

    @Test func `constants of the manifests are evaluated when they are read`() throws {
        let (loaded, found) = try load(
            stage(
                vars: "[{name: folder, value: ./o}, {name: pr, value: '${{ false }}'}]",
                templateVars: "[{name: branch, value: 'env/${{ ctx.stage }}'}]",
                "{uses: git-push, as: direct, if: '${{ !vars.pr }}', config: {path: '${{ vars.folder }}', targetBranch: main}}",
                "{uses: jira, if: '${{ vars.pr }}', config: {anything: '${{ vars.nope.x }}'}}",
                "{uses: git-push, if: '${{ status(\"direct\") == \"Skipped\" }}', config: {path: ./o}}"
            )
        )
        #expect(found.errors == [])
        guard case .steps(let steps)? = loaded?.pipelines.projects["demo"]?.stages["test"]?.promotion else { return }
        #expect(steps.map(\.constantCondition) == [nil, true, false, nil])
        #expect(
            steps.map(\.condition) == [
                nil, "${{ !vars.pr }}", "${{ vars.pr }}", "${{ status(\"direct\") == \"Skipped\" }}",
            ]
        )
        #expect(steps[1].config["path"] == .string("./o"))
        #expect(
            loaded?.pipelines.projects["demo"]?.stages["test"]?.variables.map(\.value)
                == ["./o", "${{ false }}", "env/${{ ctx.stage }}"]
        )
        // A step that is not supported, and never runs.
        #expect(found.warnings.contains { $0.message.hasSuffix("is always false, so that it never runs") })
    }

    @Test func `a result that opens an expression stays as it was written`() throws {
        let (loaded, _) = try load(stage(commit("'${{ \"$\" + \"{{ 1 }\" + \"}\" }}'")))
        guard case .steps(let steps)? = loaded?.pipelines.projects["demo"]?.stages["test"]?.promotion else { return }
        #expect(steps.last?.config["message"] == .string("${{ \"$\" + \"{{ 1 }\" + \"}\" }}"))
    }

    @Test(
        arguments: [
            ("'yes'", "`if` has to be true or false, and this is a string"), ("'${{ 1 }}'", "and this is a"),
            ("'${{ vars.nope }}'", "and this is nil"), ("'${{ vars.nope.x }}'", "no variable 'nope'"),
        ]
    )
    func `a condition that is never true or false is an error`(_ condition: String, _ told: String) throws {
        let found = try problems(of: stage(commit("m", ", if: \(condition)"))).errors
        #expect(found.count == 1 && found.first?.message.contains(told) == true, "\(found)")
    }

    @Test func `what an expression will say is neither absent nor the text of the expression`() throws {
        let unknown = [
            "{uses: git-clone, config: {repoURL: '${{ configMap(\"a\").url }}', checkout: [{branch: '${{ ctx.promotion }}', path: ./p}]}}",
            "{uses: git-clear, config: {path: ./p}}", "{uses: git-commit, config: {path: ./p}}",
            "{uses: git-push, config: {path: ./p, targetBranch: '${{ ctx.promotion }}'}}",
            "{uses: git-clone, config: {repoURL: 'https://git.example.com/a/c', checkout: [{branch: main, path: '${{ ctx.promotion }}'}]}}",
            "{uses: git-push, config: {path: ./anywhere}}",
        ]
        let text = manifest(
            """
              promotionTemplate:
                spec:
                  steps:
            \(unknown.map { "        - \($0)" }.joined(separator: "\n"))
            """
        )
        let (loaded, found) = try load(text)
        #expect(found.errors == [])
        // No branch is known, above all not the default one.
        #expect(loaded?.pipelines.projects["demo"]?.stages["test"]?.writtenBranches.isEmpty == true)
    }

    @Test func `keys beside a value that is not known are judged all the same`() throws {
        let found = try problems(of: stage("{uses: git-push, config: {path: '${{ ctx.promotion }}', pth: a}}")).errors
        #expect(found.map(\.message) == ["unknown key 'pth'"])
    }

    private static let secret = "'${{ secret(\"chat\").token }}'"

    @Test(arguments: [
        // Directly, by a variable of the stage, of the step, and by one variable of another.
        ("[]", commit(secret)), ("[{name: t, value: \(secret)}]", commit("'${{ vars.t }}'")),
        ("[]", commit("'${{ vars.t }}'", ", vars: [{name: t, value: \(secret)}]")),
        ("[{name: t, value: \(secret)}, {name: u, value: '${{ \"x\" + vars.t }}'}]", commit("'${{ vars.u }}'")),
        ("[]", commit("'${{ len(sharedSecret(\"chat\").token) }}'")),
    ])
    func `a secret in a step that writes is an error, as the promotion would fail`(_ vars: String, _ step: String)
        throws
    {
        let found = try problems(of: stage(vars: vars, step)).errors
        #expect(found.count == 1, "\(found)")
        #expect(found.first?.message.contains("git-commit would write the value of a secret") == true, "\(found)")
    }

    @Test(arguments: [
        ("[]", "{uses: http, config: {url: \(secret)}}"),
        ("[]", commit("m", ", if: '${{ secret(\"chat\").token != \"\" }}'")),
        // What an if leaves out is not written; a variable that is set again is no secret any more.
        ("[{name: t, value: \(secret)}, {name: t, value: plain}]", commit("'${{ vars.t }}'")),
        ("[{name: t, value: \(secret)}]", commit("m")),
        ("[]", commit("'${{ ctx.targetFreight.name == \"\" ? secret(\"chat\").token : \"m\" }}'")),
    ])
    func `a secret where it may be used, or may not be read at all, is no error`(_ vars: String, _ step: String) throws
    {
        #expect(try problems(of: stage(vars: vars, step)).errors == [])
    }

    @Test(arguments: [
        ("imageFrom('ghcr.io/acme/ap').Tag", 1), ("imageFrom(vars.image).Tag", 1),
        ("imageFrom('ghcr.io/acme/' + vars.name).Tag", 1), ("commitFrom('https://git.example.com/a/b').ID", 1),
        ("ctx.stage == 'x' ? imageFrom('other').Tag : ''", 0), ("imageFrom('ghcr.io/acme/app').Tag", 0),
        ("imageFrom(ctx.promotion).Tag", 0), ("chartFrom('https://charts.example.com', 'web').Version", 1),
    ])
    func `an artifact that no warehouse of the stage subscribes to is told`(_ text: String, _ count: Int) throws {
        let vars = "[{name: image, value: ghcr.io/acme/ap}, {name: name, value: ap}]"
        let found = try problems(of: stage(vars: vars, commit("\"${{ \(text) }}\"")))
            .filter { $0.message.contains("no warehouse that the stage requests freight from") }
        #expect(found.map(\.severity) == Array(repeating: .warning, count: count), "\(found)")
    }
}
