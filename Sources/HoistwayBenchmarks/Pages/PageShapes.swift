/// Pipelines of 600 stages in the shapes for which graphs are measured.
enum PageShapes: String, CaseIterable {
    case fan
    case chain
    case layers
    case chains

    var title: String {
        switch self {
        case .fan: "1 stage, then 599"
        case .chain: "a chain of 600"
        case .layers: "50 layers of 12, all edges"
        case .chains: "200 chains of 3"
        }
    }

    static let count = 600

    static func stage(_ number: Int) -> String {
        "s" + String(repeating: "0", count: 4 - String(number).count) + String(number)
    }

    /// Upstream stages of a stage; empty: it takes freight from the warehouse.
    private func upstreams(of number: Int) -> [Int] {
        switch self {
        case .fan: number == 0 ? [] : [0]
        case .chain: number == 0 ? [] : [number - 1]
        case .layers: number < 12 ? [] : (0..<12).map { (number / 12 - 1) * 12 + $0 }
        case .chains: number % 3 == 0 ? [] : [number - 1]
        }
    }

    /// A project of this shape; its stages have one step, and are not promoted automatically.
    var manifests: String {
        let head = """
            apiVersion: kargo.akuity.io/v1alpha1
            kind: Project
            metadata: {name: \(rawValue)}
            ---
            apiVersion: kargo.akuity.io/v1alpha1
            kind: Warehouse
            metadata: {name: main, namespace: \(rawValue)}
            spec:
              interval: 24h
              subscriptions:
                - image: {repoURL: "127.0.0.1:1/\(rawValue)", constraint: ^1.0.0}

            """
        return ([head] + (0..<Self.count).map(manifest)).joined(separator: "---\n")
    }

    private func manifest(of number: Int) -> String {
        let upstreams = upstreams(of: number).map(Self.stage)
        let sources = upstreams.isEmpty ? "{direct: true}" : "{stages: [\(upstreams.joined(separator: ", "))]}"
        return """
            apiVersion: kargo.akuity.io/v1alpha1
            kind: Stage
            metadata: {name: \(Self.stage(number)), namespace: \(rawValue)}
            spec:
              requestedFreight:
                - origin: {kind: Warehouse, name: main}
                  sources: \(sources)
              promotionTemplate:
                spec:
                  steps:
                    - uses: compose-output
                      config: {version: "1"}

            """
    }
}
