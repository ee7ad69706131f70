package import HoistwayModel

/// The kind of server that sends webhooks to a receiver.
///
/// It comes from the configuration, and is never guessed from a request.
package enum Sender: String, Sendable, CaseIterable, Codable {
    case github
    /// GitHub Enterprise Server, with GitHub's rules.
    case ghes
    /// GitHub's package events, with GitHub's rules, on a separate receiver.
    case ghcr
    case gitlab
    case gitea
    case forgejo
    case gogs
    case harbor
    /// CNCF Distribution, and GitLab's registry, which sends the same events.
    case distribution

    package var traits: SenderTraits {
        switch self {
        case .github, .ghes, .ghcr: GitHub.traits
        case .gitlab: GitLab.traits
        case .gitea: Gitea.traits
        case .forgejo: Forgejo.traits
        case .gogs: Gogs.traits
        case .harbor: Harbor.traits
        case .distribution: Distribution.traits
        }
    }
}

extension Sender {
    /// The headers with the event's name, as the sender writes them; empty if the body has it.
    var eventNameHeaders: [String] {
        switch self {
        case .github, .ghes, .ghcr: ["X-GitHub-Event"]
        case .gitea: ["X-Gitea-Event"]
        case .forgejo: ["X-Forgejo-Event", "X-Gitea-Event"]
        case .gogs: ["X-Gogs-Event"]
        case .gitlab, .harbor, .distribution: []
        }
    }
}

/// The facts about a sender that a receiver needs before it reads a body.
package struct SenderTraits: Sendable {
    package enum Kind: Sendable, Equatable {
        case gitHost, registry
    }

    package var kind: Kind
    /// Media types besides `application/json` and `application/*+json`.
    package var extraMediaTypes: [String]
    /// Lower-case names of the headers that are stored with a delivery.
    package var eventHeaders: [String]
    /// Lower-case names of headers that identify a delivery, best first.
    package var deliveryIDHeaders: [String]

    /// The default limit of a body, in bytes.
    ///
    /// Git hosts send up to 25 MB; discovery finds what is lost above this limit.
    package var defaultMaxBodyBytes: Int {
        switch kind {
        case .gitHost: 5 * 1024 * 1024
        case .registry: 1024 * 1024
        }
    }
}

/// The encoding of the JSON in a body.
package enum BodyForm: Sendable, Equatable {
    case json
    /// `application/x-www-form-urlencoded`, with the JSON in the field `payload`.
    case form

    static let formType = "application/x-www-form-urlencoded"
}

extension Sender {
    /// The form that a content type announces; `nil` leads to the answer 415.
    ///
    /// Parameters such as a charset do not matter. No signature covers the type: ``bodyForm(of:)`` decides.
    package func bodyForm(contentType: String) -> BodyForm? {
        let type = contentType.prefix { $0 != ";" }.filter { $0 != " " && $0 != "\t" }.lowercased()
        if type == BodyForm.formType { return traits.extraMediaTypes.contains(type) ? .form : nil }
        let isJSON = type == "application/json" || (type.hasPrefix("application/") && type.hasSuffix("+json"))
        return isJSON || traits.extraMediaTypes.contains(type) ? .json : nil
    }

    /// How to read this body, by its bytes alone.
    ///
    /// Verification and decoding both use this, so that the verified bytes are the decoded ones.
    func bodyForm(of body: UnsafeRawBufferPointer) -> BodyForm {
        traits.extraMediaTypes.contains(BodyForm.formType) && FormBody.isForm(body) ? .form : .json
    }

    /// The headers that are stored with a delivery: event names, ids, the content type.
    ///
    /// It is a list of allowed headers, so that no signature, token or `Authorization` can be stored by mistake.
    package func storedHeaders(of headers: [HeaderLine]) -> [HeaderLine] {
        let names = traits.eventHeaders
        return headers.filter { line in
            line.isNamed("content-type") || names.contains { line.isNamed($0) }
        }
    }
}
