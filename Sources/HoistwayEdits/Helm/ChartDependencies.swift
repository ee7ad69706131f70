import HoistwayModel

/// The dependencies in a Helm chart's `Chart.yaml` or `Chart.lock`.
package struct ChartDependencies: Equatable, Sendable {
    package struct Dependency: Hashable, Sendable {
        package var name: String
        package var repository: String
        package var version: String

        package init(name: String, repository: String, version: String) {
            self.name = name
            self.repository = repository
            self.version = version
        }
    }

    package private(set) var list: [Dependency] = []

    package init() {}

    /// Reads a file; the list is empty for a file without dependencies.
    package init(of bytes: [UInt8]) throws(UpdateFailure) {
        let value = try DocumentReader.yaml(bytes)
        guard case .list(let items)? = value["dependencies"] else { return }
        for item in items {
            list.append(
                Dependency(
                    name: Self.text(item["name"]),
                    repository: Self.text(item["repository"]),
                    version: Self.text(item["version"])
                )
            )
        }
    }

    private static func text(_ value: DocumentValue?) -> String {
        switch value {
        case .string(let text)?: text
        case .number(let number)?: ScalarValue.text(of: number)
        default: ""
        }
    }
}

/// `helm-update-chart`: sets the versions of dependencies in a `Chart.yaml`.
package enum ChartUpdate {
    /// Sets the version of each dependency whose name and repository are exactly those of an item.
    ///
    /// - Parameter charts: items of the step's `charts`.
    package static func setVersions(
        _ charts: [ChartDependencies.Dependency],
        in document: [UInt8]
    ) throws(UpdateFailure) -> UpdateEdit {
        let dependencies = try ChartDependencies(of: document).list
        var updates: [ScalarUpdate] = []
        for chart in charts {
            let place = dependencies.firstIndex { dependency in
                dependency.name.utf8.elementsEqual(chart.name.utf8)
                    && dependency.repository.utf8.elementsEqual(chart.repository.utf8)
            }
            guard let place else {
                throw .unknownDependency(
                    name: chart.name,
                    repository: chart.repository,
                    known: dependencies.map { "\($0.name) of \($0.repository)" }
                )
            }
            updates.append(ScalarUpdate(key: "dependencies.\(place).version", value: .string(chart.version)))
        }
        return try YAMLUpdate.apply(updates, to: document)
    }

    /// The output `commitMessage`; `nil` where nothing changed.
    ///
    /// The text is Kargo's; the lines are sorted by name, while Kargo's have no order.
    ///
    /// - Parameters:
    ///   - path: as in the step's configuration.
    ///   - before: the dependencies in `Chart.lock` before the update; `nil` where there is no such file.
    ///   - after: the dependencies in `Chart.lock` after the update.
    package static func message(
        path: String,
        before: ChartDependencies?,
        after: ChartDependencies
    ) -> String? {
        var old: [String: String] = [:]
        var new: [String: String] = [:]
        for dependency in before?.list ?? [] { old[dependency.name] = dependency.version }
        for dependency in after.list { new[dependency.name] = dependency.version }
        let names = Set(old.keys).union(new.keys).sorted(by: precedesBytewise)
        let lines = names.compactMap { name -> String? in
            switch (old[name], new[name]) {
            case (let before?, let after?): before == after ? nil : "\(name): \(before) -> \(after)"
            case (nil, let after?): "\(name): \(after)"
            case (_, nil): "\(name): removed"
            }
        }
        return lines.isEmpty ? nil : UpdateMessage.text("Updated chart dependencies for \(path)", lines)
    }
}
