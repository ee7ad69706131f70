import HoistwayModel
import HoistwayThreads

extension ManifestReader {
    /// Reads the stages on all processors, with the same result as one after the other.
    ///
    /// Each part has all stages of its files, since old forms are reported once for each file. All stages share two
    /// limits, and a stage that is left out changes what later ones report. If a limit may be reached, or a stage is
    /// left out, then all are read again, one after the other.
    func readStages(_ stages: [Manifest]) {
        guard let ranges = Self.parts(of: stages), ranges.count > 1 else { return readInOrder(stages) }
        // Safe for both: while the parts are read, nobody changes this reader or its manifests.
        nonisolated(unsafe) let (whole, manifests) = (self, stages)
        let parts = Parallel.map(ranges.count) { number in
            StagePart(ManifestReader(partOf: whole), manifests[ranges[number]])
        }
        let steps = parts.map { stepsLeft - $0.reader.stepsLeft }.reduce(0, +)
        let nodes = parts.map { expressions.nodesLeft - $0.reader.expressions.nodesLeft }.reduce(0, +)
        guard steps <= stepsLeft, nodes <= expressions.nodesLeft,
            parts.allSatisfy({ $0.reader.unplaced.count == unplaced.count })
        else { return readInOrder(stages) }
        stepsLeft -= steps
        expressions.spend(nodes)
        for (part, range) in zip(parts, ranges) {
            add(part.reader)
            for (manifest, stage) in zip(stages[range], part.stages) { keep(stage, of: manifest) }
        }
    }

    private func readInOrder(_ stages: [Manifest]) {
        for manifest in stages { keep(stage(manifest), of: manifest) }
    }

    private func keep(_ stage: Stage?, of manifest: Manifest) {
        guard let stage else { return }
        update(by: manifest) { $0.stages[stage.key.name] = stage }
    }

    /// Ranges with about equal numbers of files; `nil` where the stages of a file are not next to each other.
    private static func parts(of stages: [Manifest]) -> [Range<Int>]? {
        var starts: [Int] = []
        var files: Set<String> = []
        for (index, stage) in stages.enumerated()
        where index == 0 || stage.fields.place.file != stages[index - 1].fields.place.file {
            guard files.insert(stage.fields.place.file).inserted else { return nil }
            starts.append(index)
        }
        return Parallel.parts(of: starts.count).map { part in
            starts[part.lowerBound]..<(part.upperBound < starts.count ? starts[part.upperBound] : stages.count)
        }
    }
}

/// Some of the stages, read on one thread.
///
/// `@unchecked Sendable`: one thread makes it, and another uses it after that.
private struct StagePart: @unchecked Sendable {
    let reader: ManifestReader
    /// One for each manifest; `nil` where it gives no stage.
    let stages: [Stage?]

    init(_ reader: ManifestReader, _ manifests: ArraySlice<Manifest>) {
        self.reader = reader
        stages = manifests.map { manifest in
            var manifest = manifest
            manifest.fields = Fields(manifest.fields, problems: reader.problems)
            return reader.stage(manifest)
        }
    }
}
