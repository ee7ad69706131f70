import HoistwayModel
import HoistwayPorts
import Testing

@testable import HoistwayCommands

/// The list of stages.
struct StageViewTests {
    @Test func `I3: a promotion that waits for its next try shows when that is`() {
        func table(_ nextTry: Timestamp?) -> String {
            StageView.table([
                StageView(
                    project: "shop",
                    name: "test",
                    current: [],
                    autoPromotion: true,
                    promotion: "test.1",
                    phase: "Promoting",
                    waiting: 0,
                    nextTry: nextTry,
                    reason: "git.test refused the connection"
                )
            ])
        }
        let time = Timestamp(seconds: SystemClock().now().seconds + 3600)
        #expect(table(SystemClock().now()).contains("git.test refused the connection; next try due now"))
        #expect(table(time).contains("git.test refused the connection; next try \(time.rfc3339) ("))
        #expect(!table(nil).contains("next try"))
    }
}
