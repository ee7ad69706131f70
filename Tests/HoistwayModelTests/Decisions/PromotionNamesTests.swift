import HoistwayModel
import Testing

/// I11: names of promotions never go back.
struct PromotionNamesTests {
    private static let freight = FreightID("0123456789abcdef0123456789abcdef01234567")
    private static let noon = Timestamp(seconds: 1_767_225_600)

    private func names(_ count: Int, of names: inout PromotionNames, at now: Timestamp, seed: UInt64) -> [PromotionID] {
        var state = seed
        return (0..<count).map { number in
            // Two stages by turns: the order must not depend on their names.
            let stage = StageKey(project: "shop", name: number.isMultiple(of: 2) ? "zoo" : "a.b-c")
            return names.next(stage: stage, freight: Self.freight, now: now) {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return state
            }
        }
    }

    @Test(arguments: [-86_400 * 400, -3600, -1, 0, 1, 86_400 * 400] as [Int64], [1, 2, .max] as [UInt64])
    func `after a restart names go on behind those that are known, whatever the clock says`(
        _ seconds: Int64,
        _ seed: UInt64
    ) {
        var before = PromotionNames()
        let known = names(7, of: &before, at: Self.noon, seed: seed)
        var after = PromotionNames()
        after.goOn(after: known.shuffled() + [PromotionID("made-by-hand"), PromotionID("zoo.not-a-ulid.abc")])
        let made = known + names(7, of: &after, at: Self.noon + .seconds(seconds), seed: seed &+ 1)
        for (earlier, later) in zip(made, made.dropFirst()) {
            #expect(earlier.wasMadeBefore(later) && !later.wasMadeBefore(earlier), "\(earlier) \(later)")
        }
        #expect(Set(made).count == made.count)
        for stage in ["zoo.", "a.b-c."] {
            let own = made.filter { $0.text.hasPrefix(stage) }
            #expect(own == own.sorted())
        }
    }

    @Test func `nothing that is known changes nothing`() {
        var fresh = PromotionNames()
        fresh.goOn(after: [])
        #expect(names(1, of: &fresh, at: Self.noon, seed: 3)[0].text.contains(".01kdvdna00"))
    }
}
