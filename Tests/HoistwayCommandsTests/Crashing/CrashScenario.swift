import Testing

/// A pipeline whose promotion is killed at each of its points.
struct CrashScenario: Sendable, CustomTestStringConvertible {
    /// What stands outside of the program.
    struct Surroundings {
        var git: String
        var desk: String
        var image: String
    }

    var name: String
    /// Each with its steps, as they stand in its manifest.
    var stages: [String: @Sendable (Surroundings) -> String]

    /// Each stage has an Application in a cluster, which follows the branch that it pushes.
    var hasApplications = false
    /// Steps ask the repository's host about pull requests.
    var asksForge = false
    /// Somebody merges the pull request once the promotion waits for it.
    var isMergedByHand = false

    var testDescription: String { name }

    init(_ name: String, stages: [String: @Sendable (Surroundings) -> String]) {
        self.name = name
        self.stages = stages
    }

    init(_ name: String, hasApplications: Bool = false, steps: @escaping @Sendable (Surroundings) -> String) {
        self.init(name, stages: ["test": steps])
        self.hasApplications = hasApplications
    }

    static let all = [
        pullRequest, awaitedPullRequest,
        CrashScenario("git-push") { edit($0) + push() },
        CrashScenario("git-push to a target branch") { edit($0) + push("targetBranch: env/test") },
        CrashScenario("git-push to a generated branch") { edit($0) + push("generateTargetBranch: true") },
        CrashScenario("git-push of a tag") { surroundings in
            edit(surroundings) + push()
                + """
                        - uses: git-tag
                          config: {path: ./repo, tag: "v${{ imageFrom(vars.image).Tag }}", message: tagged}

                """ + push("tag: \"v${{ imageFrom(vars.image).Tag }}\"")
        },
        CrashScenario("http") { surroundings in
            """
                    - uses: http
                      as: ask
                      config:
                        url: \(surroundings.desk)
                        method: POST
                        body: "${{ imageFrom(vars.image).Tag }}"
                        timeout: 5m
                        outputs: [{name: note, fromExpression: response.body.note}]

            """ + edit(surroundings, message: "note ${{ outputs.ask.note }}") + push()
        },
        CrashScenario("set-metadata") { surroundings in
            """
                    - uses: set-metadata
                      config:
                        updates:
                          - {kind: Stage, name: test, values: {tag: "${{ imageFrom(vars.image).Tag }}"}}
                          - {kind: Freight, name: "${{ ctx.targetFreight.name }}", values: {seen: true}}

            """ + edit(surroundings) + push()
        },
        CrashScenario("set-freight-alias") { surroundings in
            edit(surroundings) + push()
                + """
                        - uses: set-freight-alias
                          config:
                            name: "${{ ctx.targetFreight.name }}"
                            alias: "app-${{ replace(imageFrom(vars.image).Tag, '.', '-') }}"

                """
        },
        CrashScenario("argocd-update and argocd-wait", hasApplications: true) { surroundings in
            edit(surroundings)
                + """
                        - uses: git-push
                          as: push
                          config: {path: ./repo}
                        - uses: argocd-update
                          config:
                            apps:
                              - name: shop-test
                                sources:
                                  - repoURL: \(surroundings.git)
                                    desiredRevision: "${{ outputs.push.commit }}"
                        - uses: argocd-wait
                          config: {apps: [{name: shop-test}]}

                """
        },
        CrashScenario(
            "three stacked promotions",
            stages: Dictionary(
                uniqueKeysWithValues: ["east", "north", "west"].map { stage in
                    (stage, { @Sendable surroundings in edit(surroundings) + push() })
                }
            )
        ),
    ]

    private static let pullRequest: CrashScenario = {
        var scenario = CrashScenario("git-open-pr and git-merge-pr") { surroundings in
            edit(surroundings)
                + """
                        - uses: git-push
                          as: push
                          config: {path: ./repo, generateTargetBranch: true}
                        - uses: git-open-pr
                          as: open
                          config:
                            repoURL: \(surroundings.git)
                            provider: github
                            sourceBranch: ${{ outputs.push.branch }}
                            targetBranch: main
                        - uses: git-merge-pr
                          config:
                            repoURL: \(surroundings.git)
                            provider: github
                            prNumber: ${{ outputs.open.pr.id }}
                            mergeMethod: rebase

                """
        }
        scenario.asksForge = true
        return scenario
    }()

    private static let awaitedPullRequest: CrashScenario = {
        var scenario = CrashScenario("git-open-pr and git-wait-for-pr") { surroundings in
            edit(surroundings)
                + """
                        - uses: git-push
                          as: push
                          config: {path: ./repo, generateTargetBranch: true}
                        - uses: git-open-pr
                          as: open
                          config:
                            repoURL: \(surroundings.git)
                            provider: github
                            sourceBranch: ${{ outputs.push.branch }}
                            targetBranch: main
                            labels: [promotion]
                        - uses: git-wait-for-pr
                          config:
                            repoURL: \(surroundings.git)
                            provider: github
                            prNumber: ${{ outputs.open.pr.id }}

                """
        }
        scenario.asksForge = true
        scenario.isMergedByHand = true
        return scenario
    }()

    /// Sets the image's tag in the stage's own file of `main`.
    private static func edit(_ surroundings: Surroundings, message: String? = nil) -> String {
        """
                - uses: git-clone
                  config: {repoURL: \(surroundings.git), checkout: [{branch: main, path: ./repo}]}
                - uses: yaml-update
                  as: update
                  config:
                    path: ./repo/${{ ctx.stage }}/values.yaml
                    updates: [{key: image.tag, value: "${{ quote(imageFrom(vars.image).Tag) }}"}]
                - uses: git-commit
                  as: commit
                  config: {path: ./repo, message: "\(message ?? "${{ outputs.update.commitMessage }}")"}

        """
    }

    private static func push(_ option: String? = nil) -> String {
        """
                - uses: git-push
                  config: {path: ./repo\(option.map { ", \($0)" } ?? "")}

        """
    }

    func manifests(_ surroundings: Surroundings) -> [String] {
        stages.sorted { $0.key < $1.key }.map { name, steps in
            """
            apiVersion: kargo.akuity.io/v1alpha1
            kind: Stage
            metadata: {name: \(name), namespace: shop}
            spec:
              requestedFreight:
                - origin: {kind: Warehouse, name: app}
                  sources: {direct: true}
              promotionTemplate:
                spec:
                  vars: [{name: image, value: "\(surroundings.image)"}]
                  steps:
            \(steps(surroundings))
            """
        }
    }
}
