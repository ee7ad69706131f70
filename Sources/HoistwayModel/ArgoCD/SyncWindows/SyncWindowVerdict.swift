/// Whether the sync windows of an AppProject let an operation begin, which of them do not, and when that changes.
///
/// Argo CD's message says only that a window blocks an operation; this names it. Windows of global projects are not looked
/// at: see the step's words. Unlike Argo CD, each beginning is taken by the clocks of its own day, so that a window that spans a change of
/// clocks is not an hour off, and the first instant of a window belongs to it.
package struct SyncWindowVerdict: Sendable, Equatable {
    package var isAllowed: Bool
    /// Of the windows that stand against it, in the AppProject's order.
    package var blocking: [SyncWindow]
    /// Why windows cannot be read; not empty: all is blocked.
    package var problems: [String]
    /// When the answer changes next; `nil`: not within ``horizon``.
    package var changesAt: Timestamp?

    /// How far ahead is looked.
    package static let horizon: Duration = .seconds(60 * 86_400)
    /// How many beginnings and ends of windows are looked at.
    private static let maxSteps = 2000

    /// - Parameters:
    ///   - isManual: whether a person has asked for the operation.
    ///   - zone: the clocks of a place of the IANA time zone database; `nil`: there is none of that name.
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

    /// Those that stand against it; empty: it is allowed.
    ///
    /// Deny beats allow; where there is an allow window, all is closed outside of it. `manualSync` must stand in each
    /// window that blocks.
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

    /// For the end of a sentence: what stands against it, and until when.
    package var explanation: String {
        let until = changesAt.map { ", until \($0.rfc3339)" } ?? ""
        guard problems.isEmpty else { return "its AppProject has a sync window that cannot be read: \(problems[0])" }
        guard !isAllowed else { return "no sync window of its AppProject stands against it now" }
        guard let deny = blocking.first(where: { $0.kind == "deny" }) else {
            return "outside of the allow window \(Listing.text(blocking.map(\.text)))\(until)"
        }
        return "by the deny window \(deny.text)\(until)"
    }
}

extension SyncWindow {
    /// OR: one list that matches is enough; AND: each configured list must match.
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

/// A window whose schedule, duration and time zone were read.
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
        // Argo CD takes an unknown zone for UTC.
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
