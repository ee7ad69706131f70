import HoistwayConsole
import HoistwayModel
import HoistwayPorts

/// `/deliveries`: received deliveries, their decisions, and refused requests.
struct DeliveryPages: Sendable {
    private static let pageSize = 50

    let web: WebPages

    private var reader: VisibleDeliveries { VisibleDeliveries(projects: web.configuration.projectsOfReceiver) }

    func add(to routes: inout PageRoutes) {
        routes.page("deliveries") { try await list($0) }
        routes.page("deliveries/refused") { try refused($0) }
        routes.page("deliveries/:delivery") { try await one($0) }
        routes.action("deliveries/:delivery/retry", needs: .promote, as: .retryDeliveries) { try await retry($0, $1) }
        routes.live("live/deliveries") { try await parts($0, $1) { row($0, $1, &$2) } }
        routes.live("live/delivery") { request, ids in
            try await parts(request, ids) { DeliveryDetails(delivery: $0, request: $1).write(&$2) }
        }
    }

    // MARK: The list

    private func list(_ request: PageRequest) async throws -> Page {
        let state = try Self.state(request.query.text("state"))
        let receiver = request.query.text("receiver")
        let before = try request.query.text("before").map(Self.id)
        let found = try await reader.page(
            request.pipelines,
            state: state,
            receiver: receiver,
            before: before,
            limit: Self.pageSize,
            for: request.caller
        )
        return Page("Deliveries", area: .deliveries) { html in
            html(.h1, text: "Deliveries")
            Self.tabs(isRefused: false, request, &html)
            filters(state, receiver, request, &html)
            html(.div, .class("news"), .hidden, .data("news", "delivery")) { html in
                html(.a, .class("action plain"), .href(request.paths("deliveries")), text: "New deliveries")
            }
            guard !found.isEmpty else { return empty(isFiltered: state != nil || receiver != nil, request, &html) }
            html(.table, .class("list"), .data("live-source", request.paths("live", "deliveries").text)) { html in
                html(.thead) { html in
                    html(.tr) { html in
                        for name in ["Delivery", "Received", "Receiver", "State", "Result"] {
                            html(.th, .scope("col"), text: name)
                        }
                    }
                }
                html(.tbody) { html in
                    for delivery in found { row(delivery, request, &html) }
                }
            }
            pager(found, state, receiver, before, request, &html)
        }
    }

    private func row(_ delivery: DeliveryView, _ request: PageRequest, _ html: inout HTML) {
        let id = "delivery/\(delivery.id)"
        html(.tr, .data("live", id), .data("on", id)) { html in
            html(.td, .class("number"), .data("label", "Delivery")) { html in
                html(.a, .href(request.paths.delivery(delivery.id)), text: "\(delivery.id)")
            }
            html(.td, .class("short"), .data("label", "Received")) { $0.time(delivery.receivedAt, now: request.now) }
            html(.td, .data("label", "Receiver"), text: delivery.receiver)
            html(.td) { $0.state(delivery.state.shape, delivery.state.words) }
            html(.td, text: delivery.reason)
        }
    }

    /// Changed deliveries for the script, each written by `write`.
    private func parts(
        _ request: PageRequest,
        _ ids: [String],
        _ write: (DeliveryView, PageRequest, inout HTML) -> Void
    ) async throws -> [String: HTML?] {
        var found: [String: HTML?] = [:]
        for id in ids {
            guard id.hasPrefix("delivery/"), let number = Int64(id.dropFirst("delivery/".count)) else { continue }
            do {
                let delivery = try await reader.one(DeliveryID(number), request.pipelines, for: request.caller)
                var html = HTML()
                write(delivery, request, &html)
                found.updateValue(html, forKey: id)
            } catch {
                let known = APIError(error)
                guard known.code == .notFound else { throw error }
                found.updateValue(nil, forKey: id)
            }
        }
        return found
    }

    static func tabs(isRefused: Bool, _ request: PageRequest, _ html: inout HTML) {
        html(.nav, .class("tabs"), .aria("label", "Deliveries")) { html in
            let entries = [
                ("Accepted", request.paths("deliveries"), !isRefused),
                ("Refused", request.paths("deliveries", "refused"), isRefused),
            ]
            for (text, link, isCurrent) in entries {
                html(.a, .href(link), .when(isCurrent, .aria("current", "page")), text: text)
            }
        }
    }

