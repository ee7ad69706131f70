package import HoistwayKubernetes
package import HoistwayModel

/// The patch for an update of an Application.
///
/// With one source it is a merge patch: the lists in it (`kustomize.images`, `helm.parameters`) are complete. With
/// several sources a merge patch would replace the whole list, of which only a part is known. So it is a JSON patch of
/// single fields. Both apply only to the version that was read.
package enum ApplicationPatch {
    package enum Problem: Error, Equatable {
        /// A JSON patch adds an annotation only where there are others, and an authorised Application has one.
        case hasNoAnnotations
        /// The position of a source that does not exist.
        case hasNoSource(Int)
    }

    static let refresh = "argocd.argoproj.io/refresh"
    static let refreshTimestamp = "argocd.argoproj.io/refresh-timestamp"
    static let hydrate = "argocd.argoproj.io/hydrate"
    static let hydrateTimestamp = "argocd.argoproj.io/hydrate-timestamp"

    package static func of(
        _ update: ApplicationUpdate,
        to application: Application
    ) throws(Problem) -> KubernetesPatch {
        for change in update.sources where !application.sources.indices.contains(change.index) {
            throw .hasNoSource(change.index)
        }
        guard application.isMultiSource, !update.sources.isEmpty else {
            return .merge(merged(update, application))
        }
        guard !application.annotations.isEmpty else { throw .hasNoAnnotations }
        return .json(operations(update, application))
    }

    /// The annotations that make Argo CD compare the Application.
    static func refreshing(isHard: Bool, hydrates: Bool, at moment: Timestamp) -> KubernetesPatch {
        var annotations: [String: ConfigValue] = [
            refresh: .string(isHard ? "hard" : "normal"), refreshTimestamp: .string(moment.rfc3339),
        ]
        if hydrates {
            annotations[hydrate] = .string("normal")
            annotations[hydrateTimestamp] = .string(moment.rfc3339)
        }
        return .merge(.map(["metadata": .map(["annotations": .map(annotations)])]))
    }

    // MARK: One source

    private static func merged(_ update: ApplicationUpdate, _ application: Application) -> ConfigValue {
        var patch: [String: ConfigValue] = [
            "metadata": .map([
                "resourceVersion": .string(application.resourceVersion),
                "annotations": .map([refresh: .string("hard")]),
            ]),
            "operation": operation(update.operation),
        ]
        if let change = update.sources.first {
            var source: [String: ConfigValue] = [:]
            if let revision = change.targetRevision { source["targetRevision"] = .string(revision) }
            if let images = change.kustomizeImages {
                source["kustomize"] = .map(["images": .list(images.map(ConfigValue.string))])
            }
            if let parameters = change.helmParameters {
                source["helm"] = .map(["parameters": .list(parameters.map(parameter))])
            }
            patch["spec"] = .map(["source": .map(source)])
        }
        // Only an existing state is removed: the patch must not create a status.
        if application.status.operation != nil { patch["status"] = .map(["operationState": .null]) }
        return .map(patch)
    }

    // MARK: Several sources

    private static func operations(_ update: ApplicationUpdate, _ application: Application) -> [JSONPatchOperation] {
        var operations: [JSONPatchOperation] = [
            .test(["metadata", "resourceVersion"], .string(application.resourceVersion)),
            .add(["metadata", "annotations", refresh], .string("hard")),
        ]
        for change in update.sources {
            let source = application.sources[change.index]
            let path = ["spec", "sources", String(change.index)]
            operations.append(.test(path + ["repoURL"], .string(source.repoURL)))
            if let revision = change.targetRevision {
                operations.append(.add(path + ["targetRevision"], .string(revision)))
            }
            if let images = change.kustomizeImages {
                let list = ConfigValue.list(images.map(ConfigValue.string))
                operations.append(add(list, at: path + ["kustomize"], "images", isThere: source.hasKustomize))
            }
            if let parameters = change.helmParameters {
                let list = ConfigValue.list(parameters.map(parameter))
                operations.append(add(list, at: path + ["helm"], "parameters", isThere: source.hasHelm))
            }
        }
        operations.append(.add(["operation"], operation(update.operation)))
        if application.status.operation != nil { operations.append(.remove(["status", "operationState"])) }
        return operations
    }

    /// Creates the parent of a list where it is missing.
    private static func add(
        _ list: ConfigValue,
        at path: [String],
        _ key: String,
        isThere: Bool
    ) -> JSONPatchOperation {
        isThere ? .add(path + [key], list) : .add(path, .map([key: list]))
    }

    // MARK: Parts

    private static func operation(_ operation: ApplicationUpdate.Operation) -> ConfigValue {
        var initiator: [String: ConfigValue] = ["username": .string(operation.initiator)]
        if operation.isAutomated { initiator["automated"] = .bool(true) }
        var sync: [String: ConfigValue] = [:]
        if !operation.syncOptions.isEmpty {
            sync["syncOptions"] = .list(operation.syncOptions.map(ConfigValue.string))
        }
        var fields: [String: ConfigValue] = [
            "initiatedBy": .map(initiator),
            "info": .list(
                operation.info.map { .map(["name": .string($0.name), "value": .string($0.value)]) }
            ),
            "sync": .map(sync),
        ]
        if let retry = operation.retry { fields["retry"] = retry }
        return .map(fields)
    }

    private static func parameter(_ parameter: ApplicationSource.HelmParameter) -> ConfigValue {
        var fields: [String: ConfigValue] = ["name": .string(parameter.name), "value": .string(parameter.value)]
        if parameter.forceString { fields["forceString"] = .bool(true) }
        return .map(fields)
    }
}
