import HoistwayModel
import HoistwayPorts

/// One of several stages that are previewed together.
struct PreviewBatchRow {
    let stage: String
    let view: PreviewView?
    let refusal: String?

    /// If it needs an acceptance, it is promoted from its own page, which shows the difference.
    var canBePromoted: Bool {
        guard let view, view.promotion == nil else { return false }
        return view.state == .succeeded && view.acceptanceNeeded.isEmpty && view.uncomparedBranch == nil
    }
}

/// Several previews: each stage with its difference and verdict, and one button for all that can be promoted.
struct PreviewBatchView {
    let batch: PreviewBatch
    let rows: [PreviewBatchRow]
    let request: PageRequest

    func write(_ html: inout HTML) {
        html(
            .div,
            .class("previews"),
            .data("live", "batch/\(batch.project)/\(batch.id)"),
            .data("on", "preview/\(batch.project)")
        ) { html in
            verdict(&html)
            for row in rows { write(row, &html) }
        }
    }

    private func verdict(_ html: inout HTML) {
        let ready = rows.count(where: \.canBePromoted)
        let open = rows.count { $0.view?.state == .running || $0.view?.state == .waiting }
        html(.section, .class("card")) { html in
            html(.p) { html in
                html(.strong, text: "\(ready) of \(rows.count) stages can be promoted now.")
                if open > 0 {
                    html.text(open == 1 ? " 1 preview is still under way." : " \(open) previews are still under way.")
                    html.text(" They continue even if nobody has this page open.")
                }
            }
            html(.div, .class("actions")) { html in
                if ready > 0 {
                    let target = request.paths("projects", batch.project, "batches", batch.id, "promote")
                    html.form(to: target, request) { html in
                        html.actionButton(
                            ready == 1 ? "Promote 1 stage" : "Promote \(ready) stages",
                            needs: .promote,
                            request
                        )
                    }
                }
                if open > 0 {
                    html(
                        .a,
                        .class("action plain"),
                        .href(request.paths("projects", batch.project, "batches", batch.id)),
                        text: "Look again"
                    )
                }
            }
        }
    }

    private func write(_ row: PreviewBatchRow, _ html: inout HTML) {
        if let view = row.view {
            PreviewDetails(view: view, isAlone: false, note: batch.notes[row.stage], request: request)
                .write(&html)
            return
        }
        html(.section, .class("card")) { html in
            html(.div, .class("head")) { html in
                html(.h2) { html in
                    html(.a, .href(request.paths.stage(row.stage, project: batch.project)), text: row.stage)
                }
                html.state("failed", "Cannot be promoted", isChip: true)
            }
            if let refusal = row.refusal { html(.p) { $0.advice(refusal, project: batch.project, request) } }
        }
    }
}
