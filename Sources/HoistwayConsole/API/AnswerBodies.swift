package import HoistwayModel
package import HoistwayPorts

// Answers of the API besides the views of `HoistwayPorts`; the command line reads the same types.

/// A list.
package struct Items<Item: Codable & Sendable>: Codable, Sendable {
    package var items: [Item]

    package init(items: [Item]) {
        self.items = items
    }
}

/// How many objects a request changed.
package struct Count: Codable, Sendable {
    package var count: Int
}

/// A link for one sign-in of a browser.
package struct SignInLink: Codable, Sendable {
    /// Begins with the path of `console.publicURL`.
    package var path: String
    /// The whole address; `nil` if `console.publicURL` is not set.
    package var url: String?
    /// How long it is valid.
    package var seconds: Int64

    package init(path: String, url: String?, seconds: Int64) {
        self.path = path
        self.url = url
        self.seconds = seconds
    }
}

/// A token without its hash.
package struct TokenView: Codable, Sendable {
    package var name: String
    package var role: TokenRole
    /// `nil`: all projects.
    package var project: String?
    package var createdAt: Timestamp

    init(_ record: TokenRecord) {
        name = record.name
        role = record.role
        project = record.project
        createdAt = record.createdAt
    }
}

/// The token that sent the request.
package struct CallerView: Codable, Sendable {
    package var name: String
    package var role: TokenRole
    /// `nil`: all projects.
    package var project: String?
    package var createdAt: Timestamp
    /// The server's version.
    package var version: String

    init(_ caller: Caller, version: String) {
        name = caller.name
        role = caller.role
        project = caller.project
        createdAt = caller.madeAt
        self.version = version
    }
}

/// The answer to `POST /tokens`: the only time that the token itself is shown.
package struct NewToken: Codable, Sendable {
    package var name: String
    package var role: TokenRole
    package var project: String?
    package var token: String

    init(_ view: TokenView, token: String) {
        name = view.name
        role = view.role
        project = view.project
        self.token = token
    }
}
