import HoistwayModel
import Testing

/// Which sync window blocks an operation, and when that changes.
struct SyncWindowTests {
    /// As in Berlin in 2026: summer time from 29 March, 01:00 UTC, to 25 October, 01:00 UTC.
    private static let berlin = ZoneRules { second in
        (time("2026-03-29T01:00:00Z").seconds..<time("2026-10-25T01:00:00Z").seconds).contains(second) ? 7200 : 3600
    }

    private static func time(_ text: String) -> Timestamp { Timestamp(rfc3339: text) ?? Timestamp(seconds: 0) }

    private static func next(_ schedule: String, after text: String, in zone: ZoneRules = .utc) throws -> String? {
        try CronSchedule(schedule).next(after: time(text).seconds, in: zone).map { Timestamp(seconds: $0).rfc3339 }
    }

    // MARK: Schedules

    @Test(arguments: [
        ("* * * * *", "2026-11-29T10:00:00Z", "2026-11-29T10:01:00Z"),
        ("*/15 9-17 * * *", "2026-11-29T17:45:00Z", "2026-11-30T09:00:00Z"),
        ("5/20 * * * *", "2026-11-29T10:06:00Z", "2026-11-29T10:25:00Z"),
        ("0 22 * * mon-fri", "2026-11-27T22:00:00Z", "2026-11-30T22:00:00Z"),
        ("0 0 1 JAN ?", "2026-11-29T10:00:00Z", "2027-01-01T00:00:00Z"),
        ("0 0 29 2 *", "2026-11-29T10:00:00Z", "2028-02-29T00:00:00Z"),
        ("30 8 1,15 * *", "2026-11-15T08:30:00Z", "2026-12-01T08:30:00Z"),
        // Neither is a star: either suffices.
        ("0 0 13 * 5", "2026-11-29T10:00:00Z", "2026-12-04T00:00:00Z"),
        // `*/2` is no star: days 1, 3, 5 … or Fridays.
        ("0 0 */2 * 5", "2026-12-03T00:00:00Z", "2026-12-04T00:00:00Z"),
        // One is a star: both must fit.
        ("0 0 */1 * 0", "2026-11-29T10:00:00Z", "2026-12-06T00:00:00Z"),
    ])
    func `the next beginning is after the moment`(schedule: String, after: String, next: String) throws {
        #expect(try Self.next(schedule, after: after) == next)
    }

    @Test(arguments: [
        "", "* * * *", "* * * * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * * 13 *", "* * * * 7",
        "@daily", "1-0 * * * *", "*/0 * * * *", "a * * * *", "1,,2 * * * *", "1/2/3 * * * *", "0 0 30 2 *",
        "0 0 31 4,6 *",
    ])
    func `what is no schedule, or never comes, is refused`(schedule: String) {
        #expect(throws: CronSchedule.Problem.self) { try CronSchedule(schedule) }
    }

