/// What a graph of a pipeline is made of: its warehouses, its stages, and where each stage takes freight from.
///
/// It holds nothing that changes while promotions run, so that one layout serves until the manifests change.
package struct PipelineShape: Sendable, Hashable {
    package struct Stage: Sendable, Hashable {
        package var name: String
        /// Stages with the same one are drawn as one card in large pipelines; `nil`: equal upstreams decide.
        package var group: String?
        /// Warehouses whose freight it takes directly.
        package var warehouses: [String]
        /// Stages whose freight it takes.
        package var upstreams: [String]

        package init(name: String, group: String? = nil, warehouses: [String] = [], upstreams: [String] = []) {
            self.name = name
            self.group = group
            self.warehouses = warehouses
            self.upstreams = upstreams
        }
    }

    /// By name.
    package let warehouses: [String]
    /// By name.
    package let stages: [Stage]

    /// The order in which they are handed in decides nothing.
    package init(warehouses: [String], stages: [Stage]) {
        self.warehouses = warehouses.sorted()
        self.stages = stages.sorted { $0.name < $1.name }
            .map { stage in
                var sorted = stage
                sorted.warehouses.sort()
                sorted.upstreams.sort()
                return sorted
            }
    }
}
