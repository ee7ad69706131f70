import HoistwayModel

/// What is found in a configuration without going through it: made once for each.
struct ConfigurationIndex: Sendable {
    /// Which stages take freight from where.
    let graph: StageGraph
    /// Which stages write what.
    let reach: StageReach
    /// Which warehouses subscribe to what.
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
