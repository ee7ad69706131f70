import HoistwayModel
import HoistwayPorts

/// Two pieces of freight next to each other.
struct FreightComparison {
    let view: FreightView
    let other: FreightView?
    let offered: [FreightView]
    let request: PageRequest

    func write(_ html: inout HTML) {
        guard !offered.isEmpty || other != nil else { return }
        html(.section, .class("card"), .id("compare")) { html in
            html(.h2, text: "Compare with")
            html(
                .form,
                .class("filters"),
                .method("get"),
                .action(request.paths.freight(view.id, project: view.project))
            ) { html in
                html(.div) { html in
                    html(.label, .for("other"), text: "Freight")
                    html(.select, .id("other"), .name("compare")) { html in
                        for freight in offered {
                            let words = freight.contents.prefix(2).map { "\($0.name) \($0.version)" }
                            html(
                                .option,
                                .value(freight.id),
                                .when(freight.id == other?.id, .selected),
                                text: "\(freight.alias): \(words.joined(separator: ", "))"
                            )
                        }
                    }
                }
                html(.div, .class("actions")) { $0(.button, .type("submit"), text: "Compare") }
            }
            if let other { table(other, &html) }
        }
    }

    private func table(_ other: FreightView, _ html: inout HTML) {
        html(.table, .class("list")) { html in
            html(.caption, text: "\(view.alias) beside \(other.alias)")
            html(.thead) { html in
                html(.tr) { html in
                    for name in ["Artifact", view.alias, other.alias, "Difference"] {
                        html(.th, .scope("col"), text: name)
                    }
                }
            }
            html(.tbody) { html in
                for (mine, theirs) in Self.pairs(view.contents, other.contents) { row(mine, theirs, &html) }
            }
        }
    }

    private func row(_ mine: ArtifactView?, _ theirs: ArtifactView?, _ html: inout HTML) {
        html(.tr) { html in
            html(.td) { html in
                html(.span, .class("code"), text: (mine ?? theirs)?.repository ?? "")
            }
            for (label, artifact) in [(view.alias, mine), (other?.alias ?? "", theirs)] {
                html(.td, .data("label", label)) { html in
                    guard let artifact else { return html.text("not part of it") }
                    html(.strong) { $0.outside(artifact.url, text: artifact.version) }
                    if let subject = artifact.subject { html.text(" \(subject)") }
                }
            }
            html(.td, .data("label", "Difference")) { html in
                guard let mine, let theirs else { return html.text("only one has it") }
                guard mine != theirs else { return html.text("the same") }
                guard let old = theirs.commit, let new = mine.commit else {
                    return html.text(mine.version == theirs.version ? "another digest" : "another version")
                }
                html.outside(ArtifactPage.comparison(from: old, to: new, in: mine.repository), text: "commits")
            }
        }
    }

    /// Each artifact next to the same one of the other freight.
    static func pairs(
        _ left: [ArtifactView],
        _ right: [ArtifactView]
    ) -> [(ArtifactView?, ArtifactView?)] {
        func key(_ artifact: ArtifactView) -> String {
            "\(artifact.kind.rawValue) \(artifact.repository) \(artifact.kind == .chart ? artifact.name : "")"
        }
        let others = Dictionary(right.map { (key($0), $0) }) { first, _ in first }
        let known = Set(left.map(key))
        return left.map { ($0, others[key($0)]) } + right.filter { !known.contains(key($0)) }.map { (nil, $0) }
    }
}
