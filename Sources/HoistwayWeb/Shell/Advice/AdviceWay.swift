import HoistwayModel

/// The equivalent of a command on pages: the page, and the name of the action.
struct AdviceWay: Sendable, Equatable {
    private enum Place: Sendable, Equatable {
        case overview
        case stage(StageKey, fragment: String?)
        case adopting(StageKey)
        case freight(String, project: String)
        case promotion(String, project: String?)
        case delivery(Int64)
    }

    /// As an action of a person: `promote brave-otter to prod`.
    let act: String
    /// As a noun: `promoting brave-otter to prod`.
    let thing: String
    private let place: Place

    /// - Parameters:
    ///   - words: the words of the command, without the program's name.
    ///   - project: the project of names without one.
    ///
    /// `nil` if no page does the same.
    init?(_ words: [String], project: String?) {
        let names = words.dropFirst().filter { !$0.hasPrefix("-") }
        // Such a part of an address leads to another page.
        let parts = names.flatMap { $0.split(separator: "/") }
        guard !parts.contains("."), !parts.contains("..") else { return nil }
        let first = names.first
        let stage = first.flatMap(Self.stage)
        switch (words.first, first) {
        case ("promote"?, _?):
            guard let stage else { return nil }
            let freight = names.dropFirst().first.flatMap { $0 == "FREIGHT" ? nil : $0 } ?? "freight"
            let accepted = words.contains("--accept") ? " with this difference accepted" : ""
            let what = "\(freight) to \(stage.name)\(accepted)"
            self.init("promot", "e", "ing", what, .stage(stage, fragment: "promote"))
        case ("adopt"?, _?):
            guard let stage else { return nil }
            if words.contains("--from-branches") {
                self.init("restor", "e", "ing", "\(stage.name) from its branches", .stage(stage, fragment: nil))
            } else {
                self.init("adopt", "", "ing", "the branches of \(stage.name)", .adopting(stage))
            }
        case ("verify"?, _?):
            guard let stage else { return nil }
            let freight = names.dropFirst().first ?? "what lies"
            self.init("verify", "", "ing", "\(freight) in \(stage.name)", .stage(stage, fragment: nil))
        case ("approve"?, _?):
            guard let freight = names.dropFirst().first, let home = stage?.project ?? project else { return nil }
            let target = stage?.name ?? "a stage"
            self.init("approv", "e", "ing", "\(freight) for \(target)", .freight(freight, project: home))
        case ("why"?, _?):
            guard let stage else { return nil }
            self.init(page: "the page of \(stage.name)", .stage(stage, fragment: nil))
        case ("get"?, "manifests"?): self.init(page: "the overview", .overview)
        case ("get"?, "stages"?): self.init(page: "the overview", .overview)
        case ("get"?, "promotions"?):
            guard let id = names.dropFirst().first else { return nil }
            self.init(page: "the promotion's page", .promotion(id, project: project))
        case ("get"?, "deliveries"?):
            guard let id = names.dropFirst().first.flatMap({ Int64($0) }) else { return nil }
            self.init(page: "the delivery's page", .delivery(id))
        case ("retry"?, "promotions"?):
            guard let id = names.dropFirst().first else { return nil }
            self.init("promot", "e", "ing", "again", .promotion(id, project: project))
        case ("retry"?, let text?):
            guard let id = Int64(text) else { return nil }
            self.init("decid", "e", "ing", "the delivery again", .delivery(id))
        case ("abort"?, let id?): self.init("abort", "", "ing", "it", .promotion(id, project: project))
        default: return nil
        }
    }

    private init(_ verb: String, _ doing: String, _ being: String, _ what: String, _ place: Place) {
        act = "\(verb)\(doing) \(what)"
        thing = "\(verb)\(being) \(what)"
        self.place = place
    }

    private init(page: String, _ place: Place) {
        act = page
        thing = page
        self.place = place
    }

    /// `project/stage`.
    private static func stage(_ text: String) -> StageKey? {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty }) else { return nil }
        return StageKey(project: String(parts[0]), name: String(parts[1]))
    }

    func link(_ paths: PagePaths) -> Link {
        switch place {
        case .overview: paths()
        case .stage(let key, let fragment):
            paths.link(["projects", key.project, "stages", key.name], fragment: fragment)
        case .adopting(let key): paths("projects", key.project, "stages", key.name, "adopt")
        case .freight(let name, let project): paths.freight(name, project: project)
        case .promotion(let id, let project?): paths.promotion(id, project: project)
        // The search finds it in all projects.
        case .promotion(let id, nil): paths("search", query: [("q", id)])
        case .delivery(let id): paths.delivery(id)
        }
    }
}
