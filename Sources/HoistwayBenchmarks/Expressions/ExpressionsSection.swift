import Foundation
import HoistwayTestServers

/// How many bare expressions are compiled and evaluated in a second, compared with another program.
///
/// That program uses expr-lang, the language of Kargo. It is not part of Hoistway: a parameter names it. It reads one
/// expression in each line, and prints one line for each: the JSON value, or `error: …`.
struct ExpressionsSection {
    let scale: Scale
    /// `nil`: only our own figure is printed.
    let peer: String?

    func run(_ table: inout FigureTable) async throws {
        table.begin("Expressions: compiled and evaluated, from standard input to standard output")
        let folder = try TemporaryFolder("hoistway-expressions")
        let lines = PipelineExpressions.lines(scale.expressions)
        try folder.write(lines.joined(separator: "\n") + "\n", to: "lines")
        let own = try await Measured.of("'\(scale.hoistway)' eval --bare -", in: folder.path, rounds: scale.rounds)
        let failed = own.answers.count { $0.hasPrefix("error: ") }
        guard own.answers.count == lines.count, failed == lines.count / PipelineExpressions.kinds else {
            throw BenchFailure.failed("evaluating", detail: "\(own.answers.count) answers, \(failed) errors")
        }
        guard let peer else {
            let rate = Figure.number(own.perSecond)
            table.add(Figure("bare expressions", measured: "\(rate)/s", note: "no --expr-lang PROGRAM was given"))
            return
        }
        let other = try await Measured.of("'\(peer)'", in: folder.path, rounds: scale.rounds)
        let differences = zip(own.answers, other.answers).count { ours, theirs in
            ours != theirs && !(ours.hasPrefix("error: ") && theirs.hasPrefix("error: "))
        }
        guard other.answers.count == lines.count, differences == 0 else {
            throw BenchFailure.failed("comparing with \(peer)", detail: "\(differences) answers differ")
        }
        table.add(
            Figure(
                "bare expressions",
                measured: "\(Figure.number(own.perSecond))/s",
                baseline: "\(Figure.number(other.perSecond))/s expr-lang",
                value: own.perSecond / other.perSecond,
                note: "\(lines.count) lines; all answers are equal"
            )
        )
        table.add(
            Figure(
                "processor time for them",
                measured: "\(Figure.number(own.processor)) ms",
                baseline: "\(Figure.number(other.processor)) ms expr-lang",
                value: own.processor / other.processor
            )
        )
    }

    /// Medians over the rounds of one program.
    private struct Measured {
        var answers: [String]
        var perSecond: Double
        /// Milliseconds of user and system time together.
        var processor: Double

        static func of(_ command: String, in folder: String, rounds: Int) async throws -> Measured {
            var wall: [Double] = []
            var processor: [Double] = []
            for _ in 0..<rounds {
                FigureTable.progress("evaluating with \(command)")
                let script = "TIMEFORMAT='%U %S'; { time \(command) <lines >answers; } 2>times"
                wall.append(
                    try await Stopwatch.milliseconds {
                        try await TestProgram.check("bash", ["-c", script], in: folder)
                    }
                )
                let times = try String(contentsOfFile: "\(folder)/times", encoding: .utf8)
                let parts = times.split(whereSeparator: \.isWhitespace).compactMap { Double($0) }
                processor.append(parts.reduce(0, +) * 1000)
            }
            let answers = try String(contentsOfFile: "\(folder)/answers", encoding: .utf8).split(separator: "\n")
            return Measured(
                answers: answers.map(String.init),
                perSecond: Double(answers.count) / Statistics.median(wall) * 1000,
                processor: Statistics.median(processor)
            )
        }
    }
}
