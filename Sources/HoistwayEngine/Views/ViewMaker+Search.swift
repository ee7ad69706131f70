import HoistwayModel
import HoistwayPorts

extension ViewMaker {
    /// Whole names come first; beginnings of commits, digests and ids need at least four digits.
    ///
    /// - Parameter project: `nil` for all.
    func search(_ text: String, project: String?) -> SearchView {
        let wanted = SearchText(text)
        var found: [(isWhole: Bool, at: Timestamp, match: SearchView.Match)] = []
        for name in projectNames(project) {
            found += stages(wanted, project: name) + freight(wanted, project: name)
        }
        if let promotion = state.promotions[PromotionID(wanted.lowercased)],
            project == nil || promotion.stage.project == project
        {
            found.append((true, promotion.createdAt, match(of: promotion)))
        }
        let ordered = found.sorted { left, right in
            if left.isWhole != right.isWhole { return left.isWhole }
            if left.at != right.at { return left.at > right.at }
            let keys = [left, right].map { "\($0.match.project) \($0.match.stage ?? "") \($0.match.freight ?? "")" }
            return keys[0] < keys[1]
        }
        let shown = ordered.prefix(SearchView.maxMatches).map { entry in
            var match = entry.match
            if match.kind != .stage, let id = match.freight, let record = freight(FreightID(id), project: match.project)
            {
                match.places = stagesAsking(for: record.freight.origin).map { place(of: record, in: $0) }
            }
            return match
        }
        return SearchView(query: text, matches: shown, isCut: ordered.count > shown.count)
    }

    private func stages(
        _ wanted: SearchText,
        project: String
    ) -> [(isWhole: Bool, at: Timestamp, match: SearchView.Match)] {
        (pipelines.projects[project]?.stages.keys.sorted() ?? []).compactMap { name in
            guard let isWhole = wanted.names(name) ?? wanted.names("\(project)/\(name)") else { return nil }
            let match = SearchView.Match(kind: .stage, field: .name, project: project, stage: name)
            return (isWhole, Timestamp(microseconds: .max), match)
        }
    }

    private func freight(
        _ wanted: SearchText,
        project: String
    ) -> [(isWhole: Bool, at: Timestamp, match: SearchView.Match)] {
        state.freight(ofProject: project).compactMap { record in
            guard let (field, isWhole) = wanted.field(of: record.freight) else { return nil }
            let match = SearchView.Match(
                kind: .freight,
                field: field,
                project: project,
                freight: record.freight.id.text,
                alias: record.freight.alias,
                warehouse: record.freight.origin.name,
                artifacts: record.freight.artifacts.map(ArtifactView.init)
            )
            return (isWhole, record.freight.discoveredAt, match)
        }
    }

    private func match(of promotion: KnownPromotion) -> SearchView.Match {
        let known = freight(promotion.freight, project: promotion.stage.project)?.freight
        return SearchView.Match(
            kind: .promotion,
            field: .id,
            project: promotion.stage.project,
            freight: promotion.freight.text,
            alias: known?.alias,
            warehouse: known?.origin.name,
            stage: promotion.stage.name,
            promotion: promotion.id.text,
            artifacts: known?.artifacts.map(ArtifactView.init) ?? []
        )
    }
}
