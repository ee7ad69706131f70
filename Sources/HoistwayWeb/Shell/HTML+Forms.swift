import HoistwayConsole
package import HoistwayPorts

extension HTML {
    /// A form of a page: sends the session's code, and a key that makes a second click harmless.
    package mutating func form(
        to action: Link,
        _ request: PageRequest,
        id: String? = nil,
        class names: String? = nil,
        content: (inout HTML) throws -> Void
    ) rethrows {
        try self(
            .form,
            .method("post"),
            .action(action),
            id.map { .id($0) } ?? .absent,
            names.map { .class($0) } ?? .absent
        ) { html in
            html(.input, .type("hidden"), .name("csrf"), .value(request.visitor.formToken))
            html(.input, .type("hidden"), .name("back"), .value(request.address))
            // Off: after a reload, a browser must not put the old key into the new form.
            html(.input, .type("hidden"), .name("key"), .value(RandomName.make()), .autocomplete("off"))
            try content(&html)
        }
    }

    /// A button for an action that needs a role: without that role it is disabled and names the role.
    package mutating func actionButton(
        _ text: String,
        needs role: TokenRole,
        _ request: PageRequest,
        class names: String = "action"
    ) {
        let isAllowed = request.caller.role >= role
        self(.button, .type("submit"), .class(names), .when(!isAllowed, .disabled), text: text)
        if !isAllowed { self(.small, .class("needs"), text: "needs the role \(role.rawValue)") }
    }
}
