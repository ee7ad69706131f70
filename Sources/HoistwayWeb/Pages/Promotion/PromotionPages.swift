import HoistwayConsole
import HoistwayModel
import HoistwayPorts
import Hummingbird

/// `/projects/NAME/promotions/ID`: the steps of a promotion, their results, and its pushes.
struct PromotionPages: Sendable {
    func add(to routes: inout PageRoutes) {
        routes.page("projects/:project/promotions/:promotion") { try await show($0) }
        routes.live("live/projects/:project/promotions") { try await parts($0, $1) }
        routes.data("projects/:project/promotions/:promotion/diff/:number") { try await download($0) }
        routes.action("projects/:project/promotions/:promotion/abort", needs: .promote, as: .abort) {
            try await abort($0, $1)
        }
        routes.action("projects/:project/promotions/:promotion/retry", needs: .promote, as: .retryPromotion) {
            try await retry($0, $1)
        }
        routes.action("projects/:project/promotions/:promotion/accept", needs: .promote, as: .promote) {
            try await accept($0, $1)
        }
    }

    private func view(_ request: PageRequest) async throws -> PromotionView {
        let project = try request.parameter("project")
        try request.require(project: project)
        return try await view(try request.parameter("promotion"), project, request)
    }

    private func view(_ id: String, _ project: String, _ request: PageRequest) async throws -> PromotionView {
        let view = try await request.pipelines.promotion(PromotionID(id))
        guard view.project == project else { throw APIError.notFound("there is no promotion \(id)") }
        return view
    }

    private func show(_ request: PageRequest) async throws -> Page {
        let view = try await view(request)
        let preview = await preview(of: view, request)
        return Page("\(view.alias ?? view.freight) to \(view.stage)", area: .projects) { html in
            html.trail([
                ("Projects", request.paths("projects")), (view.project, request.paths.project(view.project)),
                (view.stage, request.paths.stage(view.stage, project: view.project)),
            ])
            html.notice(request)
            html(.div, .data("live-source", request.paths("live", "projects", view.project, "promotions").text)) {
                html in
                PromotionDetails(view: view, preview: preview, request: request).write(&html)
            }
        }
    }

    private func preview(of view: PromotionView, _ request: PageRequest) async -> PreviewView? {
        guard let id = view.preview else { return nil }
        // Previews are kept for half an hour: without it the page shows the rest.
        return try? await request.pipelines.preview(id)
    }

    private func parts(_ request: PageRequest, _ ids: [String]) async throws -> [String: HTML?] {
        let project = try request.parameter("project")
        try request.require(project: project)
        var found: [String: HTML?] = [:]
        for id in ids where id.hasPrefix("promotion/\(project)/") {
            do {
                let view = try await view(String(id.dropFirst("promotion/\(project)/".count)), project, request)
                var html = HTML()
                PromotionDetails(view: view, preview: await preview(of: view, request), request: request).write(&html)
                found.updateValue(html, forKey: id)
            } catch {
                guard APIError(error).code == .notFound else { throw error }
                found.updateValue(nil, forKey: id)
            }
        }
        return found
    }

    private func download(_ request: PageRequest) async throws -> Response {
        let view = try await view(request)
        guard let number = Int(try request.parameter("number")), view.branches.indices.contains(number),
            let diff = view.branches[number].diff
        else { throw APIError.notFound("the promotion has no such diff") }
        return DiffDownload.response(diff, name: "\(view.id)-\(number + 1)")
    }

    // MARK: Actions

    private func back(_ view: PromotionView, _ request: PageRequest, _ done: DoneNotice) -> Link {
        request.paths.link(
            ["projects", view.project, "promotions", view.id],
            query: [("done", done.rawValue)]
        )
    }

    private func abort(_ request: PageRequest, _ form: FormFields) async throws -> Link {
        let view = try await view(request)
        _ = try await request.pipelines.abort(promotion: PromotionID(view.id), actor: request.caller.name)
        return back(view, request, .aborted)
    }

    private func retry(_ request: PageRequest, _ form: FormFields) async throws -> Link {
        let view = try await view(request)
        let lines = try await request.pipelines.retryPromotions(
            [PromotionID(view.id)],
            project: view.project,
            failedOnly: false,
            actor: request.caller.name
        )
        guard let line = lines.first, let started = line.started else {
            throw APIError(.nothingToDo, lines.first?.detail ?? "the promotion cannot be tried again")
        }
        return request.paths.link(
            ["projects", view.project, "promotions", started],
            query: [("done", DoneNotice.retried.rawValue)]
        )
    }

    /// Promotes the same freight again, and accepts the difference that was refused.
    private func accept(_ request: PageRequest, _ form: FormFields) async throws -> Link {
        let view = try await view(request)
        let accepted = form.all("accept")
        guard !accepted.isEmpty else { throw APIError.invalid("no difference is accepted", hint: "tick the branches") }
        let made = try await request.promote(
            view.freight,
            to: StageKey(project: view.project, name: view.stage),
            PromotionConsent(accept: accepted)
        )
        return request.page(of: made, in: view.project)
    }
}
