/// The size of the measurements, and the programs.
struct Scale: Sendable {
    /// The `hoistway` of the same build.
    var hoistway: String
    /// The same with a faster clock.
    var quickProgram: String
    var ownProgram: String
    /// How often alternatives are measured in turn; the result is their median.
    var rounds: Int
    /// Duration of each load.
    var seconds: Double
    var starts: Int
    var queued: Int
    var memorySeconds: Double
    /// The second after which growth counts.
    var settledSecond: Int
    /// Number of measured promotions of each kind.
    var promotions: Int
    /// The same, where a clone takes seconds.
    var largeRounds: Int
    /// Stages that are promoted at once.
    var branches: Int
    /// Services that share one stage branch.
    let services = 40
    /// Deliveries with wrong signatures.
    let flood = 10_000
    /// Image events in one rush, a multiple of the number of images.
    var rush: Int
    /// A day of a busy instance: the number of webhooks, the number of parts, and real seconds.
    var day: (deliveries: Int, parts: Int, seconds: Double)
    /// Sizes of the wide and the nested repository.
    var large: Int
    /// Applications in one cluster.
    var applications: Int
    /// Promotions that wait for one Application each.
    var waits: Int
    /// Promotions that wait for a pull request each.
    var pulls: Int
    /// How many of these are merged, one after another.
    var merges: Int
    /// How long the cost of waiting is measured, in seconds.
    var waitingSeconds: Int
    /// How long an instance without work is measured, and how long its first looks may take, both in seconds.
    var idle: (rest: Int, seconds: Int)
    /// Lines of bare expressions.
    var expressions: Int
    /// The sizes for growing costs.
    var scaling: ScalingSizes

    init(programs folder: String, isQuick: Bool) {
        hoistway = "\(folder)/hoistway"
        quickProgram = "\(folder)/hoistway-quick"
        ownProgram = "\(folder)/hoistway-bench"
        rounds = isQuick ? 1 : 7
        seconds = isQuick ? 3 : 5
        starts = isQuick ? 5 : 15
        queued = isQuick ? 20_000 : 100_000
        memorySeconds = isQuick ? 10 : 60
        settledSecond = isQuick ? 3 : 10
        rush = isQuick ? 10_000 : 250_000
        day = isQuick ? (48_000, 24, 72) : (1_000_000, 96, 840)
        promotions = isQuick ? 5 : 10
        largeRounds = isQuick ? 2 : 7
        branches = isQuick ? 20 : 100
        large = isQuick ? 20_000 : 100_000
        applications = isQuick ? 500 : 5000
        waits = isQuick ? 20 : 100
        pulls = isQuick ? 20 : 500
        merges = isQuick ? 10 : 250
        waitingSeconds = isQuick ? 20 : 180
        idle = isQuick ? (120, 30) : (240, 120)
        expressions = isQuick ? 10_000 : 100_000
        scaling = ScalingSizes(isQuick: isQuick)
    }
}
