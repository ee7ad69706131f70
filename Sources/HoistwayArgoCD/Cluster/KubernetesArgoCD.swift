package import HoistwayKubernetes
package import HoistwayModel
package import HoistwayPorts

/// Argo CD in one cluster, by the Kubernetes API.
///
/// Safe to use from any task. Nothing is repeated here: the caller knows whether that is allowed.
package struct KubernetesArgoCD: ArgoCDCluster {
    let client: KubernetesClient
    let metrics: ClusterMetrics

    package init(_ client: KubernetesClient) {
        self.client = client
        metrics = ClusterMetrics(cluster: client.cluster)
    }

    package func application(_ key: ApplicationKey) async throws(ArgoCDFailure) -> Application? {
        do throws(KubernetesFailure) {
            let object = try await client.get(.applications, key.object, as: ApplicationDocument.self)
            metrics.asked(.get)
            return object.value.application
        } catch {
            guard error.reason != .notFound else {
                metrics.asked(.get)
                return nil
            }
            throw failed(.get, error)
        }
    }

    package func applications(
        in namespace: String,
        _ selector: LabelSelector
    ) async throws(ArgoCDFailure) -> [Application] {
        let selection = ObjectSelection(namespace: namespace, labels: selector.requirements)
        // A list that starts again gives the same objects a second time.
        var found: [ApplicationKey: Application] = [:]
        var unreadable: (ObjectMetadata, reason: String)?
        do throws(KubernetesFailure) {
            _ = try await client.list(.applications, selection, as: ApplicationDocument.self) { object in
                switch object {
                case .object(let object): found[object.value.application.key] = object.value.application
                case .unreadable(let metadata, let reason): unreadable = (metadata, reason)
                }
            }
            metrics.asked(.list)
        } catch {
            throw failed(.list, error)
        }
        // Without it, the list would look complete.
        if let (metadata, reason) = unreadable {
            throw .garbage(
                cluster: client.cluster,
                detail: "the Application \(ShownText.bare(metadata.key.description)) cannot be read: \(reason)"
            )
        }
        return found.values.sorted { $0.key < $1.key }
    }

    package func start(
        _ update: ApplicationUpdate,
        of application: Application
    ) async throws(ArgoCDFailure) -> Application {
        let patch: KubernetesPatch
        do throws(ApplicationPatch.Problem) {
            patch = try ApplicationPatch.of(update, to: application)
        } catch {
            throw .refused(cluster: client.cluster, detail: Self.words(error, application.key))
        }
        do throws(KubernetesFailure) {
            let object = try await client.patch(
                .applications,
                application.key.object,
                patch,
                as: ApplicationDocument.self
            )
            metrics.asked(.patch)
            return object.value.application
        } catch {
            let failure = failed(.patch, error)
            guard error.reason == .invalid, case .json = patch else { throw failure }
            // The answer for a failed `test` is the same as for an invalid patch.
            guard let present = try await self.application(application.key) else {
                throw .notFound(ArgoCDFailure.thing(error.request, in: client.cluster))
            }
            guard present.resourceVersion == application.resourceVersion else {
                throw .conflict(ArgoCDFailure.thing(error.request, in: client.cluster))
            }
            throw failure
        }
    }

    package func refresh(
        _ key: ApplicationKey,
        isHard: Bool,
        hydrates: Bool,
        at moment: Timestamp
    ) async throws(ArgoCDFailure) {
        let patch = ApplicationPatch.refreshing(isHard: isHard, hydrates: hydrates, at: moment)
        do throws(KubernetesFailure) {
            _ = try await client.patch(.applications, key.object, patch, as: NoFields.self)
            metrics.asked(.patch)
        } catch {
            throw failed(.patch, error)
        }
    }

    package func appProject(_ name: String, in namespace: String) async throws(ArgoCDFailure) -> AppProject? {
        do throws(KubernetesFailure) {
            let key = ClusterObjectKey(namespace: namespace, name: name)
            let object = try await client.get(.appProjects, key, as: AppProjectDocument.self)
            metrics.asked(.get)
            return object.value.project
        } catch {
            guard error.reason != .notFound else {
                metrics.asked(.get)
                return nil
            }
            throw failed(.get, error)
        }
    }

    func failed(_ verb: KubernetesRequest.Verb, _ failure: KubernetesFailure) -> ArgoCDFailure {
        metrics.failed(verb, failure.kind)
        return ArgoCDFailure(failure)
    }

    private static func words(_ problem: ApplicationPatch.Problem, _ key: ApplicationKey) -> String {
        switch problem {
        case .hasNoAnnotations: "the Application \(key) has several sources and no annotation that authorises anybody"
        case .hasNoSource(let index): "the Application \(key) has no source \(index + 1)"
        }
    }
}

extension ApplicationKey {
    var object: ClusterObjectKey { ClusterObjectKey(namespace: namespace, name: name) }

    init(_ key: ClusterObjectKey) {
        self.init(namespace: key.namespace ?? "", name: key.name)
    }
}

extension LabelSelector {
    /// In the form of the client, in the order of their keys.
    fileprivate var requirements: [LabelRequirement] {
        matchLabels.sorted { $0.key < $1.key }.map { LabelRequirement.equals($0.key, $0.value) }
            + matchExpressions.map { expression in
                switch expression.operation {
                case .isIn: .isIn(expression.key, expression.values)
                case .notIn: .isNotIn(expression.key, expression.values)
                case .exists: .exists(expression.key)
                case .doesNotExist: .isAbsent(expression.key)
                }
            }
    }
}
