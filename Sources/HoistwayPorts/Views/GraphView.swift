/// Warehouses and stages of one project, and the edges along which freight moves.
package struct GraphView: Sendable, Codable, Equatable {
    package enum NodeKind: String, Sendable, Codable, CaseIterable {
        case warehouse
        case stage
    }

    package struct Node: Sendable, Codable, Hashable {
        package var kind: NodeKind
        package var name: String

        package init(kind: NodeKind, name: String) {
            self.kind = kind
            self.name = name
        }
    }

    package struct Edge: Sendable, Codable, Hashable {
        package var from: Node
        package var to: Node
        /// The warehouse whose freight uses this edge.
        package var warehouse: String

        package init(from: Node, to: Node, warehouse: String) {
            self.from = from
            self.to = to
            self.warehouse = warehouse
        }
    }

    package struct Stage: Sendable, Codable, Equatable {
        package var name: String
        package var labels: [String: String]
        package var color: String?
        package var isControlFlow: Bool

        package init(name: String, labels: [String: String], color: String?, isControlFlow: Bool) {
            self.name = name
            self.labels = labels
            self.color = color
            self.isControlFlow = isControlFlow
        }
    }

    package var project: String
    /// By name.
    package var warehouses: [String]
    /// Upstream stages first.
    package var stages: [Stage]
    /// In the order of the stages at their ends.
    package var edges: [Edge]

    package init(project: String, warehouses: [String], stages: [Stage], edges: [Edge]) {
        self.project = project
        self.warehouses = warehouses
        self.stages = stages
        self.edges = edges
    }
}
