import HoistwayModel
import HoistwaySettings
import Testing

@testable import HoistwayCommands

/// When manifests in Git are looked at.
struct ManifestScheduleTests {
    private static let start = Timestamp(seconds: 1_800_000_000)

    private static func followed(_ name: String, interval: Duration = .seconds(3600)) -> FollowedManifests {
        let key = RepositoryKey(normalised: "git.test/\(name)")
        let source = ManifestSource(
            repoURL: "https://git.test/\(name)",
            key: key,
            branch: "main",
            path: .within(""),
            projects: nil
        )
        return FollowedManifests(source: source, interval: interval, place: SourcePlace(file: "f", line: 1))
    }

    /// The pauses after each look of this outcome, the first of them told of by a push.
    private static func pauses(
        _ outcomes: [ManifestSchedule.Outcome],
        interval: Duration = .seconds(3600)
    ) async throws -> [Duration] {
        let schedule = ManifestSchedule()
        let one = followed("a", interval: interval)
        var now = start
        var pauses: [Duration] = []
        for (index, outcome) in outcomes.enumerated() {
            let told = index == 0 ? [one.source.place] : []
            let look = try #require(await schedule.looks(at: [one], told: told, now: now).first)
            await schedule.note(outcome, of: look, now: now)
            let next = try #require(await schedule.next)
            pauses.append(next - now)
            now = next
        }
        return pauses
    }

    /// Behind a host's load balancer the push may not be everywhere yet.
    @Test func `a push that is not seen yet is looked for again and again, ever later`() async throws {
        let found = try await Self.pauses([.unchanged, .unchanged, .unchanged, .changed, .unchanged])
        #expect(found == [.seconds(2), .seconds(4), .seconds(8), .seconds(3600), .seconds(3600)])
        let never = try await Self.pauses(Array(repeating: .unchanged, count: 5), interval: .seconds(10))
        #expect(never == [.seconds(2), .seconds(4), .seconds(8), .seconds(10), .seconds(10)])
    }

    @Test func `what fails is tried again soon, and no more seldom than at its interval`() async throws {
        let found = try await Self.pauses(Array(repeating: .failed, count: 5), interval: .seconds(10))
        #expect(found == [.seconds(2), .seconds(4), .seconds(8), .seconds(10), .seconds(10)])
    }

    @Test func `one that is looked at holds up no other, and is looked at once more for a push meanwhile`() async throws
    {
        let schedule = ManifestSchedule()
        let sources = [Self.followed("a"), Self.followed("b")]
        let first = await schedule.looks(at: sources, told: [], now: Self.start)
        #expect(first.map(\.followed) == sources && first.allSatisfy { !$0.isTold })
        await schedule.note(.changed, of: first[1], now: Self.start)
        let places = sources.map(\.source.place)
        let second = await schedule.looks(at: sources, told: places, now: Self.start)
        #expect(second.map(\.followed) == [sources[1]], "the other is still under way")
        await schedule.note(.changed, of: first[0], now: Self.start)
        let third = await schedule.looks(at: sources, told: [], now: Self.start)
        #expect(third.map(\.followed) == [sources[0]] && third.first?.isTold == true)
    }

    @Test func `a clock that was set back does not put it off`() async throws {
        let schedule = ManifestSchedule()
        let one = Self.followed("a", interval: .seconds(300))
        let look = try #require(await schedule.looks(at: [one], told: [], now: Self.start).first)
        await schedule.note(.changed, of: look, now: Self.start)
        #expect(await schedule.looks(at: [one], told: [], now: Self.start + .seconds(299)).isEmpty)
        #expect(await schedule.looks(at: [one], told: [], now: Self.start + .seconds(-86_400)).count == 1)
    }
}
