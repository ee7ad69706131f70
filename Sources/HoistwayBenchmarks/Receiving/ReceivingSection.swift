import Foundation
import HoistwayTestServers

/// How many deliveries a second become durable, compared with the same server without a store and with SQLite alone.
struct ReceivingSection {
    let scale: Scale
    /// A program to compare with; see ``PeerServer``.
    let peer: String?

    private var load: Load { Load(program: scale.ownProgram) }

    func run(_ table: inout FigureTable) async throws {
        table.begin("Receiving: 64 connections, signed GitHub pushes of 8 KB, unique ids and bodies")
        let rounds = try await alternated()
        throughput(rounds, &table)
        latency(rounds, &table)
        peers(rounds, &table)
        let starts = try await startTimes()
        table.add(
            Figure(
                "start to the first 202",
                measured: "\(Figure.number(Statistics.median(starts))) ms",
                value: Statistics.median(starts),
                bound: .atMost(floor: 40, goal: 20),
                note: "median of \(starts.count), \(Figure.number(starts.max() ?? 0)) at most"
            )
        )
        let queued = try await queuedStarts()
        table.add(
            Figure(
                "start to the first of \(scale.queued) queued decided",
                measured: "\(Figure.number(Statistics.median(queued))) ms",
                value: Statistics.median(queued),
                bound: .atMost(floor: 150, goal: 60),
                note: "after kill -9; seen from outside through the database"
            )
        )
    }

    // MARK: Rounds

    private struct Round {
        var nothing: Load.Outcome
        var storing: Load.Outcome
        var serving: Load.Outcome
        var inserts: Double
        var perCommit: Double
        /// The results of the other server, without and with storing; `nil` if no other server was named.
        var peers: (nothing: Load.Outcome, storing: Load.Outcome)?
    }

    private func alternated() async throws -> [Round] {
        var rounds: [Round] = []
        for round in 1...scale.rounds {
            FigureTable.progress("receiving, round \(round) of \(scale.rounds)")
            let nothing = try await bareReceiver(database: nil)
            let folder = try TemporaryFolder("hoistway-store")
            let storing = try await bareReceiver(database: "\(folder.path)/bench.db")
            let (serving, perCommit) = try await served()
            let rows = try BareInserts(of: "\(folder.path)/bench.db", limit: scale.queued)
            let inserts = try rows.run(into: "\(folder.path)/bare.db", batch: Int(perCommit.rounded()))
            rounds.append(
                Round(
                    nothing: nothing,
                    storing: storing,
                    serving: serving,
                    inserts: inserts,
                    perCommit: perCommit,
                    peers: try await peerRound()
                )
            )
        }
        return rounds
    }

    private func bareReceiver(database: String?, limit: Int? = nil) async throws -> Load.Outcome {
        let folder = try TemporaryFolder("hoistway-null")
        let port = try LoopbackPort.free()
        let child = try Child(
            scale.ownProgram,
            [
                "receiver", "--port", "\(port)", "--path", HoistwayServer.path, "--secret", HoistwayServer.secret,
            ] + (database.map { ["--database", $0] } ?? []),
            log: "\(folder.path)/log"
        )
        defer { child.stop(with: SIGKILL) }
        try await HoistwayServer.wait(for: port, of: child)
        return try await load.run(
            port: port,
            server: child.pid,
            seconds: limit == nil ? scale.seconds : 60,
            limit: limit ?? Int(scale.seconds * 100_000)
        )
    }

    private func served() async throws -> (Load.Outcome, perCommit: Double) {
        let server = try HoistwayServer(program: scale.hoistway)
        try await server.start()
        defer { server.stop(with: SIGKILL) }
        let outcome = try await load.run(
            port: server.port,
            server: server.pid,
            seconds: scale.seconds,
            limit: Int(scale.seconds * 60_000)
        )
        let name = "hoistway_store_deliveries_per_commit"
        guard let sum = server.metric("\(name)_sum"), let count = server.metric("\(name)_count"), count > 0 else {
            throw BenchFailure.failed("reading \(name)", detail: "the metric is not there")
        }
        return (outcome, sum / count)
    }

    private func peerRound() async throws -> (nothing: Load.Outcome, storing: Load.Outcome)? {
        guard let peer else { return nil }
        let server = PeerServer(program: peer)
        return (try await server.load(.none, scale), try await server.load(.group, scale))
    }

    // MARK: Rows

    private func throughput(_ rounds: [Round], _ table: inout FigureTable) {
        let nothing = Statistics.median(rounds.map(\.nothing.result.rate))
        let inserts = Statistics.median(rounds.map(\.inserts))
        for (name, pick) in [("hoistway serve", \Round.serving), ("receiver and store alone", \Round.storing)] {
            let rate = Statistics.median(rounds.map { $0[keyPath: pick].result.rate })
            let cost = Statistics.median(rounds.map { $0[keyPath: pick].serverMicroseconds })
            let isServing = name == "hoistway serve"
            table.add(
                Figure(
                    "202s/s, \(name)",
                    measured: Figure.number(rate),
                    baseline: "\(Figure.number(nothing)) storing nothing",
                    value: Statistics.median(
                        rounds.map { $0[keyPath: pick].result.rate / $0.nothing.result.rate }
                    ),
                    bound: isServing ? .atLeast(floor: 0.35, goal: 0.42) : .none,
                    note: "\(Figure.number(cost)) µs of CPU each" + (isServing ? ", intake included" : "")
                )
            )
            table.add(
                Figure(
                    "202s/s, \(name)",
                    measured: Figure.number(rate),
                    baseline: "\(Figure.number(inserts)) bare inserts",
                    value: Statistics.median(rounds.map { $0[keyPath: pick].result.rate / $0.inserts }),
                    bound: isServing ? .atLeast(floor: 0.7, goal: 0.85) : .none
                )
            )
        }
        let perCommit = Statistics.median(rounds.map(\.perCommit))
        table.add(Figure("deliveries per commit", measured: Figure.number(perCommit)))
    }

