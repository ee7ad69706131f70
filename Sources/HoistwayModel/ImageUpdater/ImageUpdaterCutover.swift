/// The parts of Image Updater that still run, so that two programs would write the same.
package struct ImageUpdaterCutover: Sendable, Equatable {
    /// A Deployment of Image Updater's controller.
    package struct Controller: Sendable, Equatable {
        package var key: ApplicationKey
        /// The requested replicas.
        package var replicas: Int
        /// The tag of its image; `nil`: there is none, or a digest.
        package var version: String?

        package init(key: ApplicationKey, replicas: Int, version: String?) {
            self.key = key
            self.replicas = replicas
            self.version = version
        }

        /// Since 1.0 it reads annotations only where an `ImageUpdater` selects the Application.
        fileprivate var needsResources: Bool {
            guard let version, let number = Semver(loose: version) else { return false }
            return number.major >= 1
        }

        /// Reads a Deployment whose name or image is Image Updater's; `nil`: it is another one.
        package init?(_ manifest: ConfigValue) {
            guard manifest["kind"]?.string == "Deployment", let name = manifest["metadata"]?["name"]?.string else {
                return nil
            }
            let containers = manifest["spec"]?["template"]?["spec"]?["containers"]?.list ?? []
            let image = containers.compactMap { $0["image"]?.string }.first { $0.contains("argocd-image-updater") }
            guard image != nil || name.contains("argocd-image-updater") else { return nil }
            key = ApplicationKey(namespace: manifest["metadata"]?["namespace"]?.string ?? "default", name: name)
            if case .number(let count)? = manifest["spec"]?["replicas"] {
                // An invalid number of replicas does not mean that nothing runs.
                replicas = Int(exactly: count) ?? 1
            } else {
                replicas = 1
            }
            let bare = image?.split(separator: "@").first ?? ""
            version = bare.lastIndex(of: ":").map { String(bare[bare.index(after: $0)...]) }
        }
    }

    package var controllers: [Controller]
    /// The items of `ImageUpdater` resources that select an Application.
    package var selecting: [String]

    package init(controllers: [Controller], selecting: [String]) {
        self.controllers = controllers
        self.selecting = selecting
    }

    /// What blocks the Application's cut-over, with the solution; empty: nothing that is known.
    package var obstacles: [String] {
        let resources = selecting.map { "\($0) selects it: take the item out, or let it select others" }
        let active = controllers.filter { $0.replicas > 0 && !$0.needsResources }.map { controller in
            "the Deployment \(controller.key) of Image Updater\(controller.version.map { " \(ShownText.bare($0))" } ?? "") "
                + "acts on annotations by itself: `kubectl -n \(controller.key.namespace) scale deployment "
                + "\(controller.key.name) --replicas 0`"
        }
        return resources + active
    }
}
