/// The paths of the pages.
extension PagePaths {
    package func project(_ name: String) -> Link { self("projects", name) }

    package func stage(_ name: String, project: String) -> Link { self("projects", project, "stages", name) }

    package func freight(_ id: String, project: String) -> Link { self("projects", project, "freight", id) }

    package func promotion(_ id: String, project: String) -> Link { self("projects", project, "promotions", id) }

    package func warehouse(_ name: String, project: String) -> Link { self("projects", project, "warehouses", name) }

    package func delivery(_ id: Int64) -> Link { self("deliveries", String(id)) }

    /// This page with another query.
    func page(_ parts: [String], _ query: [(name: String, value: String?)]) -> Link {
        link(parts, query: query.compactMap { field in field.value.map { (field.name, $0) } })
    }
}
