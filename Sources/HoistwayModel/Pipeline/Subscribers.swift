/// Which warehouses subscribe to which repositories; made once for each set of manifests.
package struct Subscribers: Sendable {
    /// By the text of the repository's key, in the order of their projects and names.
    private var byKey: [String: [WarehouseKey]] = [:]

    package init(_ pipelines: Pipelines) {
        for project in pipelines.projects.values.sorted(by: { $0.name < $1.name }) {
            for warehouse in project.warehouses.values.sorted(by: { $0.key.name < $1.key.name }) {
                for key in Set(warehouse.subscriptions.compactMap(\.repositoryKey)) {
                    byKey[key, default: []].append(warehouse.key)
                }
            }
        }
    }

    /// Warehouses that subscribe to any of these repositories, in the order of their projects and names.
    package func warehouses(of keys: [String]) -> [WarehouseKey] {
        guard keys.count > 1 else { return keys.first.flatMap { byKey[$0] } ?? [] }
        return Set(keys.flatMap { byKey[$0] ?? [] }).sorted { ($0.project, $0.name) < ($1.project, $1.name) }
    }
}

extension Subscription {
    /// The text of the key of its repository; `nil`: no event can match it.
    fileprivate var repositoryKey: String? {
        switch self {
        case .image(let image): image.key.text
        case .git(let git): git.key.text
        case .chart(let chart): chart.key?.text
        }
    }
}
