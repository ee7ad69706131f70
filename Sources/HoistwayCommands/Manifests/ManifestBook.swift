import HoistwayEngine
import HoistwayModel
import HoistwayPorts
import HoistwaySettings
import Logging

/// Which version of each manifest source runs, and what is wrong with newer ones.
///
/// Sources change by themselves, files of this machine when somebody asks to read them again. Either is taken as a
/// whole or not at all; a version of a source that is refused leaves the last good one running.
actor ManifestBook {
    /// What is known of one source.
    private struct Standing {
        /// What runs.
        var running: ManifestVersion?
        /// The version that was read and refused: it is tried again with each change of another source.
        var refused: ManifestVersion?
        /// Why it is refused.
        var objections: [String] = []
        /// Why the repository could not be read.
        var failure: String?
        var checkedAt: Timestamp?
        /// The last reading with a result: a result of an earlier reading that comes later is old.
        var reading = 0
    }

    /// How long versions that have arrived wait for others that are being read, to be tried together.
    static let patience: Duration = .milliseconds(500)
    /// How often made manifests are judged again without those that were at fault: an error may hide another one.
    private static let maxJudgements = 8

    private let config: String
    private let environment: [String: String]
    private let shelf: ManifestShelf
    private let log: Logger
    private var read: ReadConfiguration
    /// By the place of the source.
    private var standings: [String: Standing] = [:]
    /// Versions that were read and not tried yet, by the place of the source.
    private var arrived: [String: ManifestVersion] = [:]
    private var readings = 0
    private var readingsUnderWay = 0
    private let turns = Turns()

    private init(
        config: String,
        environment: [String: String],
        read: ReadConfiguration,
        shelf: ManifestShelf,
        log: Logger
    ) {
        self.config = config
        self.environment = environment
        self.read = read
        self.shelf = shelf
        self.log = log
    }

    // MARK: The start

    /// Reads the configuration, with the versions of manifests that ran last; contacts nobody, and writes nothing.
    ///
    /// The configuration is `nil` where a file of this machine has an error. Where a source was never read, its pipelines
    /// are not complete.
    ///
    /// - Parameter logger: called once, when it is known how to log.
    static func open(
        config: String,
        environment: [String: String],
        logger: (LogSettings) -> Logger
    ) async -> (book: ManifestBook?, loaded: LoadedSettings?, problems: [Problem]) {
        let read = ReadConfiguration.read(path: config, environment: environment)
        let (first, problems) = read.judged(with: [])
        guard let first else { return (nil, nil, problems) }
        let book = ManifestBook(
            config: config,
            environment: environment,
            read: read,
            shelf: ManifestShelf(stateFolder: first.settings.state.folder),
            log: logger(first.settings.log)
        )
        // Nothing would be put beside what was read: reading it twice would only take time at the start.
        guard !first.settings.manifestSources.isEmpty else { return (book, first, problems) }
        let choice = await book.restore()
        return (book, choice.loaded, choice.problems)
    }

    private func restore() -> ManifestChoice {
        let stored = sources.compactMap { followed -> ManifestVersion? in
            do {
                return try shelf.version(of: followed.source)
            } catch {
                standings[followed.source.place, default: Standing()].failure = PlainError.text(of: error)
                return nil
            }
        }
        let choice = ManifestChoice(running: [], new: stored) { read.judged(with: $0) }
        for version in settle(choice) {
            log.info(
                "manifests are those that ran last, until the repository is read",
                metadata: .of([.manifests: version.source.place, .commit: version.commit.hex])
            )
        }
        return choice
    }

    // MARK: What there is

    var sources: [FollowedManifests] { read.settings?.manifestSources ?? [] }

    var views: [ManifestSourceView] {
        sources.map(\.source).map { source in
            let standing = standings[source.place] ?? Standing()
            let problems = standing.objections + [standing.failure].compactMap { $0 }
            return ManifestSourceView(
                source: source.place,
                projects: source.projects,
                state: standing.running == nil ? .missing : problems.isEmpty ? .current : .failing,
                commit: standing.running?.commit.hex,
                readAt: standing.running?.readAt,
                checkedAt: standing.checkedAt,
                refused: standing.refused?.commit.hex,
                problems: problems,
                remarks: standing.running?.remarks
            )
        }
    }

    func view(of source: ManifestSource) -> ManifestSourceView? { views.first { $0.source == source.place } }

    // MARK: Changes

    /// Looks at one source; `take` gets the pipelines where they have changed.
    ///
    /// Several looks may run at once: a slow server delays no other source.
    func check(
        at source: ManifestSource,
        with fetch: ManifestFetch,
        take: @escaping @Sendable (LoadedSettings) async throws -> Void
    ) async throws {
        await readSources([source], with: fetch, within: ManifestFetch.maxTime)
        guard arrived[source.place] != nil else { return }
        try await turns.take {
            await self.waitForOthers(on: fetch.clock)
            try await self.bring(take: take)
        }
    }

    /// Waits at most ``patience`` for other readings, so that manifests that were pushed together are tried together.
    private func waitForOthers(on clock: any WallClock) async {
        let step = Duration.milliseconds(20)
        var waited = Duration.zero
        while readingsUnderWay > 0, waited < Self.patience, !Task.isCancelled {
            // Cancelled: nothing is waited for.
            try? await clock.sleep(for: step)
            waited += step
        }
    }

    /// Reads files of this machine and all sources again; gives warnings.
    ///
    /// `fetches` gives how the sources are read, once the files of this machine are; `nil`: these have an error.
    /// `take` is called unless there is an error; then only sources with a good version have changed.
    func reload(
        with fetches: @Sendable (LoadedSettings?) -> ManifestFetch,
        take: @escaping @Sendable (LoadedSettings) async throws -> Void
    ) async throws -> [String] {
        let fresh = ReadConfiguration.read(path: config, environment: environment)
        let named = (fresh.settings?.manifestSources ?? []).map(\.source)
        // As the files of this machine are now: with these credentials the repositories are read.
        let fetch = fetches(fresh.judged(with: running(of: fresh.settings?.manifestSources ?? [])).0)
        await readSources(named, with: fetch, within: ManifestFetch.maxWait)
        try Task.checkCancellation()
        return try await turns.take { try await self.readAgain(fresh, take: take) }
    }

    private func readAgain(
        _ fresh: ReadConfiguration,
        take: (LoadedSettings) async throws -> Void
    ) async throws -> [String] {
        let named = fresh.settings?.manifestSources ?? []
        let new = arrived
        let choice = ManifestChoice(running: running(of: named), new: candidates(new, of: named)) {
            fresh.judged(with: $0)
        }
        guard let loaded = choice.loaded else {
            throw OperatorFailure.refused(
                "the configuration has errors; nothing was changed: "
                    + choice.problems.errors.map(\.line).joined(separator: "; ")
            )
        }
        let wasComplete = sources.allSatisfy { standings[$0.source.place]?.running != nil }
        if wasComplete, !loaded.pipelines.isComplete {
            let missing = named.filter { one in !choice.versions.contains { $0.source.place == one.source.place } }
            let reasons = missing.map { reason(for: $0.source, in: choice) }
            throw OperatorFailure.refused(
                "manifests could not be read; nothing was changed: \(reasons.joined(separator: "; "))"
            )
        }
        try keep(choice)
        try await take(loaded)
        read = fresh
        forget(new)
        tellTaken(settle(choice))
        return choice.problems.filter { $0.acknowledged == nil }.map(\.description) + views.flatMap(\.problems)
    }

    private func reason(for source: ManifestSource, in choice: ManifestChoice) -> String {
        let refusal = choice.refused.first { $0.version.source.place == source.place }
        let problems = refusal?.lines ?? [standings[source.place]?.failure ?? "never read"]
        return "\(source.place): \(problems.joined(separator: "; "))"
    }

    /// Tries the versions that were just read, together with the running ones and those that were refused before.
    private func bring(take: (LoadedSettings) async throws -> Void) async throws {
        let new = arrived
        guard !new.isEmpty else { return }
        let choice = ManifestChoice(running: running(of: sources), new: candidates(new, of: sources)) {
            read.judged(with: $0)
        }
        let before = running(of: sources)
        if let loaded = choice.loaded, choice.versions != before {
            try keep(choice)
            try await take(loaded)
        }
        forget(new)
        tellTaken(settle(choice))
    }

    /// What was tried; something newer may have arrived meanwhile.
    private func forget(_ tried: [String: ManifestVersion]) {
        arrived = arrived.filter { tried[$0.key] != $0.value }
    }

    /// Notes what could be read of these sources; versions that are not known yet have arrived then.
    private func readSources(_ sources: [ManifestSource], with fetch: ManifestFetch, within limit: Duration) async {
        readingsUnderWay += 1
        readings += 1
        let reading = readings
        await withTaskGroup(of: (ManifestSource, Result<ManifestVersion?, any Error>).self) { group in
            for source in sources {
                let known = standings[source.place].flatMap { ($0.refused ?? $0.running)?.commit }
                group.addTask {
                    do {
                        let version = try await fetch.version(of: source, unless: known, within: limit)
                        return (source, .success(version))
                    } catch {
                        return (source, .failure(error))
                    }
                }
            }
            for await (source, result) in group { note(result, of: source, reading: reading, now: fetch.clock.now()) }
        }
        readingsUnderWay -= 1
    }

    private func note(
        _ result: Result<ManifestVersion?, any Error>,
        of source: ManifestSource,
        reading: Int,
        now: Timestamp
    ) {
        var standing = standings[source.place] ?? Standing()
        guard reading > standing.reading else { return }
        standing.reading = reading
        switch result {
        case .success(let version):
            standing.failure = nil
            standing.checkedAt = now
            arrived[source.place] = version.map(leavingOutFaults(of:))
        case .failure(let error):
            let text = message(of: error)
            if standing.failure != text, !Task.isCancelled { warn(of: text, source) }
            standing.failure = text
        }
        standings[source.place] = standing
    }

    /// Manifests that were made for Applications, without the files of those that cannot be used.
    ///
    /// So one Application does not stop the others. The remarks name what is left out.
    private func leavingOutFaults(of version: ManifestVersion) -> ManifestVersion {
        guard version.source.applications != nil else { return version }
        var usable = version
        for _ in 0..<Self.maxJudgements {
            let errors = read.judged(with: [usable]).1.errors
            let faults = usable.files.compactMap { file -> (path: String, remark: String)? in
                guard let application = ImageUpdaterFile.application(at: file.path),
                    let error = errors.first(where: { $0.place.file.hasSuffix(file.path) })
                else { return nil }
                return (file.path, "refused: Application \(application): \(error.message)")
            }
            guard !faults.isEmpty else { break }
            let paths = Set(faults.map(\.path))
            usable.files.removeAll { paths.contains($0.path) }
            usable.remarks = (usable.remarks ?? []) + faults.map(\.remark)
        }
        return usable
    }

    private func running(of sources: [FollowedManifests]) -> [ManifestVersion] {
        sources.compactMap { standings[$0.source.place]?.running }
    }

    /// The new ones, and those that were refused before and have no newer one.
    private func candidates(
        _ new: [String: ManifestVersion],
        of sources: [FollowedManifests]
    ) -> [ManifestVersion] {
        sources.compactMap { new[$0.source.place] ?? standings[$0.source.place]?.refused }
    }

    /// Notes what runs now and what is refused; gives what did not run before.
    private func settle(_ choice: ManifestChoice) -> [ManifestVersion] {
        var taken: [ManifestVersion] = []
        for version in choice.versions {
            let place = version.source.place
            var standing = standings[place] ?? Standing()
            let isNew = standing.running != version
            standing.running = version
            standing.refused = nil
            standing.objections = []
            standings[place] = standing
            if isNew { taken.append(version) }
        }
        for refusal in choice.refused {
            let version = refusal.version
            let objections = refusal.told
            var standing = standings[version.source.place] ?? Standing()
            if standing.refused != version || standing.objections != objections { tell(refusal) }
            standing.refused = version
            standing.objections = objections
            standings[version.source.place] = standing
        }
        return taken
    }

    /// On the disk for the next start, before anything is decided with them.
    ///
    /// Else a start after a crash would end promotions of stages that only the newer ones have. So what cannot be kept
    /// is not taken, and `get manifests` says why.
    private func keep(_ choice: ManifestChoice) throws {
        for version in choice.versions where standings[version.source.place]?.running != version {
            do {
                try shelf.keep(version)
            } catch {
                let text = message(of: error)
                standings[version.source.place, default: Standing()].failure =
                    "\(version.commit.short) is not taken, since it cannot be kept for the next start: \(text)"
                throw error
            }
        }
    }

    private func tellTaken(_ taken: [ManifestVersion]) {
        for version in taken {
            log.info(
                "manifests were taken",
                metadata: .of([.manifests: version.source.place, .commit: version.commit.hex])
            )
        }
        do {
            try shelf.keepOnly(sources.map(\.source))
        } catch {
            log.warning(
                "manifests that are followed no longer stay on the disk",
                metadata: .of([.error: PlainError.text(of: error)])
            )
        }
    }

    private func tell(_ refusal: ManifestChoice.Refusal) {
        let version = refusal.version
        let problems = refusal.lines.joined(separator: "; ")
        log.error(
            standings[version.source.place]?.running == nil
                ? "manifests are refused, and none of their source run: nothing is decided until a version has no errors"
                : "new manifests are refused; what ran before runs on",
            metadata: .of([.manifests: version.source.place, .commit: version.commit.hex, .error: problems])
        )
    }

    private func warn(of failure: String, _ source: ManifestSource) {
        log.warning(
            "manifests cannot be read; it is tried again",
            metadata: .of([.manifests: source.place, .error: failure])
        )
    }
}
