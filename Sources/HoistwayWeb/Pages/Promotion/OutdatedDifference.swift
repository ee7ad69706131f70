import HoistwayModel
import HoistwayPorts

/// Why a promotion from a preview pushed nothing: the difference in the preview, and digests of both differences.
///
/// The present difference is shown with the promotion's branches.
struct OutdatedDifference {
    let view: PromotionView
    let outdated: OutdatedPreview
    /// The preview, while it is kept.
    let preview: PreviewView?
    let request: PageRequest

    func write(_ html: inout HTML) {
        html(.section, .class("card outdated")) { html in
            html(.h2, text: "What the preview showed")
            if preview == nil {
                html(.p, .class("quiet"), text: "The preview is kept no longer. This is known of its difference.")
            }
            for (number, branch) in outdated.branches.enumerated() { self.branch(branch, number, &html) }
            html.form(to: request.paths("projects", view.project, "previews"), request) { html in
                html(.input, .type("hidden"), .name("freight"), .value(view.freight))
                html(.input, .type("hidden"), .name("stage"), .value(view.stage))
                html.actionButton("Preview again", needs: .promote, request)
            }
        }
    }

    private func branch(_ branch: OutdatedPreview.Branch, _ number: Int, _ html: inout HTML) {
        html(.section, .class("branch")) { html in
            html(.h3) { html in
                html(.span, .class("code"), text: branch.branch)
                html(.span, .class("quiet"), text: " of \(branch.remote)")
            }
            html.facts { html in
                html.fact("Shown") { digest(branch.shown, &$0) }
                html.fact("Now") { digest(branch.found, &$0) }
                if !branch.files.isEmpty { html.fact("They differ in") { $0.lines(branch.files) } }
            }
            guard let preview, let place = place(of: branch, in: preview) else { return }
            let shown = preview.branches[place]
            DiffSection(
                files: shown.files.map(ShownFile.init),
                count: shown.changedFiles + shown.deletedFiles,
                download: request.paths("projects", view.project, "previews", preview.id, "diff", String(place)),
                name: "shown-\(number + 1)",
                heading: .h4
            ).write(&html)
        }
    }

    private func digest(_ digest: String?, _ html: inout HTML) {
        guard let digest else { return html.text("no change") }
        html(.span, .class("code"), .title(digest), text: String(digest.prefix(12)))
    }

    private func place(of branch: OutdatedPreview.Branch, in preview: PreviewView) -> Int? {
        preview.branches.firstIndex { $0.branch == branch.branch && $0.repository == branch.remote }
    }
}
