/// Whether the sync windows of an AppProject allow an operation, which ones block it, and when that changes.
///
/// Argo CD's message says only that a window blocks an operation, without its name. Windows of global projects are not
/// checked: see the documentation of the step. There are two differences from Argo CD. Each start of a window uses the
/// local time of its own day, so a window over a clock change is not an hour off. And the first instant belongs to the
/// window.
package struct SyncWindowVerdict: Sendable, Equatable {
    package var isAllowed: Bool
    /// Windows that block it, in the AppProject's order.
    package var blocking: [SyncWindow]
    /// Why windows cannot be read; if not empty, everything is blocked.
    package var problems: [String]
    /// When the verdict changes next; `nil`: not within ``horizon``.
    package var changesAt: Timestamp?

    /// How far into the future the windows are evaluated.
    package static let horizon: Duration = .seconds(60 * 86_400)
    /// How many starts and ends of windows are evaluated.
    private static let maxSteps = 2000

    /// - Parameters:
    ///   - isManual: whether a person has requested the operation.
    ///   - zone: gives the local time of a location in the IANA time zone database; `nil`: there is no such location.
    package init(
        of application: Application,
        windows: [SyncWindow],
        isManual: Bool,
        at now: Timestamp,
        zone: (_ name: String) -> ZoneRules?
    ) {
        var read: [ReadWindow] = []
        problems = []
        for window in windows where window.selects(application) {
            do throws(CronSchedule.Problem) {
                read.append(try ReadWindow(window, zone))
            } catch {
                problems.append(error.text)
            }
        }
        guard problems.isEmpty else {
            (isAllowed, blocking, changesAt) = (false, [], nil)
            return
        }
        let against = Self.blocking(read, isManual: isManual, at: now)
        isAllowed = against.isEmpty
        blocking = against.map(\.window)
        changesAt = Self.change(of: read, isManual: isManual, after: now, isAllowed: against.isEmpty)
    }

    /// Windows that block it; empty: it is allowed.
    ///
    /// Deny has priority over allow; if there is an allow window, everything is closed outside of it. Each window that
    /// blocks must have `manualSync` for a manual operation.
    private static func blocking(_ windows: [ReadWindow], isManual: Bool, at now: Timestamp) -> [ReadWindow] {
        let (active, inactive) = (windows.filter { $0.isActive(at: now) }, windows.filter { !$0.isActive(at: now) })
        let denies = active.filter(\.isDeny)
        if !denies.isEmpty { return isManual && denies.allSatisfy(\.window.manualSync) ? [] : denies }
        guard !active.contains(where: { !$0.isDeny }) else { return [] }
        let closed = inactive.filter { !$0.isDeny }
        return isManual && closed.allSatisfy(\.window.manualSync) ? [] : closed
    }

    private static func change(
        of windows: [ReadWindow],
        isManual: Bool,
        after now: Timestamp,
        isAllowed: Bool
    ) -> Timestamp? {
        var moment = now
        for _ in 0..<maxSteps {
            guard let next = windows.compactMap({ $0.boundary(after: moment) }).min(), next - now <= horizon else {
                return nil
            }
            moment = next
            if blocking(windows, isManual: isManual, at: moment).isEmpty != isAllowed { return moment }
        }
        return nil
    }

    /// The end of a sentence: which windows block it, and until when.
    package var explanation: String {
        let until = changesAt.map { ", until \($0.rfc3339)" } ?? ""
        guard problems.isEmpty else { return "its AppProject has a sync window that cannot be read: \(problems[0])" }
        guard !isAllowed else { return "no sync window of its AppProject blocks it now" }
        guard let deny = blocking.first(where: { $0.kind == "deny" }) else {
            return "outside of the allow window \(Listing.text(blocking.map(\.text)))\(until)"
        }
        return "by the deny window \(deny.text)\(until)"
    }
}

extension SyncWindow {
    /// OR: one matching list is enough; AND: each configured list must match.
    package func selects(_ application: Application) -> Bool {
        let destination = application.destination
        let lists: [(patterns: [String], texts: [String])] = [
            (applications, [application.key.name]), (namespaces, [destination.namespace]),
            (clusters, [destination.name, destination.server].compactMap(\.self)),
        ]
        let answers = lists.filter { !$0.patterns.isEmpty }.map { list in
            list.patterns.contains { pattern in list.texts.contains { WindowGlob.matches(pattern, $0) } }
        }
        guard !answers.isEmpty else { return false }
        return usesAnd ? answers.allSatisfy(\.self) : answers.contains(true)
    }

    /// For people.
    fileprivate var text: String {
        let zone = timeZone.isEmpty ? "" : " \(ShownText.bare(timeZone))"
        let note = description.isEmpty ? "" : ": \(ShownText.bare(description))"
        return "`\(ShownText.bare(schedule))` for \(ShownText.bare(duration))\(zone)\(note)"
    }
}

/// A window with its parsed schedule, duration and time zone.
private struct ReadWindow {
    var window: SyncWindow
    var isDeny: Bool { window.kind == "deny" }
    private let schedule: CronSchedule
    private let zone: ZoneRules
    /// In seconds.
    private let length: Int64

    init(_ window: SyncWindow, _ find: (String) -> ZoneRules?) throws(CronSchedule.Problem) {
        guard window.kind == "allow" || window.kind == "deny" else {
            throw CronSchedule.Problem(text: "\(ShownText.quoted(window.kind)) is neither allow nor deny")
        }
        schedule = try CronSchedule(window.schedule)
        guard let duration = GoDuration.parse(window.duration), duration > .zero else {
            throw CronSchedule.Problem(text: "\(ShownText.quoted(window.duration)) is no duration")
        }
        length = duration.components.seconds
        // Argo CD treats an unknown zone as UTC.
        zone = window.timeZone.isEmpty ? .utc : find(window.timeZone) ?? .utc
        self.window = window
    }

    func isActive(at now: Timestamp) -> Bool {
        schedule.next(after: now.seconds - length, in: zone).map { $0 <= now.seconds } ?? false
    }

    /// When it begins or ends next.
    func boundary(after now: Timestamp) -> Timestamp? {
        let begin = schedule.next(after: now.seconds, in: zone)
        let end = schedule.next(after: now.seconds - length, in: zone).map { $0 + length }
        return [begin, end].compactMap(\.self).filter { $0 > now.seconds }.min().map { Timestamp(seconds: $0) }
    }
}