    private func filters(_ state: DeliveryState?, _ receiver: String?, _ request: PageRequest, _ html: inout HTML) {
        html(.form, .class("filters"), .method("get"), .action(request.paths("deliveries"))) { html in
            html.choice(
                "State",
                name: "state",
                chosen: state?.rawValue,
                any: "any",
                DeliveryState.allCases.map { ($0.rawValue, $0.words) }
            )
            html.field("Receiver", name: "receiver", value: receiver)
            html(.div, .class("actions")) { html in
                html(.button, .type("submit"), text: "Filter")
                if state != nil || receiver != nil {
                    html(.a, .href(request.paths("deliveries")), text: "Show all")
                }
            }
        }
    }

    private func empty(isFiltered: Bool, _ request: PageRequest, _ html: inout HTML) {
        html.empty(isFiltered ? "No delivery matches" : "Nothing has arrived yet") { html in
            if isFiltered {
                html(.p) { $0(.a, .href(request.paths("deliveries")), text: "Show all deliveries") }
            } else {
                html(.p) { html in
                    html.text("Register a webhook at your Git host or registry. What was refused is ")
                    html(.a, .href(request.paths("deliveries", "refused")), text: "in its own list")
                    html.text(".")
                }
            }
        }
    }

    private func pager(
        _ found: [DeliveryView],
        _ state: DeliveryState?,
        _ receiver: String?,
        _ before: DeliveryID?,
        _ request: PageRequest,
        _ html: inout HTML
    ) {
        let query: [(name: String, value: String?)] = [("state", state?.rawValue), ("receiver", receiver)]
        let next = found.count == Self.pageSize ? found.last?.id : nil
        guard next != nil || before != nil else { return }
        html(.nav, .class("pager"), .aria("label", "Pages")) { html in
            if before != nil {
                html(
                    .a,
                    .class("action plain"),
                    .href(request.paths.page(["deliveries"], query)),
                    text: "To the newest"
                )
            }
            if let next {
                let link = request.paths.page(["deliveries"], query + [("before", String(next))])
                html(.a, .class("action plain"), .href(link), text: "Older ones")
            }
        }
    }

    // MARK: One delivery

    private func one(_ request: PageRequest) async throws -> Page {
        let id = try Self.id(try request.parameter("delivery"))
        let delivery = try await reader.one(id, request.pipelines, for: request.caller)
        return Page("Delivery \(delivery.id)", area: .deliveries) { html in
            html.trail([("Deliveries", request.paths("deliveries"))])
            html(
                .div,
                .data("live-source", request.paths("live", "delivery").text)
            ) { html in
                html(.h1, text: "Delivery \(delivery.id)")
                html.notice(request)
                DeliveryDetails(delivery: delivery, request: request).write(&html)
            }
        }
    }

    private func retry(_ request: PageRequest, _ form: FormFields) async throws -> Link {
        let id = try Self.id(try request.parameter("delivery"))
        _ = try await reader.one(id, request.pipelines, for: request.caller)
        _ = try await request.pipelines.requeueDeliveries([id], actor: request.caller.name)
        return request.paths.link(["deliveries", id.description], query: [("done", DoneNotice.delivered.rawValue)])
    }

    // MARK: Refused ones

    private func refused(_ request: PageRequest) throws -> Page {
        let receiver = request.query.text("receiver")
        let found = web.configuration.refusals(receiver)
            .filter { reader.sees(request.caller, receiver: $0.receiver) }
        return Page("Refused deliveries", area: .deliveries) { html in
            html(.h1, text: "Deliveries")
            Self.tabs(isRefused: true, request, &html)
            html(
                .p,
                .class("quiet"),
                text: "The newest 200 of each receiver since the start. Nothing in them was proved or kept."
            )
            guard !found.isEmpty else {
                return html.empty("Nothing was refused since the start") { html in
                    html(.p, text: "A sender with a wrong secret would appear here.")
                }
            }
            RefusalTable(refusals: Array(found.prefix(200)), request: request).write(&html)
        }
    }

    private static func state(_ text: String?) throws(APIError) -> DeliveryState? {
        guard let text else { return nil }
        guard let state = DeliveryState(rawValue: text) else {
            throw .invalid("there is no delivery state of this name", hint: "choose one of the list")
        }
        return state
    }

    private static func id(_ text: String) throws(APIError) -> DeliveryID {
        guard let number = Int64(text) else { throw .notFound("a delivery has a number") }
        return DeliveryID(number)
    }
}

extension DeliveryState {
    /// In words for people.
    var words: String {
        switch self {
        case .received: "Received"
        case .waiting: "Waiting"
        case .done: "Done"
        case .ignored: "Ignored"
        case .failed: "Failed"
        }
    }

    var shape: StaticString {
        switch self {
        case .received, .waiting: "pending"
        case .done: "ready"
        case .ignored: "none"
        case .failed: "failed"
        }
    }
}
