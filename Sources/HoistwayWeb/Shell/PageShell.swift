import HoistwayConsole
package import HoistwayModel
import HoistwayPorts

/// The frame of every page: head, header with navigation and search, footer.
package struct PageShell: Sendable {
    /// `nil`: not signed in.
    package var visitor: Visitor?
    package var paths: PagePaths
    package var version: String
    package var now: Timestamp
    /// The text in the search box.
    package var search: String = ""
    /// Where the stream of changes continues; `nil`: the page does not follow it.
    package var revision: String?

    package init(visitor: Visitor?, paths: PagePaths, version: String, now: Timestamp) {
        self.visitor = visitor
        self.paths = paths
        self.version = version
        self.now = now
    }

    package func document(_ page: Page) -> HTML {
        var html = HTML(capacity: page.content.bytes.count + 4096)
        html.raw(RawHTML("<!doctype html>"))
        html(.html, .lang("en")) { html in
            html(.head) { head(page, &$0) }
            html(
                .body,
                .data("version", version),
                .data("base", paths.base),
                .data("now", now.rfc3339),
                revision.map { .data("revision", $0) } ?? .absent
            ) { body(page, &$0) }
        }
        return html
    }

    private func head(_ page: Page, _ html: inout HTML) {
        html(.meta, .charset("utf-8"))
        html(.meta, .name("viewport"), .content("width=device-width, initial-scale=1"))
        html(.meta, .name("color-scheme"), .content("light dark"))
        html(.title, text: "\(page.title) · Hoistway")
        html(.link, .rel("stylesheet"), .href(Asset.styleSheet.link(paths)))
        html(.link, .rel("icon"), .type("image/svg+xml"), .href(Asset.icon.link(paths)))
        html(.script, .src(Asset.script.link(paths)), .defer)
    }

    private func body(_ page: Page, _ html: inout HTML) {
        html(.a, .class("skip"), .href(Link(own: "#main")), text: "Skip to the content")
        html(.header, .class("top")) { html in
            html(.a, .class("brand"), .href(paths())) { html in
                html.raw(Self.mark)
                html(.span, text: "Hoistway")
            }
            if let visitor {
                navigation(page, visitor, &html)
                searchBox(&html)
                account(visitor, &html)
            }
        }
        html(.div, .id("banner"), .class("banner"), .role("region"), .aria("label", "Notice"), .hidden)
        html(.div, .id("announcer"), .class("unseen"), .role("status"), .aria("live", "polite"))
        html(.main, .id("main"), .tabindex(-1)) { $0.append(page.content) }
        html(.footer, .class("bottom")) { html in
            html(.span, text: "Hoistway \(version)")
            html(.span) { html in
                html.text("As of ")
                html.time(now, now: now, .clock)
            }
        }
    }

    private func navigation(_ page: Page, _ visitor: Visitor, _ html: inout HTML) {
        let isAuditor = visitor.caller.role == .admin
        let entries: [(Page.Area, String, Link)] = [
            (.overview, "Overview", paths()), (.projects, "Projects", paths("projects")),
            (.deliveries, "Deliveries", paths("deliveries")), (.warehouses, "Warehouses", paths("warehouses")),
            (.activity, "Activity", paths("activity")),
        ]
        html(.nav, .aria("label", "Main")) { html in
            html(.ul) { html in
                for (area, name, link) in entries where area != .activity || isAuditor {
                    html(.li) { html in
                        html(
                            .a,
                            .href(link),
                            .when(area == page.area, .aria("current", "page")),
                            text: name
                        )
                    }
                }
            }
        }
    }

    private func searchBox(_ html: inout HTML) {
        html(.form, .class("search"), .role("search"), .action(paths("search")), .method("get")) { html in
            html(.label, .class("unseen"), .for("search"), text: "Search")
            html(
                .input,
                .id("search"),
                .type("search"),
                .name("q"),
                .value(search),
                .placeholder("Commit, tag, digest, alias, stage …"),
                .autocomplete("off"),
                .maxlength(500)
            )
            html(.kbd, .aria("hidden", "true"), text: "/")
        }
    }

    private func account(_ visitor: Visitor, _ html: inout HTML) {
        html(.details, .class("account")) { html in
            html(.summary, .aria("label", "Account: \(visitor.caller.name)")) { html in
                html(.span, text: visitor.caller.name)
            }
            html(.div, .class("menu")) { html in
                html(.p) { html in
                    html.text("Signed in with the token ")
                    html(.strong, text: visitor.caller.name)
                    html.text(", role \(visitor.caller.role.rawValue), ")
                    html.text(visitor.caller.project.map { "project \($0)." } ?? "all projects.")
                }
                html(.form, .method("post"), .action(paths("sign-out"))) { html in
                    html(.input, .type("hidden"), .name("csrf"), .value(visitor.formToken))
                    html(.button, .type("submit"), text: "Sign out")
                }
            }
        }
    }

    /// The logo: a lift in its hoistway.
    private static let mark = RawHTML(
        """
        <svg viewBox="0 0 16 16" width="18" height="18" aria-hidden="true"><path d="M3 1v14M13 1v14" fill="none" \
        stroke="currentColor" stroke-width="1.5"/><path d="M5 6h6v6H5z" fill="currentColor"/></svg>
        """
    )
}
