import HoistwayEdits
import HoistwayModel
import HoistwayPorts

extension StepContext {
    /// The version of a dependency's chart in the freight, for a step that names no version.
    ///
    /// - Parameter warehouse: the one whose freight is meant; `nil`: any.
    func chartVersion(
        of dependency: ChartDependencies.Dependency,
        from warehouse: String?
    ) throws(StepFailure) -> String {
        let source = ChartSource(dependency, isNamed: true)
        switch lookup.chart(of: source.repoURL, named: source.name, from: warehouse) {
        case .found(let chart): return chart.version
        case .absent:
            let of = warehouse.map { " of the warehouse \($0)" } ?? ""
            throw .unmet(
                "the freight\(of) carries no chart \(dependency.name) of \(dependency.repository), and the step names no "
                    + "version for it",
                hint: "subscribe a warehouse of the stage to the chart, or give the step's chart a version"
            )
        case .ambiguous(let warehouses):
            throw .unmet(
                "freight of \(Listing.text(warehouses)) carries the chart \(dependency.name), so that the version to set is "
                    + "not clear",
                hint:
                    "name the warehouse: `version: '${{ chartFrom(\"URL\", \"NAME\", warehouse(\"NAME\")).Version }}'`"
            )
        }
    }

    /// Whether the configuration, or a subscription of the stage's warehouses, names the host of a chart's repository:
    /// then requests may go to any address.
    func namesHost(of source: ChartSource) -> Bool {
        guard let authority = source.authority, let parts = WebAddress.parts(of: authority) else { return false }
        let isSubscribed = subscriptions.contains { subscription in
            if case .chart(let chart) = subscription { chart.host == authority } else { false }
        }
        let port = parts.port ?? (URLText.scheme(of: source.repoURL) == "http" ? 80 : 443)
        let rules = http?.policy.privateHosts ?? []
        return isSubscribed || rules.contains { $0.matches(host: parts.host, port: port) }
    }
}

extension ChartSource {
    /// A chart as a dependency names it.
    init(_ dependency: ChartDependencies.Dependency, isNamed: Bool) {
        var folder = dependency.repository
        guard URLText.scheme(of: folder) == "oci" else {
            self.init(repoURL: folder, name: dependency.name, isNamed: isNamed)
            return
        }
        while folder.hasSuffix("/") { folder.removeLast() }
        self.init(repoURL: "\(folder)/\(dependency.name)", name: "", isNamed: isNamed)
    }

    /// `host[:port]`.
    fileprivate var authority: String? {
        let parts = repoURL.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        return parts.count > 2 && !parts[2].isEmpty ? parts[2].lowercased() : nil
    }
}
