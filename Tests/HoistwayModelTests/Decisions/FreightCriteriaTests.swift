import HoistwayCrypto
import HoistwayModel
import Synchronization
import Testing

/// `freightCreationCriteria`: what they hold back is recorded, and let through when they are met.
struct FreightCriteriaTests {
    private static let text = "criteria of this test"

    /// A warehouse whose criteria answer as they are told to.
    private final class Criteria: Sendable {
        private let answer = Mutex<FreightCriteria.Answer>(.notMet)
        private let asked = Mutex<[[String]]>([])

        func answers(_ new: FreightCriteria.Answer) { answer.withLock { $0 = new } }
        /// Tags of the artifacts that were asked about.
        var questions: [[String]] { asked.withLock { $0 } }

        var evaluator: FreightCriteria {
            FreightCriteria { text, artifacts, _ in
                #expect(text == FreightCriteriaTests.text)
                self.asked.withLock { asked in
                    asked.append(
                        artifacts.compactMap { if case .image(let image) = $0 { image.tag } else { nil } }
                    )
                }
                return self.answer.withLock { $0 }
            }
        }
    }

    private var world = World()
    private let criteria = Criteria()
    private let key: SubscriptionKey

    init() {
        world.pipelines.projects["shop"]?.warehouses["app"]?.freightCreationCriteria = Self.text
        key = SubscriptionKey(warehouse: World.warehouse, subscription: "image \(World.image)")
    }

    private var heldBack: WarehouseRecord.HeldBack? { world.state.warehouses[World.warehouse]?.heldBack }

    private mutating func receive(_ tag: String) -> Intake.Decision {
        world.now = world.now + .seconds(1)
        let intake = Intake(
            pipelines: world.pipelines,
            now: world.now,
            answers: [:],
            criteria: criteria.evaluator,
            sha1: { SHA1.hash($0) }
        )
        let event = ImageEvent(image: ImageKey(normalised: World.image), tags: [tag], digest: World.digest("a"))
        let source = EventSource(
            receiver: "hook",
            scope: nil,
            projects: nil,
            isEvidence: true,
            receivedAt: world.now,
            name: "hook delivery 1"
        )
        let decision = intake.decide(.image(event), from: source, on: world.state, matcher: world.matcher)
        world.state.apply(decision.changes)
        return decision
    }

    /// A look that finds this tag; `nil`: none.
    private mutating func look(_ tag: String?) throws -> Intake.Result {
        world.now = world.now + .seconds(300)
        let warehouse = try #require(world.pipelines.projects["shop"]?.warehouses["app"])
        let found = tag.map {
            Artifact.image(ImageArtifact(repoURL: World.image, tag: $0, digest: World.digest("a")))
        }
        let intake = Intake(
            pipelines: world.pipelines,
            now: world.now,
            answers: [:],
            criteria: criteria.evaluator,
            sha1: { SHA1.hash($0) }
        )
        let result = intake.decide(
            [Observation(subscription: key, newest: found, known: world.state.subscriptions[key])],
            of: warehouse,
            on: world.state,
            cause: "discovery",
            matcher: world.matcher
        )
        world.state.apply(result.changes)
        return result
    }

    @Test mutating func `what they are false for makes no freight, and the reason is on record`() throws {
        let decision = receive("1.0.0")
        #expect(decision.freight.isEmpty && world.state.freight.isEmpty)
        let sentence = "warehouse app makes no freight of app 1.0.0: freightCreationCriteria '\(Self.text)' is false"
        #expect(decision.trace.contains(sentence), "\(decision.trace)")
        let held = try #require(heldBack)
        #expect(held.sentence(warehouse: "app") == sentence)
        #expect(held.since == world.now)
    }

    @Test mutating func `a look asks again, and lets it through once they are met`() throws {
        _ = receive("1.0.0")
        let since = heldBack?.since
        #expect(try look("1.0.0").freight.isEmpty)
        #expect(heldBack?.since == since)
        criteria.answers(.met)
        #expect(try look("1.0.0").freight.count == 1)
        #expect(world.freight("1.0.0") != nil && heldBack == nil)
        let asked = criteria.questions.count
        #expect(try look("1.0.0").freight.isEmpty)
        #expect(criteria.questions.count == asked)
    }

    @Test mutating func `an expression that fails makes no freight either, and says why`() throws {
        criteria.answers(.failed("Tag of nil"))
        #expect(receive("1.0.0").freight.isEmpty)
        #expect(heldBack?.sentence(warehouse: "app").hasSuffix("cannot be evaluated: Tag of nil") == true)
        // Without an evaluator nothing is met.
        var other = World()
        other.pipelines.projects["shop"]?.warehouses["app"]?.freightCreationCriteria = Self.text
        #expect(other.receive("1.0.0").freight.isEmpty)
    }

    @Test mutating func `they are asked of the newest alone, and an older one that is the newest again is not made`()
        throws
    {
        criteria.answers(.met)
        #expect(receive("1.0.0").freight.count == 1)
        criteria.answers(.notMet)
        #expect(receive("1.1.0").freight.isEmpty && receive("1.2.0").freight.isEmpty)
        #expect(heldBack?.summary == "app 1.2.0")
        // The newest is deleted from the registry: what is left is older.
        #expect(try look("1.1.0").isStepBack == false)
        #expect(heldBack == nil)
        criteria.answers(.met)
        #expect(try look("1.1.0").freight.isEmpty)
        #expect(try look("1.3.0").freight.count == 1)
        #expect(world.freight("1.1.0") == nil && world.freight("1.2.0") == nil)
    }

    @Test mutating func `freight that is there is not asked about, and Manual never asks`() throws {
        criteria.answers(.met)
        _ = receive("1.0.0")
        world.state.subscriptions[key]?.newest = nil
        criteria.answers(.notMet)
        let asked = criteria.questions.count
        _ = try look("1.0.0")
        #expect(criteria.questions.count == asked && heldBack == nil)
        world.pipelines.projects["shop"]?.warehouses["app"]?.freightCreationPolicy = .manual
        _ = receive("2.0.0")
        #expect(criteria.questions.count == asked && heldBack == nil)
    }
}
