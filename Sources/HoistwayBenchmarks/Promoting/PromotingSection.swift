import Foundation
import HoistwayTestServers

/// The duration of a promotion, in alternation with the same edit by the git program.
struct PromotingSection {
    let scale: Scale

    /// The requirements for one size.
    private struct Case {
        var label: String
        var files: Int
        var layout: SeededRepository.Layout
        var fresh: Figure.Bound
        var kept: Figure.Bound
        var endToEnd: Figure.Bound?
        var rounds: Int
    }

    private struct Measured {
        var own: [PromotionTime] = []
        var fresh: [Double] = []
        var kept: [Double] = []
        /// Milliseconds of processor time for one promotion.
        var processor = 0.0
        var resident = 0.0
    }

    func run(_ table: inout FigureTable) async throws {
        table.begin(
            "Promoting over smart HTTP: from the webhook's first byte to hoistway serve until the server answered the push"
        )
        FigureTable.line(PromotionTime.measuredHow)
        let root = try TemporaryFolder("hoistway-git")
        let http = try await GitHTTPServer.start(root: root.path)
        defer { http.stop() }
        var processor: [String: Double] = [:]
        var resident = 0.0
        for each in cases {
            let name = "\(each.layout.rawValue)-\(each.files)"
            FigureTable.progress("seeding \(name)")
            let repository = try await SeededRepository.seed(
                name,
                in: root.path,
                files: each.files,
                layout: each.layout
            )
            let measured = try await measure(each, repository, http)
            rows(each, measured, &table)
            processor[name] = measured.processor
            if each.files == scale.large { resident = max(resident, measured.resident) }
            if each.files == scale.large, each.layout == .nested {
                try await first(repository, http, clone: Statistics.median(measured.fresh), &table)
            }
        }
        closing(processor, resident, &table)
    }

    private var cases: [Case] {
        [
            Case(
                label: "100 files",
                files: 100,
                layout: .nested,
                fresh: .atLeast(floor: 6, goal: 8),
                kept: .atLeast(floor: 5, goal: 6),
                endToEnd: .atLeast(floor: 4, goal: 6),
                rounds: scale.promotions
            ),
            Case(
                label: "10 000 files",
                files: 10_000,
                layout: .nested,
                fresh: .atLeast(floor: 17, goal: 20),
                kept: .atLeast(floor: 5, goal: 6),
                endToEnd: .atLeast(floor: 15, goal: 25),
                rounds: scale.promotions
            ),
            Case(
                label: "\(scale.large) files, wide",
                files: scale.large,
                layout: .wide,
                fresh: .atLeast(floor: 20, goal: 30),
                kept: .atLeast(floor: 8, goal: 10),
                rounds: scale.largeRounds
            ),
            Case(
                label: "\(scale.large) files, nested",
                files: scale.large,
                layout: .nested,
                fresh: .atLeast(floor: 30, goal: 50),
                kept: .atLeast(floor: 8, goal: 10),
                rounds: scale.largeRounds
            ),
        ]
    }

    private func measure(
        _ each: Case,
        _ repository: SeededRepository,
        _ http: GitHTTPServer
    ) async throws -> Measured {
        let url = http.url(for: repository.name)
        let work = try WorkFolder()
        let git = GitProgramBaseline(folder: work.path, url: url, editing: repository.folder)
        try await git.prepareClone()
        let promoter = try await Promoter(
            program: scale.hoistway,
            repository: repository,
            url: url,
            stages: [BenchPipeline.Stage(branch: SeededRepository.branch, folder: repository.folder)]
        )
        defer { promoter.server.stop() }
        FigureTable.progress("promoting, \(each.label)")
        _ = try promoter.promote(to: 1)
        var measured = try await rounds(0..<each.rounds, promoter, git, http)
        if PromotionTime.isUnsteady(measured.own) {
            FigureTable.progress("once more: the rounds lie too far apart")
            measured = try await rounds(each.rounds..<2 * each.rounds, promoter, git, http)
        }
        measured.resident = ProcessFigures.residentMegabytes(promoter.server.pid)
        return measured
    }

    private func rounds(
        _ rounds: Range<Int>,
        _ promoter: Promoter,
        _ git: GitProgramBaseline,
        _ http: GitHTTPServer
    ) async throws -> Measured {
        var measured = Measured()
        for round in rounds {
            try await Task.sleep(for: .milliseconds(100))
            let before = ProcessFigures.processorMilliseconds(promoter.server.pid)
            let asked = try await http.requests().count
            let moved = try promoter.promote(to: round + 2)
            let requests = try await http.promotion(after: asked)
            measured.own.append(PromotionTime(moved: moved, began: promoter.began, requests: requests))
            try await Task.sleep(for: .milliseconds(100))
            let used = ProcessFigures.processorMilliseconds(promoter.server.pid) - before
            measured.processor += used / Double(rounds.count)
            measured.fresh.append(try await git.freshClone(version: 2 * round + 1))
            measured.kept.append(try await git.keptClone(version: 2 * round + 2))
        }
        return measured
    }

