package import HoistwayModel

/// Who sends webhooks to a receiver.
///
/// The configuration fixes it; nothing is guessed from what arrives.
package enum Sender: String, Sendable, CaseIterable, Codable {
    case github
    /// GitHub Enterprise Server: GitHub's rules.
    case ghes
    /// GitHub's package events: GitHub's rules, on a receiver of their own.
    case ghcr
    case gitlab
    case gitea
    case forgejo
    case gogs
    case harbor
    /// CNCF Distribution, and GitLab's registry, which sends the same.
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
    /// The headers that name the event, as the sender writes them; none where the body does.
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

/// What a receiver must know of a sender before it looks at a body.
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

    /// The default bound of a body, in bytes.
    ///
    /// Git hosts send up to 25 MB; what is lost above this bound, discovery finds.
    package var defaultMaxBodyBytes: Int {
        switch kind {
        case .gitHost: 5 * 1024 * 1024
        case .registry: 1024 * 1024
        }
    }
}

/// How the JSON lies in a body.
package enum BodyForm: Sendable, Equatable {
    case json
    /// `application/x-www-form-urlencoded`, with the JSON in the field `payload`.
    case form

    static let formType = "application/x-www-form-urlencoded"
}

extension Sender {
    /// The form that a content type announces; `nil` is for the answer 415.
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
    /// Proof and decoding both ask here, so that what is decoded is what was proven.
    func bodyForm(of body: UnsafeRawBufferPointer) -> BodyForm {
        traits.extraMediaTypes.contains(BodyForm.formType) && FormBody.isForm(body) ? .form : .json
    }

    /// The headers that a delivery is stored with: event names, ids, the content type.
    ///
    /// A list of what stays, not of what goes: no signature, token or `Authorization` can slip through.
    package func storedHeaders(of headers: [HeaderLine]) -> [HeaderLine] {
        let names = traits.eventHeaders
        return headers.filter { line in
            line.isNamed("content-type") || names.contains { line.isNamed($0) }
        }
    }
}
