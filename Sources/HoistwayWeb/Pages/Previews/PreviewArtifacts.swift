import HoistwayModel
import HoistwayPorts

/// Each artifact of a stage: now, and after the promotion.
struct PreviewArtifacts {
    let changes: [PreviewView.ArtifactChange]

    func write(_ html: inout HTML) {
        guard !changes.isEmpty else { return }
        html(.table, .class("list")) { html in
            html(.caption, text: "Versions")
            html(.thead) { html in
                html(.tr) { html in
                    for name in ["Artifact", "Now", "Then", "Compare"] { html(.th, .scope("col"), text: name) }
                }
            }
            html(.tbody) { html in
                for change in changes { row(change, &html) }
            }
        }
    }

    private func row(_ change: PreviewView.ArtifactChange, _ html: inout HTML) {
        let isSame = change.old == change.new && change.oldDigest == change.newDigest
        html(.tr) { html in
            html(.td) { html in
                html(.span, .class("quiet"), text: "\(change.warehouse) ")
                html(
                    .span,
                    .class("code"),
                    text: change.name.isEmpty ? change.repository : "\(change.repository) \(change.name)"
                )
            }
            html(.td, .data("label", "Now")) { version(change, change.old, change.oldDigest, missing: "nothing", &$0) }
            html(.td, .data("label", "Then")) { html in
                if isSame { return html.text("the same") }
                version(change, change.new, change.newDigest, missing: "not part of it", &html)
            }
            html(.td, .data("label", "Compare")) { html in
                guard !isSame, change.kind == .commit, let old = change.old, let new = change.new else {
                    return html.blank()
                }
                html.outside(ArtifactPage.comparison(from: old, to: new, in: change.repository), text: "commits")
            }
        }
    }

    private func version(
        _ change: PreviewView.ArtifactChange,
        _ version: String?,
        _ digest: String?,
        missing: String,
        _ html: inout HTML
    ) {
        guard let version else { return html.text(missing) }
        let isCommit = change.kind == .commit
        html(.strong, .class("code"), .title(version), text: isCommit ? String(version.prefix(7)) : version)
        if let digest { html(.span, .class("quiet code"), .title(digest), text: " \(digest.prefix(14))…") }
    }
}
