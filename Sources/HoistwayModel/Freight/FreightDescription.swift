/// One line about freight for people: `checkout 1.4.3, deploy 0123456`.
package enum FreightDescription {
    package static func text(of artifacts: [Artifact]) -> String {
        artifacts.isEmpty ? "nothing" : artifacts.map(text).joined(separator: ", ")
    }

    package static func text(of artifact: Artifact) -> String {
        switch artifact {
        case .image(let image): "\(lastPart(of: image.repoURL)) \(image.tag)"
        case .commit(let commit): "\(lastPart(of: KargoURL.git(commit.repoURL))) \(commit.tag ?? commit.id.short)"
        case .chart(let chart): "\(chart.name.isEmpty ? lastPart(of: chart.repoURL) : chart.name) \(chart.version)"
        }
    }

    /// `checkout` of `registry.example.com/shop/checkout`.
    package static func lastPart(of url: String) -> String {
        url.split(whereSeparator: { $0 == "/" || $0 == ":" }).last.map(String.init) ?? url
    }
}

extension Freight {
    /// Its artifacts, in one line for people.
    package var summary: String { FreightDescription.text(of: artifacts) }
}
