import HoistwayConsole
import HoistwayPorts

/// Manifests in Git that could not be read, or whose newest version is refused: pages then show an older version.
enum ManifestNotices {
    /// Problems of one source that are shown; the others are folded.
    private static let problemsShown = 5

    /// - Parameter project: only sources that can define it; `nil`: all.
    static func write(
        _ sources: [ManifestSourceView],
        of project: String? = nil,
        _ request: PageRequest,
        _ html: inout HTML
    ) {
        for source in sources where source.state != .current && isVisible(source, to: request) {
            if let project, let projects = source.projects, !projects.contains(project) { continue }
            html(.section, .class(source.state == .missing ? "notice failure" : "notice warning")) { html in
                html(.p) { html in
                    html.text(
                        source.state == .missing
                            ? "Manifests were never read: " : "An older version of manifests runs: "
                    )
                    html(.span, .class("code"), text: source.source)
                }
                html.lines(Array(source.problems.prefix(problemsShown)))
                if source.problems.count > problemsShown {
                    html(.details) { html in
                        html(.summary, text: "\(source.problems.count - problemsShown) more")
                        html.lines(Array(source.problems.dropFirst(problemsShown)))
                    }
                }
            }
        }
    }

    /// Whether every source that can define the project has been read.
    static func areRead(_ sources: [ManifestSourceView], of project: String) -> Bool {
        sources.allSatisfy { $0.state != .missing || !($0.projects?.contains(project) ?? true) }
    }

    /// A token for one project only sees the sources that can define that project.
    private static func isVisible(_ source: ManifestSourceView, to request: PageRequest) -> Bool {
        guard let project = request.caller.project else { return true }
        return source.projects?.contains(project) ?? false
    }
}
