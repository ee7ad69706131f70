import HoistwayEdits
package import HoistwayModel

/// Writes generated pipelines as the manifests that the manifest reader reads.
package enum GeneratedManifests {
    private static let api = "kargo.akuity.io/v1alpha1"
    private static let checkout = "./repo"

    /// - Parameter skipsProject: whether the Project and its policies are left out.
    package static func text(of pipeline: GeneratedPipeline, skipsProject: Bool = false) -> String {
        var documents: [String] = []
        if !skipsProject {
            documents.append(YAMLText.text(of: object("Project", ["name": .string(pipeline.project)], nil)))
            if pipeline.promotesByItself {
                let metadata: Members = ["name": .string(pipeline.project), "namespace": .string(pipeline.project)]
                let policy = map(["stageSelector": map([:]), "autoPromotionEnabled": .bool(true)])
                documents.append(
                    YAMLText.text(of: object("ProjectConfig", metadata, ["promotionPolicies": .list([policy])]))
                )
            }
        }
        documents += pipeline.warehouses.map { text(of: $0, project: pipeline.project) }
        documents += pipeline.stages.map { text(of: $0, project: pipeline.project) }
        return documents.joined(separator: "---\n")
    }

    private typealias Members = KeyValuePairs<String, DocumentValue>

    private static func map(_ members: KeyValuePairs<String, DocumentValue>) -> DocumentValue {
        .map(members.map { DocumentValue.Member($0.key, $0.value) })
    }

    private static func map(_ members: [(String, DocumentValue?)]) -> DocumentValue {
        .map(members.compactMap { key, value in value.map { DocumentValue.Member(key, $0) } })
    }

    private static func object(
        _ kind: String,
        _ metadata: KeyValuePairs<String, DocumentValue>,
        _ spec: KeyValuePairs<String, DocumentValue>?
    ) -> DocumentValue {
        map([
            ("apiVersion", .string(api)), ("kind", .string(kind)), ("metadata", map(metadata)), ("spec", spec.map(map)),
        ])
    }

    // MARK: Warehouses

    private static func text(of warehouse: GeneratedWarehouse, project: String) -> String {
        let subscriptions = warehouse.images.map { image in
            map([
                "image": map([
                    ("repoURL", .string(image.repoURL)),
                    ("imageSelectionStrategy", .string(image.strategy.rawValue)),
                    ("constraint", image.constraint.map(DocumentValue.string)),
                    ("strictSemvers", image.strategy == .semVer && !image.strictSemvers ? .bool(false) : nil),
                    ("allowTagsRegexes", texts(image.allowTags)),
                    ("ignoreTagsRegexes", texts(image.ignoreTags)),
                    ("platform", image.platform.map(DocumentValue.string)),
                ])
            ])
        }
        return YAMLText.text(
            of: object(
                "Warehouse",
                ["name": .string(warehouse.name), "namespace": .string(project)],
                ["subscriptions": .list(subscriptions)]
            )
        )
    }

    private static func texts(_ items: [String]) -> DocumentValue? {
        items.isEmpty ? nil : .list(items.map(DocumentValue.string))
    }

    // MARK: Stages

    private static func text(of stage: GeneratedStage, project: String) -> String {
        let sources = stage.after.isEmpty ? map(["direct": .bool(true)]) : map([("stages", texts(stage.after))])
        let requested = map([
            "origin": map(["kind": .string("Warehouse"), "name": .string(stage.warehouse)]), "sources": sources,
        ])
        return "# Made of \(ShownText.bare(stage.origin)).\n"
            + YAMLText.text(
                of: object(
                    "Stage",
                    ["name": .string(stage.name), "namespace": .string(project)],
                    [
                        "requestedFreight": .list([requested]),
                        "promotionTemplate": map(["spec": map(["steps": .list(stage.steps.map(step))])]),
                    ]
                )
            )
    }

    private static func step(_ step: GeneratedStep) -> DocumentValue {
        switch step {
        case .clone(let repoURL, let branch, let folder):
            let item = map([
                ("branch", branch.map(DocumentValue.string)), ("path", .string(checkout)),
                ("sparse", folder.isEmpty ? nil : .list([.string(folder)])),
            ])
            return uses("git-clone", [("repoURL", .string(repoURL)), ("checkout", .list([item]))])
        case .setKustomizeImages(let folder, let images):
            let items = images.map { image in
                map([
                    ("image", .string(image.image)), ("name", image.name.map(DocumentValue.string)),
                    ("newName", image.newName.map(DocumentValue.string)),
                    ("tag", image.tag.map(DocumentValue.string)),
                    ("digest", image.digest.map(DocumentValue.string)),
                ])
            }
            return uses(
                "kustomize-set-image",
                [("path", .string(path(folder))), ("images", items.isEmpty ? nil : .list(items))]
            )
        case .updateYAML(let file, let values):
            let items = values.map { map(["key": .string($0.key), "value": .string($0.value)]) }
            return uses("yaml-update", [("path", .string(path(file))), ("updates", .list(items))])
        case .writeFile(let file, let contents):
            return uses(
                "file-write",
                [("path", .string(path(file))), ("contents", .string(contents)), ("overwrite", .bool(true))]
            )
        case .commit(let message):
            return uses("git-commit", [("path", .string(checkout)), ("message", message.map(DocumentValue.string))])
        case .push(let branch):
            return uses(
                "git-push",
                as: "push",
                [("path", .string(checkout)), ("targetBranch", branch.map(DocumentValue.string))]
            )
        case .updateArgoCD(let application, let sources):
            let app = map([
                ("name", .string(application.name)), ("namespace", .string(application.namespace)),
                ("sources", sources.isEmpty ? nil : .list(sources.map(source))),
            ])
            return uses("argocd-update", [("apps", .list([app]))])
        }
    }

    private static func source(_ source: GeneratedStep.SourceUpdate) -> DocumentValue {
        let images = source.kustomizeImages.map { image in
            map([
                ("repoURL", .string(image.name)), ("newName", image.newName.map(DocumentValue.string)),
                ("tag", image.tag.map(DocumentValue.string)), ("digest", image.digest.map(DocumentValue.string)),
            ])
        }
        let parameters = source.helmParameters.map { map(["key": .string($0.key), "value": .string($0.value)]) }
        return map([
            ("repoURL", .string(source.repoURL)), ("chart", source.chart.isEmpty ? nil : .string(source.chart)),
            ("desiredRevision", source.desiredRevision.map(DocumentValue.string)),
            ("kustomize", images.isEmpty ? nil : map(["images": .list(images)])),
            ("helm", parameters.isEmpty ? nil : map(["images": .list(parameters)])),
        ])
    }

    private static func uses(
        _ name: String,
        as alias: String? = nil,
        _ config: [(String, DocumentValue?)]
    ) -> DocumentValue {
        map([("uses", .string(name)), ("as", alias.map(DocumentValue.string)), ("config", map(config))])
    }

    private static func path(_ place: String) -> String { place.isEmpty ? checkout : "\(checkout)/\(place)" }
}
