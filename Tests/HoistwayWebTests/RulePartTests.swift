import HoistwayModel
import HoistwayPorts
import Testing

@testable import HoistwayWeb

/// What the list of rules says of each rule, beside the one that decides.
struct RulePartTests {
    @Test func `only the first rule that says no is shown as the one that blocks`() async throws {
        try await RunningWeb.with(.afterDecision()) { web async throws in
            let page = try await web.signedIn(as: "read").get("/projects/shop/stages/prod-us").body
            let start = try #require(page.firstRange(of: "<ol class=\"rules\">"))
            let rest = page[start.upperBound...]
            let list = rest[..<(try #require(rest.firstRange(of: "</ol>"))).lowerBound]
            let said = list.split(separator: "<li ").map { line in
                let words = line.split(separator: "<span class=\"state").last ?? ""
                return String(words.drop { $0 != ">" }.dropFirst().prefix { $0 != "<" })
            }
            #expect(said == ["Passes", "Nothing to do", "Not looked at", "Would block next", "Passes"])
            #expect(list.ranges(of: ">Blocks<").isEmpty)
        }
    }

    @Test func `a rule that decides blocks`() {
        #expect(RulePart(PromotionRule(.automatic, .blocks), isDecided: false) == .decides)
        #expect(RulePart(PromotionRule(.automatic, .blocks), isDecided: true) == .wouldBlock)
        #expect(RulePart(PromotionRule(.present, .blocks), isDecided: true) == .wouldBlock)
        #expect(RulePart(PromotionRule(.queued, .notAsked), isDecided: true) == .notLookedAt)
    }
}

extension Scene {
    /// The freight is there already, and automatic promotion is off besides.
    static func afterDecision() -> Scene {
        var scene = Scene.filled()
        guard var verdict = Shop.verdict() else { return scene }
        verdict.rules = [
            PromotionRule(.manifests, .passes), PromotionRule(.present, .blocks, "it is there"),
            PromotionRule(.queued, .notAsked), PromotionRule(.automatic, .blocks, "no policy turns it on"),
            PromotionRule(.observedBefore, .passes),
        ]
        scene.shop.stages[StageKey(project: "shop", name: "prod-us")]?.verdicts = [verdict]
        return scene
    }
}
