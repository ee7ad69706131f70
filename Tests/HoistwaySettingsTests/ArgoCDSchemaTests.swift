import HoistwayModel
import Testing

@testable import HoistwaySettings

private func manifest(_ step: String) -> String { DemoPipeline.manifest(steps: [step]) }

/// `argocd-update` and `argocd-wait` are checked, although nothing runs them yet.
struct ArgoCDSchemaTests {
    private static func update(_ app: String) -> String { "{uses: argocd-update, config: {apps: [\(app)]}}" }
    private static func source(_ source: String) -> String { update("{name: a, sources: [\(source)]}") }
    private static func wait(_ app: String) -> String { "{uses: argocd-wait, config: {apps: [\(app)]}}" }

    @Test(arguments: [
        update("{name: a}"), update("{name: a, namespace: other}"),
        update("{name: '', selector: {matchLabels: {a: b}}}"),
        update("{selector: {matchLabels: {a: ''}, matchExpressions: [{key: a, operator: In, values: [b]}]}}"),
        update("{selector: {matchExpressions: [{key: a, operator: Exists}]}}"),
        source("{repoURL: r}"), source("{repoURL: r, chart: c, desiredRevision: v, updateTargetRevision: true}"),
        source("{repoURL: r, desiredRevision: \"${{ outputs.commit?.commit }}\"}"),
        source("{repoURL: r, kustomize: {images: [{repoURL: i, newName: n, tag: t}, {repoURL: j, digest: d}]}}"),
        source("{repoURL: r, kustomize: {images: [{repoURL: i, tag: t, digest: ''}]}}"),
        source("{repoURL: r, helm: {images: [{key: k, value: ''}, {key: l, value: v}]}}"),
        wait("{name: a}"), wait("{name: a, waitFor: [health, sync, operation, suspended, degraded]}"),
        wait("{selector: {matchLabels: {a: b}}, namespace: n, waitFor: [sync]}"),
    ])
    func `what Kargo takes is taken`(_ step: String) throws {
        #expect(try problems(of: manifest(step)).errors == [])
    }

    @Test(arguments: [
        ("{uses: argocd-update}", "needs a config", ""), ("{uses: argocd-wait, config: {}}", "apps is missing", "apps"),
        ("{uses: argocd-update, config: {apps: []}}", "at least 1 item", "apps"),
        (update("{}"), "either name or selector", "apps[0]"),
        (update("{name: ''}"), "either name or selector", "apps[0]"),
        (update("{name: a, selector: {matchLabels: {a: b}}}"), "either name or selector", "apps[0].selector"),
        (update("{name: a, namespace: ''}"), "namespace is empty", "apps[0].namespace"),
        (update("{name: a, project: b}"), "unknown key 'project'", "apps[0].project"),
        (update("{selector: {}}"), "one criterion", "apps[0].selector"),
        (update("{selector: {matchLabels: {}}}"), "no key", "apps[0].selector.matchLabels"),
        (update("{selector: {matchLabels: {a: 1}}}"), "expected text", "apps[0].selector.matchLabels.a"),
        (
            update("{selector: {matchExpressions: [{key: a, operator: Is}]}}"), "cannot be 'Is'",
            "apps[0].selector.matchExpressions[0].operator"
        ),
        (
            update("{selector: {matchExpressions: [{operator: Exists}]}}"), "key is missing",
            "apps[0].selector.matchExpressions[0].key"
        ),
        (update("{name: a, sources: []}"), "at least 1 item", "apps[0].sources"),
        (update("{name: a, waitFor: [sync]}"), "unknown key 'waitFor'", "apps[0].waitFor"),
        (source("{chart: c}"), "repoURL is missing", "apps[0].sources[0].repoURL"),
        (source("{repoURL: ''}"), "repoURL is empty", "apps[0].sources[0].repoURL"),
        (source("{repoURL: r, chart: ''}"), "chart is empty", "apps[0].sources[0].chart"),
        (source("{repoURL: r, desiredRevision: ''}"), "is empty", "apps[0].sources[0].desiredRevision"),
        (source("{repoURL: r, updateTargetRevision: 'x'}"), "true or false", "apps[0].sources[0].updateTargetRevision"),
        (
            source("{repoURL: r, kustomize: {images: [{repoURL: i, tag: t, digest: d}]}}"),
            "a tag or a digest, not both",
            "apps[0].sources[0].kustomize.images[0].digest"
        ),
        (source("{repoURL: r, kustomize: {images: []}}"), "at least 1", "apps[0].sources[0].kustomize.images"),
        (
            source("{repoURL: r, kustomize: {images: [{tag: t}]}}"), "repoURL is missing",
            "apps[0].sources[0].kustomize.images[0].repoURL"
        ),
        (source("{repoURL: r, helm: {}}"), "images is missing", "apps[0].sources[0].helm.images"),
        (
            source("{repoURL: r, helm: {images: [{key: k}]}}"), "value is missing",
            "apps[0].sources[0].helm.images[0].value"
        ),
        (wait("{name: a, waitFor: []}"), "at least 1 item", "apps[0].waitFor"),
        (wait("{name: a, waitFor: [synced]}"), "cannot be 'synced'", "apps[0].waitFor[0]"),
        (wait("{name: a, waitFor: [sync, health, sync]}"), "used by item 1", "apps[0].waitFor[2]"),
        (wait("{name: a, sources: [{repoURL: r}]}"), "unknown key 'sources'", "apps[0].sources"),
    ])
    func `what Kargo refuses is an error at its place, skipped or not`(
        _ step: String,
        _ message: String,
        _ path: String
    ) throws {
        for more in ["", "argocd: {whenMissing: skip}"] {
            let errors = try problems(of: manifest(step), more: more).errors
            #expect(errors.contains { $0.message.contains(message) }, "\(errors)")
            let place = "spec.promotionTemplate.spec.steps[0]" + (path.isEmpty ? "" : ".config.\(path)")
            #expect(errors.first?.place.path.hasPrefix(place) == true, "\(errors)")
            #expect(errors.allSatisfy { $0.place.line == 18 }, "\(errors)")
        }
    }
}
