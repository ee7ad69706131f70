import HoistwayEdits
import HoistwayModel

/// The dependencies in a `Chart.yaml`, or in the `requirements.yaml` of an older chart.
struct ChartFile {
    struct Dependency: Equatable {
        var name: String
        var repository: String
        /// Counted from 1.
        var line: Int
        var key: String
    }

    private(set) var dependencies: [Dependency] = []

    struct Failure: Error, Equatable {
        /// Zero where it is unknown.
        var line: Int
        var reason: String
    }

    init(_ content: [UInt8]) throws(Failure) {
        guard content.count <= 1 << 20, let text = String(validating: content, as: UTF8.self) else {
            throw Failure(line: 0, reason: "is not UTF-8, or has more than 1 MiB")
        }
        guard YAMLWeight.excess(of: text, values: 100_000, depth: 64) == nil else {
            throw Failure(line: 0, reason: "is too deep or too large")
        }
        let trees: [YAMLTree]
        do throws(YAMLTree.Failure) {
            trees = try YAMLTree.documents(of: text)
        } catch {
            throw Failure(line: error.line, reason: "is not valid YAML: \(error.problem)")
        }
        for (index, item) in (trees.first?["dependencies"]?.items ?? []).enumerated() {
            dependencies.append(
                Dependency(
                    name: item["name"]?.text ?? "",
                    repository: item["repository"]?.text ?? "",
                    line: item["repository"]?.line ?? item.line,
                    key: "dependencies[\(index)]"
                )
            )
        }
    }
}
