import HoistwayExpressions
import HoistwayModel

/// The tags, digests, ids and versions in the freight of a promotion.
///
/// Outputs are stored as plain values. A text in an output that equals one of these is treated as it. So the tag `1.10`
/// stays a text when it passes through an output. It is a guess: no rule about images depends on it.
struct ArtifactTexts {
    private var marks: [String: Marks] = [:]

    init(_ artifacts: [Artifact]) {
        for artifact in artifacts {
            switch artifact {
            case .image(let image):
                add(image.tag, .image(repoURL: image.repoURL, part: .other))
                add(image.digest, .image(repoURL: image.repoURL, part: .other))
            case .commit(let commit):
                add(commit.id.hex, .commit(repoURL: commit.repoURL, part: .id))
                add(commit.tag, .commit(repoURL: commit.repoURL, part: .tag))
            case .chart(let chart):
                add(chart.version, .chart(repoURL: chart.repoURL, name: chart.name, part: .version))
            }
        }
    }

    private mutating func add(_ text: String?, _ origin: ArtifactOrigin) {
        guard let text, !text.isEmpty else { return }
        marks[text, default: Marks()].artifacts.insert(origin)
    }

    func value(_ output: ConfigValue) -> Value {
        guard !marks.isEmpty else { return Value(output) }
        switch output {
        case .null, .bool, .number: return Value(output)
        case .string(let text): return Value(output).marked(marks[text])
        case .list(let items): return .array(items.map(value))
        case .map(let entries): return .map(entries.mapValues(value))
        }
    }
}
