import HoistwayModel
import HoistwayPorts

extension Handlers {
    func listWarehouses(_ call: Call) async throws -> Reply {
        let revision = "\(feed.revision)"
        if let name = call.query["name"] {
            // At most one for each project, so one page is enough.
            let all = try await pipelines.warehouses(project: try call.project).filter { $0.name == name }
            let after = try Cursor(of: call)?.key ?? []
            let sorted = all.sorted { $0.project < $1.project }.filter {
                after.lexicographicallyPrecedes([$0.project, $0.name])
            }
            return try Reply(try call.page(sorted, revision: revision) { [$0.project, $0.name] })
        }
        let after = try Cursor(of: call).map { WarehouseKey(project: $0.key.first ?? "", name: $0.key.last ?? "") }
        let found = try await pipelines.warehouses(project: try call.project, after: after, limit: call.limit + 1)
        return try Reply(try call.page(found, revision: revision) { [$0.project, $0.name] })
    }

    func refresh(_ call: Call, warehouse: WarehouseKey) async throws -> Reply {
        try Reply(try await pipelines.refresh(warehouse: warehouse, actor: call.caller.name))
    }

    func createFreight(_ call: Call) async throws -> Reply {
        try await createFreight(call, of: call.warehouse, call.body)
    }

    func createFreight(_ call: Call, of warehouse: WarehouseKey, _ body: ConfigValue) async throws -> Reply {
        func texts(_ key: String) -> [String] { (body[key]?.list ?? []).compactMap(\.string) }
        let wanted = ManualFreight(
            images: texts("images"),
            commits: texts("commits"),
            charts: texts("charts"),
            from: body["from"]?.string,
            alias: body["alias"]?.string
        )
        let view = try await pipelines.create(freightOf: warehouse, wanted, actor: call.caller.name)
        let path = OperationID.getFreight.operation.path(["project": view.project, "freight": view.id])
        return try Reply(view, status: 201, location: services.location(path))
    }

    func listFreight(_ call: Call) async throws -> Reply {
        let revision = "\(feed.revision)"
        let (project, warehouse) = try call.narrowed(by: "warehouse")
        let filter = FreightFilter(
            project: project,
            warehouse: warehouse,
            stage: call.query["stage"],
            contains: call.query["contains"]
        )
        let after = try Cursor(of: call).map { cursor in
            guard cursor.key.count == 3, let moment = Int64(cursor.key[0]) else { throw Cursor.unknown }
            return FreightPosition(
                discoveredAt: Timestamp(microseconds: moment),
                id: cursor.key[1],
                project: cursor.key[2]
            )
        }
        let found = try await pipelines.freight(filter, after: after, limit: call.limit + 1)
        return try Reply(
            try call.page(found, revision: revision) { ["\($0.discoveredAt.microseconds)", $0.id, $0.project] }
        )
    }

    func renameFreight(_ call: Call) async throws -> Reply {
        try Reply(
            try await pipelines.rename(
                freight: try call.part("freight"),
                project: try call.part("project"),
                alias: try call.required("alias"),
                actor: call.caller.name
            )
        )
    }
}