    @Test(arguments: [
        // Each day by its own clocks.
        ("0 12 * * *", "2026-03-28T12:00:00Z", "2026-03-29T10:00:00Z"),
        ("0 12 * * *", "2026-10-24T12:00:00Z", "2026-10-25T11:00:00Z"),
        // In the hour that is left out: the first instant after it, once.
        ("30 2 * * *", "2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z"),
        ("*/10 2 * * *", "2026-03-29T01:00:00Z", "2026-03-30T00:00:00Z"),
        // In the hour that comes twice: the first time alone.
        ("30 2 * * *", "2026-10-24T12:00:00Z", "2026-10-25T00:30:00Z"),
        ("30 2 * * *", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"),
        ("0 3 * * *", "2026-10-25T00:30:00Z", "2026-10-25T02:00:00Z"),
    ])
    func `beginnings go by the clocks of the place`(schedule: String, after: String, next: String) throws {
        #expect(try Self.next(schedule, after: after, in: Self.berlin) == next)
    }

    // MARK: Which Applications

    @Test(arguments: [
        (["web"], [String](), [String](), false, true), (["w*"], [], [], false, true), (["*"], [], [], false, true),
        (["web-?"], [], [], false, false), (["{api,web}"], [], [], false, true), (["[a-w]eb"], [], [], false, true),
        (["[!w]eb"], [], [], false, false), ([], ["shop-*"], [], false, true), ([], [], ["in-cluster"], false, true),
        // A star takes slashes too.
        ([], [], ["https://*"], false, true), ([], [], ["*svc"], false, true),
        (["api"], ["shop-test"], [], false, true), (["api"], ["shop-test"], [], true, false),
        (["web"], ["shop-test"], [], true, true), ([], [], [], false, false), ([], [], [], true, false),
        (["{web"], [], [], false, false), (["[we"], [], [], false, false),
    ])
    func `a window is about the Applications that its lists match`(
        applications: [String],
        namespaces: [String],
        clusters: [String],
        usesAnd: Bool,
        isIt: Bool
    ) {
        let window = SyncWindow(
            kind: "deny",
            schedule: "* * * * *",
            duration: "1h",
            applications: applications,
            namespaces: namespaces,
            clusters: clusters,
            usesAnd: usesAnd
        )
        #expect(window.selects(Self.application) == isIt)
    }

    private static let application = Application(
        key: ApplicationKey(namespace: "argocd", name: "web"),
        sources: [],
        destination: Application.Destination(
            server: "https://kubernetes.default.svc",
            name: "in-cluster",
            namespace: "shop-test"
        )
    )

    // MARK: Decisions

    private static func window(
        _ kind: String,
        _ schedule: String,
        _ duration: String = "1h",
        manual: Bool = false,
        zone: String = ""
    ) -> SyncWindow {
        SyncWindow(
            kind: kind,
            schedule: schedule,
            duration: duration,
            timeZone: zone,
            applications: ["*"],
            manualSync: manual
        )
    }

    /// At 10:30 on a Sunday.
    private static func verdict(
        _ windows: [SyncWindow],
        manual: Bool = false,
        at now: String = "2026-11-29T10:30:00Z"
    ) -> SyncWindowVerdict {
        SyncWindowVerdict(of: application, windows: windows, isManual: manual, at: time(now)) { name in
            name == "Europe/Berlin" ? berlin : nil
        }
    }

    private static let deny = window("deny", "0 10 * * *")
    private static let laterDeny = window("deny", "0 12 * * *")
    private static let allow = window("allow", "0 10 * * *")
    private static let laterAllow = window("allow", "0 12 * * *")

    @Test(arguments: [
        ([SyncWindow](), false, true), ([deny], false, false), ([laterDeny], false, true), ([allow], false, true),
        ([laterAllow], false, false), ([allow, deny], false, false), ([laterAllow, laterDeny], false, false),
        ([allow, laterAllow], false, true), ([allow, laterDeny], false, true),
        // `manualSync` must stand in each window that blocks.
        ([window("deny", "0 10 * * *", manual: true)], true, true),
        ([window("deny", "0 10 * * *", manual: true)], false, false), ([deny], true, false),
        ([window("deny", "0 10 * * *", manual: true), deny], true, false),
        ([deny, window("allow", "0 10 * * *", manual: true)], true, false),
        ([window("allow", "0 12 * * *", manual: true)], true, true),
        ([window("allow", "0 12 * * *", manual: true), laterAllow], true, false),
        ([window("allow", "0 12 * * *", manual: true), window("deny", "0 10 * * *", manual: true)], true, true),
        // What cannot be read blocks.
        ([allow, window("allow", "never")], false, false),
        ([allow, window("allow", "* * * * *", "soon")], true, false),
        ([allow, window("maybe", "* * * * *")], false, false),
    ])
    func `the windows decide as in Argo CD`(windows: [SyncWindow], manual: Bool, isAllowed: Bool) {
        #expect(Self.verdict(windows, manual: manual).isAllowed == isAllowed)
    }

    @Test(arguments: [
        ("2026-11-29T09:59:59Z", true), ("2026-11-29T10:00:00Z", false), ("2026-11-29T10:59:59Z", false),
        ("2026-11-29T11:00:00Z", true),
    ])
    func `a window holds from its first instant to just before its end`(now: String, isAllowed: Bool) {
        #expect(Self.verdict([Self.deny], at: now).isAllowed == isAllowed)
    }

    @Test(arguments: [
        ([deny], "2026-11-29T11:00:00Z"), ([laterAllow], "2026-11-29T12:00:00Z"),
        ([laterDeny], "2026-11-29T12:00:00Z"), ([allow], "2026-11-29T11:00:00Z"),
        // The allow window opens while a deny window is on.
        ([laterAllow, window("deny", "0 11 * * *", "90m")], "2026-11-29T12:30:00Z"),
        // Windows that overlap are one.
        ([window("deny", "0 * * * *", "1h"), window("allow", "0 14 * * *")], nil),
        ([window("deny", "0 10 * * *", "1h"), window("deny", "30 10 * * *", "2h")], "2026-11-29T12:30:00Z"),
        ([window("allow", "0 3 1 7 *")], nil),
        // It spans the change of clocks: 10 h by the clock on the wall are 10 h.
        ([window("deny", "0 11 * * *", "1h", zone: "Europe/Berlin")], "2026-11-29T11:00:00Z"),
    ])
    func `the next change of the answer is told`(windows: [SyncWindow], at: String?) {
        #expect(Self.verdict(windows).changesAt?.rfc3339 == at)
    }

    @Test func `a window that spans a change of clocks keeps its length`() {
        let window = Self.window("deny", "0 22 * * *", "6h", zone: "Europe/Berlin")
        // From 21:00 UTC, on standard time, to 03:00 UTC.
        #expect(!Self.verdict([window], at: "2026-03-29T02:59:00Z").isAllowed)
        #expect(Self.verdict([window], at: "2026-03-29T03:00:00Z").isAllowed)
        #expect(Self.verdict([window], at: "2026-03-28T20:59:00Z").isAllowed)
    }

    @Test func `the sentence names the window and the time of the change`() {
        var window = Self.window("deny", "0 10 * * *", zone: "Europe/Berlin")
        window.schedule = "0 11 * * *"
        window.description = "no changes at noon"
        #expect(
            Self.verdict([window]).explanation
                == "by the deny window `0 11 * * *` for 1h Europe/Berlin: no changes at noon, until 2026-11-29T11:00:00Z"
        )
        #expect(
            Self.verdict([Self.laterAllow]).explanation
                == "outside of the allow window `0 12 * * *` for 1h, until 2026-11-29T12:00:00Z"
        )
        #expect(Self.verdict([Self.window("deny", "x")]).explanation.contains("cannot be read"))
        #expect(Self.verdict([]).explanation == "no sync window of its AppProject blocks it now")
    }
}
