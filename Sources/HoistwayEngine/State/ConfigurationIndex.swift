import HoistwayModel

/// Indexes of a configuration, made once for each, so that searches need no scan.
struct ConfigurationIndex: Sendable {
    /// From where each stage requests freight.
    let graph: StageGraph
    /// Which branches and repositories stages write.
    let reach: StageReach
    /// What warehouses subscribe to.
    let subscribers: Subscribers
    /// Which Applications are refreshed when a push concerns them.
    let refreshRules: RefreshRules

    init(_ configuration: EngineConfiguration) {
        graph = StageGraph(configuration.pipelines)
        reach = StageReach(configuration.pipelines)
        subscribers = Subscribers(configuration.pipelines)
        refreshRules = RefreshRules(configuration)
    }
}
