/// The sizes of the measurements of growing costs.
struct ScalingSizes: Sendable {
    /// Rounds of alternatives that are measured in turn.
    let rounds: Int
    /// Stages of the three instances.
    let small = 90
    let medium: Int
    let large: Int
    /// Stages of the instance whose pages are compared with those of the large one.
    let pages: Int
    /// Single events in each round.
    let lone: Int
    /// Seconds after which a round sends no further single event.
    let loneSeconds: Double
    /// Events of a burst in each round.
    let burst: Int
    /// Requests in each round.
    let listings: Int
    /// Pieces of freight in five warehouses.
    let fewFreight = 100
    let muchFreight: Int
    /// The size of a long history.
    let history: SeededHistory.Size
    /// Number of starts, and of runs of `check`.
    let starts: Int

    init(isQuick: Bool) {
        rounds = isQuick ? 1 : 7
        medium = isQuick ? 300 : 6_000
        large = isQuick ? 600 : 15_000
        pages = isQuick ? 90 : 600
        lone = isQuick ? 30 : 300
        loneSeconds = isQuick ? 10 : 40
        burst = isQuick ? 200 : 2_000
        listings = isQuick ? 5 : 50
        muchFreight = isQuick ? 2_000 : 20_000
        history =
            isQuick
            ? SeededHistory.Size(freight: 1_000, promotions: 5_000, deliveries: 10_000)
            : SeededHistory.Size(freight: 50_000, promotions: 500_000, deliveries: 1_000_000)
        starts = isQuick ? 1 : 7
    }
}
