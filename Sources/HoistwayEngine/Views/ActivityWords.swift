import HoistwayModel
import HoistwayPorts

/// Entries of the audit trail for people.
///
/// The trail has ids, which never change their meaning. Here freight that is still kept is shown with its alias and
/// versions instead.
struct ActivityWords {
    let state: PipelineState

    func view(of record: AuditRecord) -> ActivityView {
        var view = ActivityView(record)
        view.title = record.object.flatMap { title(of: $0, project: record.project) }
        view.detail = detail(of: view)
        return view
    }

    private func title(of object: AuditObject, project: String?) -> String? {
        guard let project else { return nil }
        switch object.kind {
        case .freight: return freight(object.name, project: project)?.alias
        case .promotion:
            guard let record = state.promotions[PromotionID(object.name)], record.stage.project == project else {
                return nil
            }
            let alias = freight(record.freight.text, project: project)?.alias ?? record.freight.short
            return "\(alias) to \(record.stage.name)"
        case .stage, .warehouse, .delivery, .token, .session: return nil
        }
    }

    private func detail(of view: ActivityView) -> String {
        guard let project = view.project else { return view.detail }
        var words = view.detail.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        // `ID of FREIGHT`: the id is that of a preview, which expires after half an hour, or of the entry's own
        // promotion.
        let isOwnID = view.action == .preview || words.first == view.object?.name
        if words.count > 2, words[1] == "of", isOwnID { words.removeFirst(2) }
        return words.map { word in
            freight(word, project: project).map { "\($0.alias) (\($0.summary))" } ?? word
        }.joined(separator: " ")
    }

    /// Freight by its whole id.
    private func freight(_ text: String, project: String) -> Freight? {
        guard text.utf8.count == 40, text.allSatisfy(\.isHexDigit) else { return nil }
        return state.freight[FreightKey(project: project, id: FreightID(text))]?.freight
    }
}
