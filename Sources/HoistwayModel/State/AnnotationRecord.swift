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

/// Which values of annotations that ask for something have been seen, so that each is acted on once.
package struct AnnotationRecord: Sendable, Equatable, Codable {
    package var key: ObjectKey
    /// By the name of the request; one that is not there was never seen with a value.
    ///
    /// A value stays when the annotation is taken away: the same one once more asks for nothing new.
    package var seen: [String: String]

    package init(key: ObjectKey, seen: [String: String] = [:]) {
        self.key = key
        self.seen = seen
    }
}
