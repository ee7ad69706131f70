import HoistwayPorts
import Testing

@testable import HoistwayEngine

struct IntakePaceTests {
    private static let start = ContinuousClock.now

    /// Batches of 64, each begun `every` after the one before and taking `took`; `arrived` come in between two.
    private static func pauses(_ batches: [(every: Duration, took: Duration, arrived: Int64)]) -> [Duration?] {
        var pace = IntakePace()
        var begun = start
        var newest: Int64 = 1000
        return batches.map { batch in
            begun += batch.every
            newest += batch.arrived
            let ended = begun + batch.took
            return pace.pause(afterDeciding: 64, newest: DeliveryID(newest), from: begun, to: ended)
        }
    }

    @Test func `deciding that keeps up is not held up, however much waits`() {
        // 6,400 a second are decided, and 1,000 come in.
        let batch = (every: Duration.milliseconds(10), took: Duration.milliseconds(10), arrived: Int64(10))
        #expect(Self.pauses([batch, batch, batch]) == [nil, nil, nil])
    }

    @Test func `a rush has seven times what a batch takes, and ends with it`() {
        let rush = (every: Duration.milliseconds(20), took: Duration.milliseconds(20), arrived: Int64(120))
        // The pause itself is no reason to think that less comes in.
        let paused = (every: Duration.milliseconds(160), took: Duration.milliseconds(20), arrived: Int64(960))
        let over = (every: Duration.milliseconds(160), took: Duration.milliseconds(10), arrived: Int64(200))
        #expect(
            Self.pauses([rush, rush, paused, over])
                == [nil, .milliseconds(140), .milliseconds(140), nil]
        )
    }

    @Test func `a pause has bounds`() {
        let quick = (every: Duration.milliseconds(1), took: Duration.milliseconds(1), arrived: Int64(100))
        let slow = (every: Duration.seconds(1), took: Duration.seconds(1), arrived: Int64(9000))
        #expect(Self.pauses([quick, quick, slow]) == [nil, .milliseconds(25), .milliseconds(250)])
    }

    @Test(arguments: [(took: 20, pause: 300), (took: 1_000, pause: 500)])
    func `where many wait it is longer, up to half a second`(took: Int, pause: Int) {
        var pace = IntakePace()
        let took = Duration.milliseconds(took)
        let begun = Self.start
        _ = pace.pause(afterDeciding: 64, isRush: true, newest: DeliveryID(0), from: begun, to: begun + took)
        let next = begun + took
        let found = pace.pause(
            afterDeciding: 64,
            isRush: true,
            newest: DeliveryID(9000),
            from: next,
            to: next + took
        )
        #expect(found == .milliseconds(pause))
    }
}
