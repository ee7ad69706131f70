import HoistwayModel
package import HoistwayPorts

/// One operation of the API.
///
/// All operations are in one table, ``Operation/all``: the router, the OpenAPI document, the reference page and the
/// command line's paths are made from it.
package struct Operation: Sendable {
    package enum Method: String, Sendable, CaseIterable {
        case get = "GET"
        case post = "POST"
        case delete = "DELETE"
    }

    /// The subject of the answer, which decides who may see it.
    package enum Reach: Sendable {
        /// The path names a project; for a token of another project it does not exist.
        case project
        /// A list or an object of which a token for one project sees its own part.
        case visible
        /// A token for all projects is needed.
        case all
    }

    package struct Parameter: Sendable {
        package var name: String
        package var shape: Shape
        package var summary: String
        package var isRequired = false
        package var isDeprecated = false
    }

    package enum Answer: Sendable {
        case view(any (Decodable & SendableMetatype).Type)
        /// A page of a list, in an unambiguous order.
        case page(any (Decodable & SendableMetatype).Type, order: String)
        /// `{items}` and nothing else.
        case items(any (Decodable & SendableMetatype).Type)
        /// One of several views, depending on the request; only for deprecated operations.
        case various
        case events
        case document
    }

    /// The changes that the answer depends on, for its entity tag.
    package enum Tag: Sendable {
        case none
        /// The pipelines; `minute`: the time too.
        case pipelines(minute: Bool, deliveries: Bool)
    }

    package var id: OperationID
    package var method: Method
    /// Below `/api/v1/`; `{name}` is a parameter.
    package var path: String
    package var summary: String
    /// `nil`: no token is needed.
    package var role: TokenRole?
    package var reach: Reach
    package var query: [Parameter] = []
    package var body: Shape.Fields?
    package var status = 200
    package var answer: Answer
    /// In addition to those of all operations of its kind: see ``codes``.
    package var problems: [ProblemCode] = []
    package var tag = Tag.none
    /// Operations for the created object; if a parameter of their path has another name in the answer, that name.
    package var links: [OperationID: [String: String]] = [:]
    /// The operation that replaces it; `nil`: it is not deprecated.
    package var successor: OperationID?
    /// Whether its answer has a secret that is shown once.
    package var isSecret = false

    /// Every problem code that it may answer.
    package var codes: [ProblemCode] {
        var codes: [ProblemCode] = [.misdirected]
        if role != nil { codes += [.unauthenticated, .unavailable] }
        // An unknown parameter is an error, even for operations without parameters.
        if role != nil { codes.append(.invalidParameter) }
        if query.contains(where: { $0.name == "cursor" }) { codes.append(.cursorMismatch) }
        let isNarrowed = reach == .all || query.contains { $0.name == "project" }
        if role ?? .read > .read || isNarrowed { codes.append(.forbidden) }
        if path.contains("{") { codes.append(.notFound) }
        if body != nil { codes += [.invalidBody, .bodyTooLarge, .unsupportedMediaType] }
        if method == .post {
            codes += [
                .invalidParameter, .keyReused, .requestInProgress, .requestInterrupted, .answerNotKept, .tooManyKeys,
            ]
        }
        return ProblemCode.allCases.filter { (codes + problems).contains($0) }
    }

    /// In the order of the path.
    package var pathParameters: [Parameter] {
        path.split(separator: "/").filter { $0.hasPrefix("{") }.map { part in
            let name = String(part.dropFirst().dropLast())
            let known = Self.parts[name] ?? (Self.name, "")
            return Parameter(name: name, shape: known.shape, summary: known.summary, isRequired: true)
        }
    }

    static let name = Shape.text(1...253)
    private static let parts: [String: (shape: Shape, summary: String)] = [
        "project": (name, "The project's name."),
        "stage": (name, "The stage's name."),
        "warehouse": (name, "The warehouse's name."),
        "freight": (name, "Id of freight, a unique beginning of one, or its alias."),
        "promotion": (name, "The promotion's name."),
        "preview": (name, "The preview's id."),
        "delivery": (.integer(0...ShapeReader.exact.upperBound), "The delivery's number."),
        "token": (name, "The token's name."),
    ]

    /// Its path with these values instead of the names, percent-encoded, without `/api/v1/`.
    package func path(_ values: [String: String] = [:]) -> String {
        path.split(separator: "/").map { part in
            guard part.hasPrefix("{") else { return String(part) }
            guard let value = values[String(part.dropFirst().dropLast())] else {
                preconditionFailure("\(id.rawValue) needs a value for \(part)")
            }
            return PercentEncoding.escaped(value)
        }.joined(separator: "/")
    }
}

/// The names of all operations, as in the OpenAPI document.
package enum OperationID: String, Sendable, CaseIterable {
    case getDocument
    case getCaller
    case streamEvents
    case listProjects
    case getProject
    case getGraph
    case getAttention
    case search
    case getAvailability
    case listActivity
    case listStages
    case getStage
    case explainStage
    case compareStage
    case createPromotion
    case createPreview
    case getPreview
    case cancelPreview
    case createDownstreamPromotions
    case approveFreight
    case verifyStage
    case adoptStage
    case refreshStage
    case listWarehouses
    case getWarehouse
    case refreshWarehouse
    case createFreight
    case listFreight
    case getFreight
    case renameFreight
    case listPromotions
    case getPromotion
    case abortPromotion
    case retryPromotions
    case listDeliveries
    case getDelivery
    case getBacklog
    case retryDeliveries
    case listRefusals
    case listManifests
    case listClusters
    case reload
    case listTokens
    case createToken
    case getToken
    case deleteToken
    case createSignInLink
    case listAudit
    // Deprecated: this is the last version with these operations.
    case oldPromote
    case oldAbort
    case oldApprove
    case oldVerify
    case oldAdopt
    case oldRefresh
    case oldRenameFreight
    case oldCreateFreight
    case oldPromotion
    case oldWhy
    case oldCompare

    /// Its entry in the table.
    package var operation: Operation {
        guard let found = Operation.byID[self] else { preconditionFailure("\(rawValue) is not in the table") }
        return found
    }
}
