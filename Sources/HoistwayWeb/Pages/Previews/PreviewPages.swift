import HoistwayConsole
import HoistwayModel
import HoistwayPorts
import Hummingbird

/// Pages of previews, which show what a promotion would do.
struct PreviewPages: Sendable {
    private let batches = PreviewBatches()

    func add(to routes: inout PageRoutes) {
        routes.action("projects/:project/previews", needs: .promote, as: .preview) { try await begin($0, $1) }
        routes.page("projects/:project/previews/:preview") { try await one($0) }
        routes.action("projects/:project/previews/:preview/promote", needs: .promote, as: .promote) {
            try await promote($0, $1)
        }
        routes.action("projects/:project/previews/:preview/cancel", needs: .promote, as: .preview) {
            try await cancel($0, $1)
        }
        routes.page("projects/:project/batches/:batch") { try await batch($0) }
        routes.action("projects/:project/batches/:batch/promote", needs: .promote, as: .promote) {
            try await promoteAll($0, $1)
        }
        routes.live("live/projects/:project/previews") { try await parts($0, $1) }
        routes.data("projects/:project/previews/:preview/diff/:number") { try await download($0) }
    }

    // MARK: Begin

    private func begin(_ request: PageRequest, _ form: FormFields) async throws -> Link {
        let project = try request.parameter("project")
        try request.require(project: project)
        guard let freight = form.text("freight") else { throw APIError.invalid("no freight is chosen") }
        // The button of one stage only counts for that stage, whatever is selected.
        let stages = form.text("only").map { [$0] } ?? Self.unique(form.all("stage"))
        guard !stages.isEmpty else {
            throw APIError.invalid("no stage is chosen", hint: "go back, and tick the stages to promote to")
        }
        guard stages.count <= PreviewBatch.maxStages else {
            throw APIError.invalid(
                "\(stages.count) stages are too many at once",
                hint: "choose up to \(PreviewBatch.maxStages)"
            )
        }
        if stages.count == 1 {
            let view = try await request.pipelines.createPreview(
                stage: StageKey(project: project, name: stages[0]),
                freight: freight,
                actor: request.caller.name
            )
            return request.paths("projects", project, "previews", view.id)
        }
        var rows: [PreviewBatch.Row] = []
        for stage in stages { rows.append(try await row(stage, of: freight, in: project, request)) }
        let batch = batches.add(
            project: project,
            freight: freight,
            rows: rows,
            actor: request.caller.name,
            now: request.now
        )
        return request.paths("projects", project, "batches", batch.id)
    }

    /// A stage that cannot be promoted does not affect the others.
    private func row(
        _ stage: String,
        of freight: String,
        in project: String,
        _ request: PageRequest
    ) async throws -> PreviewBatch.Row {
        do {
            let view = try await request.pipelines.createPreview(
                stage: StageKey(project: project, name: stage),
                freight: freight,
                mayWait: true,
                actor: request.caller.name
            )
            return PreviewBatch.Row(stage: stage, step: .previewed(view.id))
        } catch let error as OperatorFailure {
            return PreviewBatch.Row(stage: stage, step: .refused(APIError(error).detail))
        }
    }

    private static func unique(_ names: [String]) -> [String] {
        var seen: Set<String> = []
        return names.filter { seen.insert($0).inserted }
    }

    // MARK: One

    private func preview(_ request: PageRequest) async throws -> PreviewView {
        let project = try request.parameter("project")
        try request.require(project: project)
        let id = try request.parameter("preview")
        let view = try await request.pipelines.preview(id)
        guard view.project == project else { throw APIError.notFound("there is no preview \(id)") }
        return view
    }

    private func one(_ request: PageRequest) async throws -> Page {
        let view = try await preview(request)
        return Page("Preview: \(view.alias) to \(view.stage)", area: .projects) { html in
            html.trail([
                ("Projects", request.paths("projects")), (view.project, request.paths.project(view.project)),
                (view.stage, request.paths.stage(view.stage, project: view.project)),
            ])
            html(.div, .data("live-source", source(view.project, request))) { html in
                PreviewDetails(view: view, isAlone: true, request: request).write(&html)
            }
        }
    }

    private func source(_ project: String, _ request: PageRequest, batch: String? = nil) -> String {
        request.paths.link(
            ["live", "projects", project, "previews"],
            query: batch.map { [("batch", $0)] } ?? []
        ).text
    }

    private func promote(_ request: PageRequest, _ form: FormFields) async throws -> Link {
        let view = try await preview(request)
        return request.page(of: try await promote(view, accept: form.all("accept"), request), in: view.project)
    }

