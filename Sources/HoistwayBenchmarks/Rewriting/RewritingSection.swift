import HoistwayEdits

/// How many kustomizations one thread rewrites in a second, with every image set and the result checked.
///
/// A check cannot be faster than its own parser, which reads the old and the new document: the result is compared with
/// that.
struct RewritingSection {
    let scale: Scale

    private static let sizes = [3, 300]

    func run(_ table: inout FigureTable) throws {
        table.begin("Rewriting: kustomizations a second, all images set and proven, on one core")
        for size in Self.sizes {
            FigureTable.progress("rewriting \(size) images")
            var own: [Double] = []
            var parsing: [Double] = []
            let documents = [Self.document(images: size, tag: "1.0.0"), Self.document(images: size, tag: "1.1.0")]
            for _ in 0..<scale.rounds {
                own.append(
                    try rate { round in
                        let tag = round % 2 == 0 ? "1.1.0" : "1.0.0"
                        let edit = try KustomizationEditor.setImages(
                            document: documents[round % 2],
                            targets: Self.targets(images: size, tag: tag)
                        )
                        guard edit.bytes == documents[(round + 1) % 2] else {
                            throw BenchFailure.failed("rewriting \(size) images", detail: "other bytes were changed")
                        }
                    }
                )
                parsing.append(try rate { _ in for bytes in documents { _ = try DocumentReader.yaml(bytes) } })
            }
            let rate = Statistics.median(own)
            let limit = Statistics.median(parsing)
            table.add(
                Figure(
                    "\(size) images",
                    measured: "\(Figure.number(rate))/s",
                    baseline: "\(Figure.number(limit))/s parsing before and after alone",
                    value: rate / limit
                )
            )
        }
    }

    /// Rounds per second, measured over a second.
    private func rate(_ work: (Int) throws -> Void) rethrows -> Double {
        let start = ContinuousClock.now
        var rounds = 0
        while Stopwatch.milliseconds(since: start) < 1000 {
            try work(rounds)
            rounds += 1
        }
        return Double(rounds) / (Stopwatch.milliseconds(since: start) / 1000)
    }

    private static func name(_ index: Int) -> String { "registry.example.com/acme/service-\(index)" }

    private static func targets(images: Int, tag: String) -> [ImageTarget] {
        (0..<images).map { ImageTarget(name: name($0), newName: .keep, tag: .value(tag), digest: .keep) }
    }

    private static func document(images: Int, tag: String) -> [UInt8] {
        let entries = (0..<images).map { "  - name: \(name($0))\n    newTag: \(tag)   # set by Hoistway\n" }
        return Array(
            """
            # Comments stay where they are.
            apiVersion: kustomize.config.k8s.io/v1beta1
            kind: Kustomization
            resources:
              - ../../base
            images:
            \(entries.joined())
            """.utf8
        )
    }
}
