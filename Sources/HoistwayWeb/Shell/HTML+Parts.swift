/// Parts that many pages use.
extension HTML {
    /// The position of the page: links from the outermost page to this one.
    package mutating func trail(_ links: [(text: String, link: Link)]) {
        self(.nav, .aria("label", "Where you are")) { html in
            html(.ol, .class("trail")) { html in
                for (text, link) in links {
                    html(.li) { $0(.a, .href(link), text: text) }
                }
            }
        }
    }

    /// A message that there is nothing, and what to do next.
    package mutating func empty(_ title: String, content: (inout HTML) -> Void) {
        self(.div, .class("empty")) { html in
            html(.h2, text: title)
            content(&html)
        }
    }

    /// A list of facts: names and values.
    package mutating func facts(_ content: (inout HTML) -> Void) {
        self(.dl, .class("facts"), content: content)
    }

    package mutating func fact(_ name: String, _ content: (inout HTML) -> Void) {
        self(.dt, text: name)
        self(.dd, content: content)
    }

    package mutating func fact(_ name: String, _ text: String) {
        fact(name) { $0.text(text) }
    }

    /// A link to an external page; plain text if the address is not safe.
    package mutating func outside(_ url: String?, text: String) {
        if let url, let link = Link(external: url) {
            self(.a, .href(link), .rel("noreferrer noopener"), text: text)
        } else {
            self.text(text)
        }
    }

    /// An empty cell of a table: a dash, and in narrow windows the cell is hidden.
    package mutating func blank() {
        self(.span, .class("blank"), text: "–")
    }

    /// Lines, one below the other.
    package mutating func lines(_ lines: [String]) {
        self(.ul, .class("lines")) { html in
            for line in lines { html(.li, text: line) }
        }
    }

    /// A field to choose one of several values.
    package mutating func choice(
        _ label: String,
        name: StaticString,
        chosen: String?,
        any: String,
        _ values: [(value: String, text: String)]
    ) {
        self(.div) { html in
            html(.label, .for("filter-\(name)"), text: label)
            html(.select, .id("filter-\(name)"), .name(name)) { html in
                html(.option, .value(""), text: any)
                for (value, text) in values {
                    html(.option, .value(value), .when(value == chosen, .selected), text: text)
                }
            }
        }
    }

    /// A text field.
    package mutating func field(_ label: String, name: StaticString, value: String?, placeholder: String = "") {
        self(.div) { html in
            html(.label, .for("filter-\(name)"), text: label)
            html(
                .input,
                .id("filter-\(name)"),
                .name(name),
                .value(value ?? ""),
                .when(!placeholder.isEmpty, .placeholder(placeholder)),
                .autocomplete("off"),
                .maxlength(200)
            )
        }
    }

    /// A message about the result of the last form.
    package mutating func notice(_ request: PageRequest) {
        guard let code = request.query.text("done"), let notice = DoneNotice(rawValue: code) else { return }
        self(.p, .class("notice"), .role("status"), text: notice.text)
    }
}

/// The result of a form for the next page: a code in the address, so that nobody can put other text there.
package enum DoneNotice: String, Sendable, CaseIterable {
    case delivered
    case refreshed
    case promoted
    case promotedBefore
    case aborted
    case retried
    case approved
    case verified
    case adopted
    case restored
    case stageRefreshed

    var text: String {
        switch self {
        case .delivered: "The delivery is decided again."
        case .refreshed: "The warehouse has been looked at."
        case .promoted: "The promotion is made."
        case .promotedBefore: "This promotion was there already. There is no second one."
        case .aborted: "The promotion is aborted; an open push or request is completed first."
        case .retried: "It is tried again."
        case .approved: "The freight is approved for the stage."
        case .verified: "The verdict on the freight is recorded."
        case .adopted: "The branches are adopted as they are."
        case .restored: "The stage has the freight that its branches contain."
        case .stageRefreshed: "The stage's branches have been looked at."
        }
    }
}