    private func latency(_ rounds: [Round], _ table: inout FigureTable) {
        func row(_ name: String, _ pick: KeyPath<LoadResult, Double>) {
            let serving = Statistics.median(rounds.map { $0.serving.result[keyPath: pick] })
            let nothing = Statistics.median(rounds.map { $0.nothing.result[keyPath: pick] })
            table.add(
                Figure(
                    "\(name) of an answer",
                    measured: "\(Figure.number(serving)) ms",
                    baseline: "\(Figure.number(nothing)) ms storing nothing"
                )
            )
        }
        row("p50", \.p50)
        row("p99", \.p99)
        row("p99.9", \.p999)
    }

    private func peers(_ rounds: [Round], _ table: inout FigureTable) {
        let pairs = rounds.compactMap { round in round.peers.map { (own: round.serving, $0.nothing, $0.storing) } }
        guard !pairs.isEmpty else { return }
        func row(
            _ name: String,
            _ unit: String,
            _ bound: Figure.Bound,
            _ value: (Load.Outcome) -> Double,
            _ other: (Int) -> Load.Outcome
        ) {
            let others = pairs.indices.map { value(other($0)) }
            let own = pairs.map { value($0.own) }
            let ratios = Spread(zip(own, others).map { $0 / $1 })
            table.add(
                Figure(
                    name,
                    measured: "\(Figure.number(Statistics.median(own)))\(unit)",
                    baseline: "\(Figure.number(Statistics.median(others)))\(unit)",
                    value: ratios.median,
                    bound: bound,
                    note: ratios.note
                )
            )
        }
        let cost = \Load.Outcome.serverMicroseconds
        row("202s/s ÷ peer storing nothing", "", .atLeast(floor: 0.75, goal: 0.9), \.result.rate) { pairs[$0].1 }
        row("202s/s ÷ peer with shared fsync", "", .atLeast(floor: 1.6, goal: 2), \.result.rate) { pairs[$0].2 }
        row("p99 ÷ peer with shared fsync", " ms", .atMost(floor: 0.9, goal: 0.6), \.result.p99) { pairs[$0].2 }
        row("processor time ÷ peer storing nothing", " µs", .none, { $0[keyPath: cost] }) { pairs[$0].1 }
        row("processor time ÷ peer with shared fsync", " µs", .none, { $0[keyPath: cost] }) { pairs[$0].2 }
    }

    // MARK: Starts

    private func startTimes() async throws -> [Double] {
        FigureTable.progress("starting \(scale.starts) times")
        let server = try HoistwayServer(program: scale.hoistway)
        let pushes = try SignedPushes(
            count: scale.starts,
            first: 0,
            path: HoistwayServer.path,
            secret: HoistwayServer.secret,
            closes: true
        )
        var times: [Double] = []
        for index in 0..<scale.starts {
            let request = pushes.request(index)
            let start = ContinuousClock.now
            try server.launch()
            var answer: LoopbackRequest.Answer?
            while answer == nil, Stopwatch.milliseconds(since: start) < 5_000 {
                answer = LoopbackRequest.send(request, to: server.port)
                if answer == nil { usleep(200) }
            }
            times.append(Stopwatch.milliseconds(since: start))
            guard answer?.status == 202 else {
                throw BenchFailure.failed("the first delivery", detail: answer?.text ?? server.log)
            }
            server.stop()
        }
        return times
    }

    private func queuedStarts() async throws -> [Double] {
        FigureTable.progress("starting with \(scale.queued) deliveries queued")
        let folder = try TemporaryFolder("hoistway-queue")
        _ = try await bareReceiver(database: "\(folder.path)/bench.db", limit: scale.queued)
        var times: [Double] = []
        for _ in 0..<scale.rounds {
            let server = try HoistwayServer(program: scale.hoistway)
            for suffix in ["", "-wal"] where FileManager.default.fileExists(atPath: "\(folder.path)/bench.db\(suffix)")
            {
                try FileManager.default.copyItem(
                    atPath: "\(folder.path)/bench.db\(suffix)",
                    toPath: "\(server.database)\(suffix)"
                )
            }
            sync()
            let start = ContinuousClock.now
            try server.launch()
            while !LoopbackPort.isOpen(server.port), Stopwatch.milliseconds(since: start) < 10_000 { usleep(200) }
            let file = try SQLiteFile(server.database)
            while try file.number("SELECT count(*) FROM (SELECT 1 FROM deliveries WHERE state > 0 LIMIT 1)") == 0 {
                guard Stopwatch.milliseconds(since: start) < 10_000 else {
                    throw BenchFailure.failed("the first queued delivery", detail: server.log)
                }
                usleep(500)
            }
            times.append(Stopwatch.milliseconds(since: start))
            server.stop(with: SIGKILL)
        }
        return times
    }
}
