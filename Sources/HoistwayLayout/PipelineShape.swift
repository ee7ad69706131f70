/// The parts of a pipeline's graph: its warehouses, its stages, and where each stage takes freight from.
///
/// It has nothing that changes while promotions run, so that one layout is enough until the manifests change.
package struct PipelineShape: Sendable, Hashable {
    package struct Stage: Sendable, Hashable {
        package var name: String
        /// Large pipelines draw stages with the same group as one card; `nil`: stages with equal upstreams form a
        /// group.
        package var group: String?
        /// Warehouses whose freight the stage takes directly.
        package var warehouses: [String]
        /// Stages whose freight the stage takes.
        package var upstreams: [String]

        package init(name: String, group: String? = nil, warehouses: [String] = [], upstreams: [String] = []) {
            self.name = name
            self.group = group
            self.warehouses = warehouses
            self.upstreams = upstreams
        }
    }

    /// Sorted by name.
    package let warehouses: [String]
    /// Sorted by name.
    package let stages: [Stage]

    /// The order of the arguments makes no difference.
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