    private func rows(_ each: Case, _ measured: Measured, _ table: inout FigureTable) {
        let own = Statistics.median(measured.own.map(\.whole))
        func row(_ name: String, _ other: Double, _ what: String, _ bound: Figure.Bound) {
            table.add(
                Figure(
                    name,
                    measured: "\(Figure.number(own)) ms",
                    baseline: "\(Figure.number(other)) ms \(what)",
                    value: other / own,
                    bound: bound
                )
            )
        }
        let fresh = Statistics.median(measured.fresh)
        row(each.label, fresh, "fresh clone --depth=1", each.fresh)
        row(each.label, Statistics.median(measured.kept), "persistent clone", each.kept)
        table.add(PromotionTime.figure(each.label, measured.own))
        if let bound = each.endToEnd { row("end to end, \(each.label)", fresh, "script with a clone", bound) }
    }

    // MARK: A repository never seen

    private func first(
        _ repository: SeededRepository,
        _ http: GitHTTPServer,
        clone: Double,
        _ table: inout FigureTable
    ) async throws {
        // Sent during the start, or to a program that has started.
        var times: (starting: [PromotionTime], settled: [PromotionTime]) = ([], [])
        var roundTrips = 0
        var bytes = 0
        for round in 0..<2 * scale.largeRounds {
            let isSettled = round % 2 == 1
            // On a branch with promotions, a server without their history would correctly pause.
            let branch = try await repository.newBranch("first-\(round)")
            let atStart = try await http.requests().count
            let promoter = try await Promoter(
                program: scale.hoistway,
                repository: repository,
                url: http.url(for: repository.name),
                stages: [BenchPipeline.Stage(branch: branch, folder: repository.folder)]
            )
            if isSettled { try await promoter.settle() }
            let before = try await http.requests().count
            let moved = try promoter.promote(to: 1_000 + round)
            let requests = try await http.promotion(after: before)
            let time = PromotionTime(moved: moved, began: promoter.began, requests: requests)
            if isSettled { times.settled.append(time) } else { times.starting.append(time) }
            let all = try await http.promotion(after: atStart)
            roundTrips = max(roundTrips, all.count)
            bytes = max(bytes, all.reduce(0) { $0 + $1.sent })
            promoter.server.stop()
        }
        let own = Statistics.median(times.starting.map(\.whole))
        table.add(
            Figure(
                "first promotion of \(scale.large) files, nested",
                measured: "\(Figure.number(own)) ms",
                baseline: "\(Figure.number(clone)) ms fresh clone --depth=1",
                value: clone / own,
                bound: .atLeast(floor: 30, goal: 60)
            )
        )
        // The start of the program is measured elsewhere, and is not the promotion's.
        table.add(PromotionTime.figure("first promotion", times.settled))
        table.add(PromotionTime.figure("first promotion, sent during the start", times.starting, isBound: false))
        table.add(
            Figure(
                "its round trips",
                measured: "\(roundTrips)",
                value: Double(roundTrips),
                bound: .atMost(floor: 10, goal: 10),
                note: "requests in the server's log since the start, the push included"
            )
        )
        table.add(
            Figure(
                "its bytes received",
                measured: "\(bytes)",
                value: Double(bytes),
                bound: .atMost(floor: 65_536, goal: 65_536),
                note: "heads included"
            )
        )
    }

    private func closing(_ processor: [String: Double], _ resident: Double, _ table: inout FigureTable) {
        if let small = processor["nested-100"], let large = processor["nested-\(scale.large)"], small > 0 {
            table.add(
                Figure(
                    "CPU of serve, \(scale.large) nested against 100",
                    measured: "\(Figure.number(large)) ms",
                    baseline: "\(Figure.number(small)) ms",
                    value: large / small,
                    bound: .atMost(floor: 2, goal: 1.5)
                )
            )
        }
        table.add(
            Figure(
                "RSS of serve, \(scale.large) files",
                measured: "\(Figure.number(resident)) MB",
                value: resident,
                bound: .atMost(floor: 80, goal: 60)
            )
        )
    }
}

/// The parent of the git program's work trees: in memory where the machine has such a folder.
final class WorkFolder {
    let path: String

    init() throws {
        let base = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"
        path = "\(base)/hoistway-work-\(getpid())-\(UInt32.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(
            atPath: path,
            withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o700]
        )
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)  // The rest is in memory, and no other program uses it.
    }
}
