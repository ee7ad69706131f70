import HoistwayConsole
import HoistwayModel
import HoistwayPorts

/// `/search`: which stages have a commit, tag, digest, alias, stage or promotion, and which do not have it yet.
struct SearchPage: Sendable {
    func show(_ request: PageRequest) async throws -> Page {
        let text = request.query.text("q") ?? ""
        let lengths = SearchView.minLength...SearchView.maxLength
        guard lengths.contains(text.count) else {
            return Page("Search", area: nil) { html in
                html(.h1, text: "Search")
                html.empty("Write \(SearchView.minLength) to \(SearchView.maxLength) characters") { html in
                    html(
                        .p,
                        text: "A commit, tag, digest, version, alias, stage or promotion; beginnings are found too."
                    )
                }
            }
        }
        let found = try await request.pipelines.search(text, project: try request.caller.scope(asked: nil))
        return Page("Search: \(text)", area: nil) { html in
            html(.h1) { html in
                html.text("Where is ")
                html(.span, .class("code"), text: text)
                html.text("?")
            }
            guard !found.matches.isEmpty else {
                return html.empty("Nothing of this name is known") { html in
                    html(
                        .p,
                        text: "Freight that was pruned, and versions that no warehouse has accepted, are not found."
                    )
                }
            }
            for match in found.matches { card(match, request, &html) }
            if found.isCut {
                html(.p, .class("quiet"), text: "More was found than is shown: write more characters.")
            }
        }
    }

    private func card(_ match: SearchView.Match, _ request: PageRequest, _ html: inout HTML) {
        html(.section, .class("card")) { html in
            html(.h2) { html in
                html.text("\(match.kind.words) ")
                html(.a, .href(link(match, request)), text: title(match))
            }
            html(.p, .class("quiet"), text: place(match))
            if !match.artifacts.isEmpty {
                html(.ul, .class("lines")) { html in
                    for artifact in match.artifacts { artifactLine(artifact, &html) }
                }
            }
            if !match.places.isEmpty { places(match, request, &html) }
        }
    }

    private func artifactLine(_ artifact: ArtifactView, _ html: inout HTML) {
        html(.li) { html in
            html.text("\(artifact.name) ")
            html(.strong) { $0.outside(artifact.url, text: artifact.version) }
            if let subject = artifact.subject { html.text(" \(subject)") }
            if let digest = artifact.digest { html(.span, .class("quiet code"), text: " \(digest.prefix(19))…") }
        }
    }

    private func places(_ match: SearchView.Match, _ request: PageRequest, _ html: inout HTML) {
        let isThere: (FreightPlaceView) -> Bool = { $0.state == .present || $0.state == .lost }
        for (title, places) in [
            ("It is in", match.places.filter(isThere)), ("It is not in", match.places.filter { !isThere($0) }),
        ] where !places.isEmpty {
            html(.h3, text: title)
            html(.table, .class("list places")) { html in
                html(.thead) { html in
                    html(.tr) { html in
                        for name in ["Stage", "State", "Since", "Why"] { html(.th, .scope("col"), text: name) }
                    }
                }
                html(.tbody) { html in
                    for place in places { row(place, match, request, &html) }
                }
            }
        }
    }

    private func row(_ place: FreightPlaceView, _ match: SearchView.Match, _ request: PageRequest, _ html: inout HTML) {
        html(.tr) { html in
            html(.td, .data("label", "Stage")) { html in
                html(.a, .href(request.paths.stage(place.stage, project: match.project)), text: place.stage)
            }
            html(.td) { html in html.state(place.state.shape, place.state.words) }
            html(.td, .class("short"), .data("label", "Since")) { html in
                if let since = place.since { html.time(since, now: request.now) } else { html.blank() }
            }
            html(.td) { html in
                html.advice(place.reason, project: match.project, request)
                if let until = place.until {
                    html.text(" (")
                    html.time(until, now: request.now)
                    html.text(")")
                }
            }
        }
    }

    private func link(_ match: SearchView.Match, _ request: PageRequest) -> Link {
        switch match.kind {
        case .stage: request.paths.stage(match.stage ?? "", project: match.project)
        case .promotion: request.paths.promotion(match.promotion ?? "", project: match.project)
        case .freight: request.paths.freight(match.freight ?? "", project: match.project)
        }
    }

    private func title(_ match: SearchView.Match) -> String {
        switch match.kind {
        case .stage: match.stage ?? ""
        case .promotion: match.promotion ?? ""
        case .freight: match.alias ?? match.freight ?? ""
        }
    }

    private func place(_ match: SearchView.Match) -> String {
        let warehouse = match.warehouse.map { ", warehouse \($0)" } ?? ""
        return "Project \(match.project)\(warehouse); found by its \(match.field.rawValue)."
    }
}

extension SearchView.Kind {
    fileprivate var words: String {
        switch self {
        case .freight: "Freight"
        case .stage: "Stage"
        case .promotion: "Promotion"
        }
    }
}

extension FreightPlaceView.State {
    /// In words for people.
    package var words: String {
        switch self {
        case .present: "There now"
        case .onItsWay: "On its way"
        case .lost: "Lost"
        case .past: "Was there"
        case .available: "Available"
        case .notYet: "Not yet"
        }
    }

    package var shape: StaticString {
        switch self {
        case .present: "ready"
        case .onItsWay: "promoting"
        case .lost: "freightLost"
        case .past: "controlFlow"
        case .available: "pending"
        case .notYet: "none"
        }
    }
}
