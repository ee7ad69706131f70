import Foundation
import HoistwayModel
import HoistwayPorts
import Testing

@testable import HoistwayCommands

/// The list of stages.
struct StageViewTests {
    @Test func `I3: a promotion that waits for its next try shows when that is`() {
        func table(_ nextTry: Timestamp?) -> String {
            StageView.sheet(
                [
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
                ],
                .plain
            ).text()
        }
        let time = Timestamp(seconds: SystemClock().now().seconds + 3600)
        #expect(table(SystemClock().now()).contains("git.test refused the connection; next try now"))
        #expect(table(time).contains("git.test refused the connection; next try in "))
        #expect(!table(nil).contains("next try"))
    }

    @Test func `a stage shows its health, and below the table why it is not healthy`() throws {
        let json = """
            {"status": "Unhealthy", "since": 0, "reason": "Application argocd/a is Degraded: crash loop",
             "applications": [{"cluster": "main", "namespace": "argocd", "name": "a", "status": "Unhealthy",
             "reason": "Application argocd/a is Degraded: crash loop", "since": 0}], "isReady": false, "notReady": "x"}
            """
        let health = try JSONDecoder().decode(StageHealth.self, from: Data(json.utf8))
        func view(_ name: String, _ health: StageHealth?) -> StageView {
            StageView(
                project: "shop",
                name: name,
                current: [],
                autoPromotion: true,
                promotion: nil,
                phase: "Succeeded",
                waiting: 0,
                reason: "nothing new",
                health: health
            )
        }
        let lines = StageView.sheet([view("test", health), view("uat", nil)], .plain).text().split(separator: "\n")
        #expect(lines.count == 4)
        #expect(lines[0].contains("PHASE      HEALTH     AGE"))
        #expect(lines[1].contains("Succeeded  Unhealthy  -"))
        #expect(lines[2].contains("Succeeded  -          -"))
        #expect(lines[3].hasPrefix("shop/test: Unhealthy since "))
        #expect(lines[3].hasSuffix(": Application argocd/a is Degraded: crash loop"))
    }
}
