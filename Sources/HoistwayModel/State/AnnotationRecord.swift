/// The object of a manifest.
package struct ObjectKey: Hashable, Sendable, Codable, CustomStringConvertible {
    /// `Stage` or `Warehouse`.
    package var kind: String
    package var project: String
    package var name: String

    package init(kind: String, project: String, name: String) {
        self.kind = kind
        self.project = project
        self.name = name
    }

    package init(_ stage: StageKey) { self.init(kind: "Stage", project: stage.project, name: stage.name) }
    package init(_ warehouse: WarehouseKey) {
        self.init(kind: "Warehouse", project: warehouse.project, name: warehouse.name)
    }

    package var description: String { "\(kind) \(project)/\(name)" }
}

/// The known values of annotations with requests, so that each is executed once.
package struct AnnotationRecord: Sendable, Equatable, Codable {
    package var key: ObjectKey
    /// By the name of the request; a missing one never had a value.
    ///
    /// A value stays when the annotation is removed: the same value later is not a new request.
    package var seen: [String: String]

    package init(key: ObjectKey, seen: [String: String] = [:]) {
        self.key = key
        self.seen = seen
    }
}