    /// Makes the promotion that a preview shows, only once: a later click leads to the same promotion.
    private func promote(
        _ view: PreviewView,
        accept: [String],
        _ request: PageRequest
    ) async throws -> AskedPromotion {
        if let promotion = view.promotion { return AskedPromotion(id: promotion, notice: .promotedBefore) }
        return try await request.promote(
            view.freight,
            to: StageKey(project: view.project, name: view.stage),
            PromotionConsent(accept: accept, preview: view.id)
        )
    }

    private func cancel(_ request: PageRequest, _ form: FormFields) async throws -> Link {
        let view = try await preview(request)
        _ = try await request.pipelines.cancelPreview(view.id, actor: request.caller.name)
        return request.paths.stage(view.stage, project: view.project)
    }

    private func download(_ request: PageRequest) async throws -> Response {
        let view = try await preview(request)
        guard let number = Int(try request.parameter("number")), view.branches.indices.contains(number) else {
            throw APIError.notFound("the preview has no such branch")
        }
        let branch = view.branches[number]
        let text = branch.files.map { $0.diff ?? "diff --git a/\($0.path) b/\($0.path)\n" }.joined()
        return DiffDownload.response(text, name: "\(view.stage)-\(view.alias)-\(number + 1)")
    }

    // MARK: Several

    private func known(_ request: PageRequest) throws -> PreviewBatch {
        let project = try request.parameter("project")
        try request.require(project: project)
        return try known(try request.parameter("batch"), project, request)
    }

    private func known(_ id: String, _ project: String, _ request: PageRequest) throws -> PreviewBatch {
        guard let batch = batches.batch(id, now: request.now), batch.project == project,
            batch.actor == request.caller.name
        else { throw APIError.notFound("there are no such previews; they are kept for 30 minutes") }
        return batch
    }

    private func rows(of batch: PreviewBatch, _ request: PageRequest) async throws -> [PreviewBatchRow] {
        var rows: [PreviewBatchRow] = []
        for row in batch.rows { rows.append(try await read(row.stage, row.step, request)) }
        return rows
    }

    private func read(_ stage: String, _ step: PreviewBatch.Step, _ request: PageRequest) async throws
        -> PreviewBatchRow
    {
        switch step {
        case .refused(let why): return PreviewBatchRow(stage: stage, view: nil, refusal: why)
        case .previewed(let id):
            do {
                let view = try await request.pipelines.preview(id)
                return PreviewBatchRow(stage: stage, view: view, refusal: nil)
            } catch {
                return PreviewBatchRow(stage: stage, view: nil, refusal: APIError(error).detail)
            }
        }
    }

    private func batch(_ request: PageRequest) async throws -> Page {
        let batch = try known(request)
        let rows = try await rows(of: batch, request)
        return Page("Previews of \(batch.rows.count) stages", area: .projects) { html in
            html.trail([
                ("Projects", request.paths("projects")), (batch.project, request.paths.project(batch.project)),
            ])
            html(.h1, text: "Preview of \(batch.rows.count) promotions")
            html.notice(request)
            html(.div, .data("live-source", source(batch.project, request, batch: batch.id))) { html in
                PreviewBatchView(batch: batch, rows: rows, request: request).write(&html)
            }
        }
    }

    private func promoteAll(_ request: PageRequest, _ form: FormFields) async throws -> Link {
        let batch = try known(request)
        for row in try await rows(of: batch, request) {
            guard let view = row.view, row.canBePromoted else { continue }
            do {
                _ = try await promote(view, accept: [], request)
            } catch {
                // A stage that cannot be promoted does not affect the others: the page shows the reason next to it.
                let failure = APIError(error)
                let words = [failure.detail, failure.hint].compactMap(\.self).joined(separator: ": ")
                batches.note(words, batch.id, row.stage)
            }
        }
        return request.paths("projects", batch.project, "batches", batch.id)
    }

    // MARK: Live

    private func parts(_ request: PageRequest, _ ids: [String]) async throws -> [String: HTML?] {
        let project = try request.parameter("project")
        try request.require(project: project)
        var found: [String: HTML?] = [:]
        for id in ids {
            if id.hasPrefix("preview/\(project)/") {
                let name = String(id.dropFirst("preview/\(project)/".count))
                found.updateValue(try await part(name, project, request), forKey: id)
            } else if id.hasPrefix("batch/\(project)/") {
                let batch = try known(String(id.dropFirst("batch/\(project)/".count)), project, request)
                var html = HTML()
                let rows = try await rows(of: batch, request)
                PreviewBatchView(batch: batch, rows: rows, request: request).write(&html)
                found.updateValue(html, forKey: id)
            }
        }
        return found
    }

    private func part(_ id: String, _ project: String, _ request: PageRequest) async throws -> HTML? {
        do {
            let view = try await request.pipelines.preview(id)
            guard view.project == project else { return nil }
            var html = HTML()
            PreviewDetails(view: view, isAlone: true, request: request).write(&html)
            return html
        } catch {
            guard APIError(error).code == .notFound else { throw error }
            return nil
        }
    }
}
