import HoistwayConsole
import HoistwayPorts

extension ProjectView {
    static func find(_ text: String, in project: String?, _ client: ConsoleClient) async throws -> Answer<ProjectView> {
        try await client.ask(.getProject, ["project": text], as: ProjectView.self)
    }
}

extension StageView {
    static func find(_ text: String, in project: String?, _ client: ConsoleClient) async throws -> Answer<StageView> {
        try await client.ask(.getStage, try await client.stage(text, in: project), as: StageView.self)
    }
}

extension WarehouseView {
    static func find(_ text: String, in project: String?, _ client: ConsoleClient) async throws
        -> Answer<WarehouseView>
    {
        try await client.ask(.getWarehouse, try await client.warehouse(text, in: project), as: WarehouseView.self)
    }
}

extension FreightView {
    static func find(_ text: String, in project: String?, _ client: ConsoleClient) async throws -> Answer<FreightView> {
        try await client.ask(.getFreight, try await client.freight(text, in: project), as: FreightView.self)
    }
}

extension PromotionView {
    static func find(_ text: String, in project: String?, _ client: ConsoleClient) async throws
        -> Answer<PromotionView>
    {
        try await client.ask(.getPromotion, try await client.promotion(text), as: PromotionView.self)
    }
}

extension DeliveryView {
    static func find(_ text: String, in project: String?, _ client: ConsoleClient) async throws -> Answer<DeliveryView>
    {
        guard let number = Int64(text) else {
            throw CommandFailure.usage(
                "\(SafeText.line(text)) is not the number of a delivery",
                hint: "`hoistway get deliveries` shows them"
            )
        }
        return try await client.ask(.getDelivery, ["delivery": "\(number)"], as: DeliveryView.self)
    }
}
